// Results, wherever a page shows them: one key or one press for each action, and the menu with the rest of them.

import { copyLink, copyText, showToCopy } from "./copy.js";
import { isPlain, isWriting, shortcut } from "./keys.js";

const menu = document.getElementById("tile-menu");
const aside = document.getElementById("aside");
let opened = null; // the tile whose menu is open

const idOf = (tile) => tile.dataset.task ?? tile.dataset.item;
const more = (tile) => tile.querySelector(".tile__btn--more");
// The address of the item, and that of one of its actions in the list that the page shows.
const addressOf = (tile) => more(tile).pathname;
const actionOf = (tile, name) => `${addressOf(tile)}${name}/${more(tile).search}`;
// From a form of the tile itself: of several requests of one element htmx sends the first and the last, and what is
// selected in the gallery would go with that of a button.
function post(tile, path, values = {}) {
  const source = tile.querySelector("[data-favourite]");
  return htmx.ajax("POST", path, { source, swap: "none", values: { look: "tile", ...values } }).catch(() => {});
}

// ---- what is done
function copyLinkOf(tile) {
  const words = tile.dataset.team ? "tile-link-copied" : "tile-link-copied-private";
  copyLink(location.origin + addressOf(tile), more(tile), words);
}

// A tile of the feed has its prompt beside it; one of the gallery has only the beginning of it.
async function copyPromptOf(tile) {
  const button = tile.closest("[data-run]")?.querySelector("[data-copy]");
  if (button) return button.click();
  const answer = await fetch(`${addressOf(tile)}panel/`).catch(() => null);
  if (!answer?.ok) return tile.dispatchEvent(new CustomEvent("item-not-there", { bubbles: true }));
  const panel = new DOMParser().parseFromString(await answer.text(), "text/html");
  const text = panel.getElementById("item-prompt").textContent.trim();
  if (!(await copyText(text, more(tile)))) return showToCopy(text, more(tile));
  document.getElementById("toasts").append(document.getElementById("tile-prompt-copied").content.cloneNode(true));
}

function remove(tile) {
  const tiles = [...document.querySelectorAll("[data-results] .tile:has(.tile__open)")].filter((one) => !one.hidden);
  const at = tiles.indexOf(tile);
  const next = tile.contains(document.activeElement) && (tiles[at + 1] ?? tiles[at - 1]);
  if (next) following.set(idOf(tile), next.id);
  if (tile.hasAttribute("aria-busy")) return;
  tile.setAttribute("aria-busy", "true");
  post(tile, actionOf(tile, "delete")).finally(() => tile.removeAttribute("aria-busy"));
}
// Whoever deletes by keyboard is on the next result then.
const following = new Map();
document.addEventListener("items-gone", ({ detail }) => {
  for (const id of detail.ids.map(String)) {
    document.getElementById(following.get(id))?.querySelector(".tile__open").focus({ preventScroll: true });
    following.delete(id);
  }
});

function openPart(tile, id, path) {
  const part = document.getElementById(id).content.cloneNode(true);
  part.querySelector("[data-number]").textContent = `#${idOf(tile)}`;
  const ids = part.querySelector("[name=ids]");
  if (ids) ids.value = idOf(tile);
  aside.replaceChildren(part);
  htmx.process(aside);
  aside.showPopover();
  const [title, holder] = [aside.querySelector("h2"), aside.querySelector("[data-part]")];
  title.focus();
  htmx
    .ajax("GET", path, { source: aside, target: holder, swap: "innerHTML" })
    .then(() => {
      if (holder.querySelector("[data-loading]")) return aside.hidePopover(); // there is no such item any more
      if (document.activeElement === title) holder.querySelector("select, input:not([type=hidden])")?.focus();
    })
    .catch(() => {});
}
// The collection has the item: the dialog is done with.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const isDone = detail.xhr.status < 400 && detail.requestConfig.verb === "post";
  if (isDone && detail.elt.closest?.("#aside .aside-form")) aside.hidePopover();
});

const DO = {
  share: (tile, { share }) => post(tile, tile.dataset.sharing ?? actionOf(tile, "share"), { team: share }),
  unshare: (tile) => post(tile, tile.dataset.unsharing ?? actionOf(tile, "take-back")),
  collect: (tile, { collect }) => openPart(tile, "tile-collect", collect + more(tile).search),
  copyLink: copyLinkOf,
  links: (tile) => openPart(tile, "tile-links", `${addressOf(tile)}links/`),
  delete: remove,
  press: (tile, { press }) => tile.querySelector(press)?.click(),
};

// ---- the menu
const entries = () => [...menu.querySelectorAll("[role=menuitem]")].filter((one) => one.checkVisibility());

