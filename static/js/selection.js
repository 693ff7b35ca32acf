// Selecting items: click, Shift for a range, Ctrl/⌘-A for all that is loaded, arrows and space, Escape to end.

import { isWriting, shortcut } from "./keys.js";

const form = document.getElementById("selection");
const gallery = document.getElementById("gallery");
const button = document.getElementById("select");
const bulk = document.getElementById("bulk");

const boxes = () => [...form.querySelectorAll(".tile:not([hidden]) [name=ids]")];
const tiles = () => [...form.querySelectorAll(".tile:not([hidden])")];
let last = null;
let selecting = false;

function show() {
  const count = boxes().filter((box) => box.checked).length;
  const said = document.getElementById("selected");
  said.textContent = said.dataset[count === 1 ? "one" : "many"].replace("{n}", count);
  if (count && !selecting) start(true);
  bulk.hidden = count === 0;
  keep();
}

// Kept with this entry of the browser's history: whoever comes back finds the ticks, and the bar that goes with them.
function keep() {
  if (history.state?.lightbox) return;
  const selected = boxes()
    .filter((box) => box.checked)
    .map((box) => box.value);
  history.replaceState({ ...history.state, selected }, "");
}

function restore() {
  const selected = new Set(history.state?.selected);
  if (!selected.size) return;
  for (const box of boxes()) box.checked = selected.has(box.value);
  show();
}

function start(on) {
  selecting = on;
  gallery.classList.toggle("is-selecting", on);
  button.setAttribute("aria-pressed", String(on));
  if (!on) {
    for (const box of boxes()) box.checked = false;
    last = null;
    bulk.hidden = true;
    for (const menu of bulk.querySelectorAll("[open]")) menu.open = false; // or the next selection begins in it
    keep();
  }
}

button.hidden = false;
button.addEventListener("click", () => start(!selecting));
document.getElementById("clear").addEventListener("click", () => start(false));

function selected(box, range) {
  if (range && last) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const between of all.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  show();
}

// A finger that rests on an item selects it.
const HOLD = 450;
const STILL = 10;
let hold = null;
let held = false;
form.addEventListener("pointerdown", (event) => {
  held = false;
  const box =
    event.pointerType === "touch" && !selecting && event.target.closest(".tile")?.querySelector("[name=ids]");
  if (!box) return;
  hold = { x: event.clientX, y: event.clientY };
  hold.timer = setTimeout(() => {
    held = true;
    box.checked = true;
    selected(box, false);
    navigator.vibrate?.(12);
  }, HOLD);
});
const letGo = () => clearTimeout(hold?.timer);
form.addEventListener(
  "pointermove",
  ({ clientX, clientY }) => hold && Math.hypot(clientX - hold.x, clientY - hold.y) > STILL && letGo(),
);
for (const end of ["pointerup", "pointercancel"]) form.addEventListener(end, letGo);
// Neither the menu of the link nor the click that ends the touch is meant.
form.addEventListener("contextmenu", (event) => event.pointerType === "touch" && event.preventDefault());
form.addEventListener(
  "click",
  (event) => {
    if (!held) return;
    held = false;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// In select mode the whole tile selects, and does not open.
form.addEventListener(
  "click",
  (event) => {
    const tile = event.target.closest(".tile");
    const box = tile?.querySelector("[name=ids]");
    if (!box || event.target.closest(".tile__strip")) return; // a key pressed one of its buttons
    if (event.target === box) return selected(box, event.shiftKey);
    if (!selecting) return;
    event.preventDefault();
    event.stopPropagation();
    box.checked = !box.checked;
    selected(box, event.shiftKey);
  },
  true,
);

// The tile that is nearest in the wanted direction.
function neighbour(tile, key) {
  const all = tiles();
  const at = all.indexOf(tile);
  if (key === "ArrowLeft") return all[at - 1];
  if (key === "ArrowRight") return all[at + 1];
  const here = tile.getBoundingClientRect();
  const middle = here.left + here.width / 2;
  const rows = all.filter((other) => {
    const top = other.getBoundingClientRect().top;
    return key === "ArrowDown" ? top > here.top + 4 : top < here.top - 4;
  });
  const nearest = (key === "ArrowDown" ? rows[0] : rows.at(-1))?.getBoundingClientRect().top;
  return rows
    .filter((other) => Math.abs(other.getBoundingClientRect().top - nearest) < 4)
    .sort((a, b) => distance(a, middle) - distance(b, middle))[0];
}

function distance(tile, middle) {
  const box = tile.getBoundingClientRect();
  return Math.abs(box.left + box.width / 2 - middle);
}

document.addEventListener("keydown", (event) => {
  const key = shortcut(event);
  if (!key || isWriting(event.target) || document.querySelector("dialog[open], :popover-open")) return;
  const tile = event.target.closest(".tile");
  if (key === "mod+a" && (selecting || tile)) {
    event.preventDefault();
    start(true);
    for (const box of boxes()) box.checked = true;
    return show();
  }
  if (key === "Escape" && selecting) return start(false);
  if (key === "x" && !tile) return start(true);
  if (!tile) return;
  if (key === "x") {
    start(true);
    return tile.querySelector("[name=ids]").click();
  }
  if (key.startsWith("Arrow")) {
    const next = neighbour(tile, key);
    if (next) {
      event.preventDefault();
      next.querySelector(".tile__open").focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }
  if (key === " " && !event.target.closest("[name=ids]")) {
    event.preventDefault();
    tile.querySelector("[name=ids]").click();
  }
});

// After an action the selection is done with; items that went are no part of the next one. What is only read (the
// next tiles, the collections to choose from) leaves it alone.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const answered = detail.elt.id === "bulk-question";
  if (!detail.successful || detail.requestConfig.verb !== "post") return;
  if (!answered && detail.elt.id !== "collect" && !form.contains(detail.elt)) return;
  if (detail.elt.closest(".tile__strip")) return; // one result, whatever is selected
  // A question was asked, and nothing done yet.
  if (detail.xhr.getResponseHeader("HX-Retarget")) return;
  if (answered) document.getElementById("aside").hidePopover();
  const held = bulk.contains(document.activeElement);
  start(false);
  // The bar goes, and with it the button that was pressed: the focus goes to where the items were.
  if (held || document.activeElement === document.body)
    (nearest(tiles(), place)?.querySelector(".tile__open") ?? button).focus({ preventScroll: true });
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (bulk.contains(detail.elt)) place = tiles().findIndex((tile) => tile.querySelector("[name=ids]").checked);
});
let place = 0;
const nearest = (all, at) => all[Math.min(Math.max(at, 0), all.length - 1)];

// What lies at the end of the page makes room for the bar (bulk.css).
new ResizeObserver(() => document.documentElement.style.setProperty("--bulk-h", `${bulk.offsetHeight}px`)).observe(
  bulk,
);

// The browser's own memory of forms goes by their order, and a list has another order by then: the form has it off.
bulk.hidden = true;
restore();
document.addEventListener("grid-changed", restore);
for (const kind of ["items-gone", "items-back"]) document.addEventListener(kind, () => selecting && setTimeout(show));
