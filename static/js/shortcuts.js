// What goes for the keys of every page, and the keys that every page has: ?, N, and G with the letter of a page.

import { isComposing, isWriting, shortcut } from "./keys.js";

// While an input method is composing, no script hears of a key or of the half-written text; what has become of it is
// told when it is done. First of all listeners, so that nothing here has to think of it.
const quiet = (event) => isComposing(event) && event.stopImmediatePropagation();
for (const kind of ["keydown", "keyup", "input"]) addEventListener(kind, quiet, true);
document.addEventListener("compositionend", ({ target }) =>
  target.dispatchEvent(new Event("input", { bubbles: true })),
);

// Single keys are off while somebody types, and for whoever has turned them off on the account page: a voice that
// dictates presses many of them.
const isSingle = (event) =>
  [...event.key].length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
addEventListener(
  "keydown",
  (event) => {
    if (isSingle(event) && !isWriting(event.target) && localStorage.getItem("omnistudio.keys") === "off")
      event.stopImmediatePropagation();
  },
  true,
);

const aside = document.getElementById("aside");
// An item that lies over the gallery is a page like others; what asks something comes first.
const isHeld = () => document.querySelector("dialog[open]:not(.lightbox), :popover-open");

// ---- N: to the prompt, from anywhere
function write() {
  const prompt = document.getElementById("prompt");
  if (prompt) prompt.focus();
  else if (document.querySelector("[data-go=s]"))
    location.assign(`${document.querySelector("[data-go=s]").href}#prompt`);
}
if (location.hash === "#prompt" && document.getElementById("prompt")) {
  history.replaceState(history.state, "", location.pathname + location.search);
  document.getElementById("prompt").focus();
}

// ---- G, and within a moment the letter of a page; the second key means nothing else, whatever the page does with it
const MOMENT = 1500;
let wentAt = -Infinity;
addEventListener(
  "keydown",
  (event) => {
    const key = shortcut(event);
    if (!key || isWriting(event.target) || isHeld()) {
      wentAt = -Infinity;
      return;
    }
    if (performance.now() - wentAt < MOMENT && !event.repeat) {
      wentAt = -Infinity;
      const page = /^[a-z]$/.test(key) && document.querySelector(`[data-go="${key}"]`);
      if (!page) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      page.click();
    } else if (key === "g" && document.querySelector("[data-go]")) wentAt = performance.now();
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || isWriting(event.target)) return;
  const key = shortcut(event);
  if (key === "n" && !isHeld()) {
    event.preventDefault();
    write();
  }
  if (key === "?" && !document.querySelector("dialog[open], #item")) {
    event.preventDefault();
    if (!aside.matches(":popover-open")) document.getElementById("help-link")?.click();
  }
});
