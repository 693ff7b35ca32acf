// The wall: the row height, and a place that is kept.

const wall = document.getElementById("wall");
const KEY = `omnistudio.place.${location.pathname}${location.search}`;
const MOST_PAGES = 12;

// ---- row height, kept in this browser
const size = document.querySelector("[data-size]");
function setSize(pixels) {
  document.querySelector(".wall")?.style.setProperty("--row", `${pixels}px`);
}
const kept = localStorage.getItem("omnistudio.row");
if (kept) {
  size.value = kept;
  setSize(kept);
}
size.addEventListener("input", () => {
  setSize(size.value);
  localStorage.setItem("omnistudio.row", size.value);
});

// ---- the place: after a reload and on the way back, the same tile is where it was
function firstSeen() {
  for (const tile of wall.querySelectorAll("[data-work]:not([hidden])")) {
    const box = tile.getBoundingClientRect();
    if (box.bottom > 120) return { work: tile.dataset.work, top: box.top };
  }
  return null;
}

function keep() {
  const place = wall && scrollY > 200 ? firstSeen() : null;
  if (place) sessionStorage.setItem(KEY, JSON.stringify(place));
  else sessionStorage.removeItem(KEY);
}

async function loadMore() {
  const more = wall.querySelector("#more a");
  if (!more) return false;
  const answer = await fetch(more.getAttribute("hx-get"));
  if (!answer.ok || answer.redirected) return false;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  wall.querySelector("#more").replaceWith(holder.content);
  return true;
}

async function comeBack() {
  const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (!place) return;
  let tile;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    tile = document.getElementById(`work-${place.work}`);
    if (tile || !(await loadMore())) break;
  }
  htmx.process(wall);
  if (tile) scrollBy({ top: tile.getBoundingClientRect().top - place.top, behavior: "instant" });
}

if (wall) {
  history.scrollRestoration = "manual";
  addEventListener("pagehide", keep);
  addEventListener("pageshow", (event) => !event.persisted && comeBack());
}
