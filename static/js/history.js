// The history: rows by the arrow keys, a star by S, remixes that open and close.

import { isWriting, shortcut } from "./keys.js";

const rows = () => [...document.querySelectorAll(".prompt-row")];

document.addEventListener("keydown", (event) => {
  const key = shortcut(event);
  if (!key || isWriting(event.target) || event.target.closest(":popover-open")) return;
  const here = document.activeElement?.closest(".prompt-row");
  if (key === "ArrowDown" || key === "ArrowUp") {
    const all = rows();
    const at = all.indexOf(here);
    const next = all[at < 0 ? 0 : at + (key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.querySelector(".prompt-row__text a").focus();
    next.scrollIntoView({ block: "nearest" });
  }
  if (key === "s" && here && !event.repeat) here.querySelector(".star").click();
  if (key === "e" && here && !event.repeat) here.querySelector("[data-edit]").click();
});

// A star that was pressed keeps the focus although its form is drawn anew.
document.addEventListener("htmx:afterSwap", (event) => {
  const id = event.detail.requestConfig?.triggeringEvent?.submitter?.id;
  if (id?.startsWith("star-")) document.getElementById(id)?.focus();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const link = event.detail.elt.closest?.("[data-expands]");
  if (!link) return;
  const list = document.getElementById(link.dataset.expands);
  const open = link.getAttribute("aria-expanded") !== "true";
  link.setAttribute("aria-expanded", String(open));
  list.hidden = !open;
  if (!open || list.children.length) event.preventDefault();
});