function fill(tile) {
  const picture = tile.querySelector("img");
  menu.querySelector("img").src = picture?.currentSrc || picture?.src || "";
  menu.querySelector("b").textContent = `#${idOf(tile)}`;
  for (const one of menu.querySelectorAll("[data-press]")) one.hidden = !tile.querySelector(one.dataset.press);
  for (const one of menu.querySelectorAll("[data-links], [data-delete], [data-delete-line]")) one.hidden = false;
  for (const one of menu.querySelectorAll("[data-share]")) one.hidden = Boolean(tile.dataset.team);
  menu.querySelector("[data-unshare]").hidden = !tile.dataset.team;
  // What somebody else made is theirs to share and to delete.
  const ofOthers = "[data-share], [data-unshare], [data-links], [data-delete], [data-delete-line]";
  if ("others" in tile.dataset) for (const one of menu.querySelectorAll(ofOthers)) one.hidden = true;
}

function mark(tile, isOpen) {
  tile?.classList.toggle("is-open", isOpen);
  if (tile) more(tile)?.setAttribute("aria-expanded", String(isOpen));
}

function openMenu(tile) {
  mark(opened, false); // a menu that was open goes without an event of its own
  opened = tile;
  fill(tile);
  menu.classList.toggle("is-narrow", tile.clientWidth < 236);
  menu.classList.toggle("is-tiny", tile.matches("[data-item]") && tile.clientWidth < 130);
  menu.showPopover({ source: more(tile) });
  entries()[0]?.focus({ preventScroll: true });
}

menu.addEventListener("toggle", ({ newState }) => mark(opened, newState === "open"));

menu.addEventListener("click", (event) => {
  const entry = event.target.closest("[role=menuitem]");
  if (!entry || !opened) return;
  menu.hidePopover();
  const name = Object.keys(DO).find((one) => one in entry.dataset);
  DO[name](opened, entry.dataset);
});

menu.addEventListener("keydown", (event) => {
  const all = entries();
  const at = all.indexOf(document.activeElement);
  const key = shortcut(event);
  const places = { ArrowDown: (at + 1) % all.length, ArrowUp: (at || all.length) - 1, Home: 0, End: all.length - 1 };
  const sign = ["Delete", "Backspace"].includes(key) ? "⌫" : key.toUpperCase();
  const shown = all.find((one) => one.querySelector("kbd")?.textContent === sign);
  if (shown) {
    event.preventDefault();
    return shown.click();
  }
  const isLetter = [...key].length === 1 && key !== " ";
  const starts = (one) => one.textContent.trim().toLowerCase().startsWith(key);
  const target = isLetter ? [...all.slice(at + 1), ...all].find(starts) : all[places[key]];
  if (key === "Tab") menu.hidePopover();
  if (!target) return;
  event.preventDefault();
  target.focus();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest(".tile__btn--more");
  if (!button || !isPlain(event)) return;
  event.preventDefault();
  openMenu(button.closest(".tile"));
});
document.addEventListener("keydown", (event) => {
  const button = event.key === " " && event.target.closest(".tile__btn--more");
  if (!button) return;
  event.preventDefault();
  button.click();
});
// A finger that rests on a result opens its menu, and not the browser's own.
document.addEventListener("contextmenu", (event) => {
  const tile = event.pointerType === "touch" && event.target.closest?.(".tile:has(.tile__btn--more)");
  if (!tile) return;
  event.preventDefault();
  // When the finger is up: its end would close what opened before.
  document.addEventListener(
    "touchend",
    (end) => {
      end.preventDefault();
      setTimeout(() => openMenu(tile));
    },
    { once: true, passive: false },
  );
});

// ---- keys, on the result that has the focus, else on the one under the pointer
const PRESSED = {
  f: "[data-favourite] button",
  r: "[value=remix]",
  a: "[value=animate]",
  u: "[value=reference]",
  d: "a[download]",
};
document.addEventListener("keydown", (event) => {
  const key = shortcut(event);
  if (!key || event.repeat || event.defaultPrevented || isWriting(event.target)) return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  // A tick keeps the focus when it was pressed: then the result under the pointer is meant.
  const focused = event.target.matches("[name=ids]") ? null : event.target.closest(".tile");
  const isElsewhere = event.target !== document.body && !event.target.closest("[data-results]");
  const tile = focused ?? (isElsewhere ? null : document.querySelector("[data-results] .tile:hover"));
  if (!tile || !more(tile)) return;
  const isDelete = focused && !("others" in tile.dataset) && (key === "Delete" || key === "Backspace");
  const button = PRESSED[key] && tile.querySelector(PRESSED[key]);
  if (button) button.click();
  else if (key === "s") copyLinkOf(tile);
  else if (key === "c") copyPromptOf(tile);
  else if (isDelete) remove(tile);
  else return;
  event.preventDefault();
});
