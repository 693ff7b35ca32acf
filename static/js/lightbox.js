// An item in place over the feed or the gallery: a dialog with its own address; Back closes it, and the page is where
// it was.

import "./item.js";
import "./zoom.js";
import { isPlain } from "./keys.js";

const box = document.getElementById("lightbox");
let opener = null;

// The picture of the tile grows to that of the stage, and shrinks back, where the browser can and motion is wanted.
const calm = matchMedia("(prefers-reduced-motion: reduce)");
async function grow(from, change) {
  if (!from || calm.matches || !document.startViewTransition) return void change();
  from.classList.add("is-growing");
  let to;
  const transition = document.startViewTransition(() => {
    from.classList.remove("is-growing");
    to = change();
    to?.classList.add("is-growing");
  });
  const rest = () => to?.classList.remove("is-growing");
  transition.ready.catch(() => {});
  transition.finished.then(rest, rest);
  await transition.updateCallbackDone;
}

// At once, what the page has already: the picture of the tile, until the whole item is here.
function waiting() {
  const item = document.createElement("div");
  item.className = "item";
  item.tabIndex = -1;
  item.innerHTML =
    '<section class="stage"><figure class="stage__media"></figure></section><aside class="side"></aside>';
  const picture = opener.querySelector("img")?.cloneNode();
  if (picture) item.querySelector("figure").append(picture);
  return item;
}

let shows = 0;
async function show(panel, address, replace) {
  shows += 1;
  const now = shows;
  if (!replace) history.pushState({ lightbox: true }, "", address);
  if (!box.open && opener) {
    await grow(opener.querySelector("img"), () => {
      if (now !== shows) return null;
      box.replaceChildren(waiting());
      box.showModal();
      return box.querySelector("img");
    });
  }
  let answer;
  try {
    answer = await fetch(panel, { headers: { "HX-Request": "true" } });
  } catch {
    return location.assign(address);
  }
  if (!answer.ok || answer.redirected || answer.headers.get("HX-Redirect")) return location.assign(address);
  const text = await answer.text();
  // Somebody went back, or on to another one, before it was here.
  if (now !== shows) return;
  if (replace) history.replaceState({ lightbox: true }, "", address);
  box.innerHTML = text;
  htmx.process(box);
  if (!box.open) box.showModal();
  box.dispatchEvent(new CustomEvent("item-shown", { bubbles: true }));
}

const tileOf = (id) => id && (document.getElementById(`item-${id}`) ?? document.getElementById(`task-${id}`));

function hide(keepsFocus = false) {
  shows += 1;
  // Where one has gone on to another item, the focus goes to the tile of the last one.
  const tile = tileOf(box.querySelector("[data-item]")?.dataset.item) ?? opener?.closest(".tile");
  const shown = box.querySelector(".stage__media > *");
  const same = tile && tile === opener?.closest(".tile");
  return grow(same ? shown : null, () => {
    box.close();
    // What is said in it is said on; its own event comes too late for that.
    const toasts = box.querySelector("#toasts");
    if (toasts) document.body.append(toasts);
    box.replaceChildren();
    // The tile of an item that was deleted meanwhile is hidden: then the one after it.
    const tiles = [...document.querySelectorAll("[data-results] .tile:has(.tile__open)")];
    const after =
      tiles.slice(Math.max(0, tiles.indexOf(tile))).find((one) => !one.hidden) ??
      tiles.findLast((one) => !one.hidden);
    if (keepsFocus) return null;
    if (!same) after?.scrollIntoView({ block: "nearest" });
    (after?.querySelector(".tile__open") ?? document.getElementById("select"))?.focus({ preventScroll: true });
    return tile?.querySelector("img");
  });
}

// The panel of an item has the address of its page and one word more.
const panelOf = ({ pathname, search }) => `${pathname}panel/${search}`;

export function open(tile) {
  if (history.state?.lightbox) return; // the second press of a double click
  opener = tile;
  show(panelOf(tile), tile.href, false);
}
export const reopen = () => !box.open && show(panelOf(location), location.href, true);

document.addEventListener(
  "click",
  (event) => {
    const step = event.target.closest("#lightbox a[rel=prev], #lightbox a[rel=next], #lightbox .film-strip a");
    if (step && isPlain(event)) {
      event.preventDefault();
      event.stopPropagation();
      show(step.getAttribute("hx-get"), step.href, true);
      return;
    }
    if (event.target.closest("#lightbox [data-close]") && isPlain(event)) {
      event.preventDefault();
      history.back();
    }
  },
  true,
);

box.addEventListener("cancel", (event) => {
  event.preventDefault();
  history.back();
});
// What was chosen in it goes on in the page below.
document.addEventListener("lightbox-done", ({ detail }) => {
  if (box.open) detail.closed = hide(true);
});
// Back closes it; Forward opens it again (`tiles.js`).
addEventListener("popstate", ({ state }) => {
  if (state?.lightbox) return;
  shows += 1;
  if (box.open) hide();
});
