// The grid of the gallery: the row height, a place that is kept, newer items above it, and a count that is right
// after each action.

const grid = document.getElementById("grid");
const { pathname } = location;

// ---- row height, kept in this browser
const size = document.querySelector("[data-size]");
function setSize(pixels) {
  document.querySelector(".grid")?.style.setProperty("--row", `${pixels}px`);
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
const MARGIN = 120; // what the bar and the filters hide

// At the end of what is loaded all tiles can be above the margin: then the last one.
function firstSeen() {
  const tiles = [...grid.querySelectorAll("[data-item]:not([hidden])")];
  const tile = tiles.find((one) => one.getBoundingClientRect().bottom > MARGIN) ?? tiles.at(-1);
  return tile ? { item: tile.dataset.item, top: tile.getBoundingClientRect().top } : null;
}

// Kept with this entry of the browser's history, so that each of two tabs, and each way back, has its own.
function keep() {
  if (history.state?.lightbox || location.pathname !== pathname) return;
  const place = scrollY > 200 ? firstSeen() : null;
  history.replaceState({ ...history.state, place }, "");
}

// As deep in a list as this the page did not come: the server lists from there.
async function listFrom(item) {
  const query = new URLSearchParams(location.search);
  for (const name of ["month", "before", "after"]) query.delete(name);
  query.set("scope", document.querySelector("main").dataset.grid);
  query.set("from", item);
  const answer = await fetch(`${grid.dataset.pages}?${query}`);
  if (!answer.ok || answer.redirected) return;
  grid.innerHTML = await answer.text();
  htmx.process(grid);
  document.dispatchEvent(new CustomEvent("grid-changed"));
}

async function comeBack() {
  const { place } = history.state ?? {};
  if (!place?.item) return;
  const tileOf = () => document.getElementById(`item-${place.item}`);
  if (!tileOf()) await listFrom(place.item);
  // Where it was deleted meanwhile, the one after it.
  const tile = tileOf() ?? grid.querySelector("[data-item]");
  if (tile) scrollBy({ top: tile.getBoundingClientRect().top - place.top, behavior: "instant" });
}

if (grid) {
  history.scrollRestoration = "manual";
  let later = 0;
  const keepLater = () => {
    if (later) return;
    later = setTimeout(() => {
      later = 0;
      keep();
    }, 100);
  };
  addEventListener("scroll", keepLater, { passive: true });
  document.addEventListener("htmx:afterSwap", keepLater); // more tiles can be where the page ended
  document.addEventListener("click", keep, true);
  addEventListener("pagehide", keep);
  comeBack();
}

// ---- “2 new items · Show”: asked for when something has happened, with what the page has at its top
const FIRST = 60;
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!detail.elt.id.startsWith("new-items")) return;
  const tiles = [...grid.querySelectorAll("[data-item]")].slice(0, FIRST);
  detail.parameters.ids = tiles.map((tile) => tile.dataset.item).join();
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.requestConfig?.elt.id !== "new-items-show") return;
  scrollTo({ top: 0 });
  grid.querySelector(".tile:not([hidden]) .tile__open").focus({ preventScroll: true });
  htmx.trigger("#count", "recount");
});

// ---- newer items come above: what is seen stays where it is
let seen;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  seen = detail.target.id === "newer" ? firstSeen() : null;
});
document.addEventListener("htmx:afterSwap", () => {
  const tile = seen && document.getElementById(`item-${seen.item}`);
  if (tile) scrollBy({ top: tile.getBoundingClientRect().top - seen.top, behavior: "instant" });
  seen = null;
});

// ---- the count, after whatever was done here
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb === "post") htmx.trigger("#count", "recount");
});
