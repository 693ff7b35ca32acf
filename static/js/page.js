// Every page: toasts go by themselves, failed requests say so.

import "./unplayable.js";
import "./ago.js";
import "./near.js";
import "./polls.js";
import "./shortcuts.js";
import "./tray.js";
import { isPlain } from "./keys.js";

const toasts = document.getElementById("toasts");
const STAYS = 8000;

// Whoever points at one, or has gone to its button, is not done with it.
function dismissLater(toast) {
  const go = () => (toast.matches(":hover, :focus-within") ? setTimeout(go, STAYS) : toast.remove());
  setTimeout(go, toast.classList.contains("toast--bad") ? STAYS * 2 : STAYS);
}

toasts.querySelectorAll(".toast").forEach(dismissLater);
new MutationObserver((changes) => {
  for (const change of changes)
    for (const node of change.addedNodes) if (node.matches?.(".toast:not([data-stays])")) dismissLater(node);
}).observe(toasts, { childList: true });

// The words stand in the page, so that they are in the person's language.
function say(id) {
  const template = document.getElementById(id);
  if (template && !toasts.querySelector(`[data-from="${id}"]`)) {
    const toast = template.content.firstElementChild.cloneNode(true);
    toast.dataset.from = id;
    toasts.append(toast);
  }
}

// A poll is asked again anyhow: polls.js says so where that goes on. Nobody has pressed anything.
const isPoll = (event) => event.detail.elt?.matches?.("#poller, #item-poller, #tray-poller");
const offline = (event) => isPoll(event) || say("toast-offline");
document.addEventListener("htmx:sendError", offline);
document.addEventListener("htmx:timeout", offline);
// The studio says itself what is in the way, where it could do nothing; a page of the proxy's is none of ours.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  const own = xhr.status === 403 || xhr.status === 503 ? xhr.getResponseHeader("HX-Reswap") : null;
  if (!own || isPoll(event)) return;
  const holder = document.createElement("template");
  holder.innerHTML = xhr.responseText;
  const text = holder.content.textContent.trim();
  const isSaid = [...toasts.children].some((toast) => toast.textContent.trim() === text);
  event.detail.shouldSwap = own !== "none" || !isSaid;
  event.detail.isError = false;
});
document.addEventListener("htmx:responseError", (event) => {
  if (isPoll(event)) return;
  // The session is gone, or was renewed in another tab: the page itself is refused. Nothing was done, and the draft
  // is kept.
  const tile = event.detail.elt.closest?.(".tile");
  if (event.detail.xhr.status === 403) location.reload();
  else if (event.detail.xhr.status === 404 && tile && document.getElementById("tile-not-there"))
    tile.dispatchEvent(new CustomEvent("item-not-there", { bubbles: true }));
  else say("toast-error");
});

// Back to a page that one came from is its own back: with its place and what was selected there.
const arrived = history.length;
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-returns]");
  if (
    !link ||
    !isPlain(event) ||
    event.defaultPrevented ||
    link.href !== document.referrer ||
    history.length !== arrived
  )
    return;
  event.preventDefault();
  history.back();
});

// A modifier key by its own name.
function nameKeys(root) {
  if (!/Mac|iPhone|iPad/.test(navigator.platform)) return;
  for (const key of root.querySelectorAll("[data-mod]")) key.textContent = "⌘";
}
nameKeys(document);

// Help and the choice of language lie over the page that asks for them; without this script they are pages.
const aside = document.getElementById("aside");
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== aside) return;
  nameKeys(aside);
  aside.showPopover();
});

// What is pressed beside something that lies over the page closes that, and does nothing else; but the menu of one
// result goes on to another.
let over = null;
addEventListener(
  "pointerdown",
  ({ target }) => {
    over = document.querySelector("#aside:popover-open, #tile-menu:popover-open, #tray:popover-open");
    if (over?.contains(target) || target.closest?.(".tile__btn--more[aria-expanded=false]")) over = null;
  },
  true,
);
addEventListener(
  "click",
  (event) => {
    if (!over || !event.detail) return;
    if (over.matches(":popover-open")) over.hidePopover();
    over = null;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// What was undone has nothing left to undo: its toast goes with its button.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) detail.elt.closest?.("#toasts .toast form")?.closest(".toast").remove();
});

// The shell is kept for a day without network; where the page has no https there is no such thing.
navigator.serviceWorker?.register("/sw.js").catch(() => {});

// Switches and choices of a form are saved as they are made.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (form) form.requestSubmit();
});
