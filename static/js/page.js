// Every page: toasts go by themselves, failed requests say so.

import "./shortcuts.js";

const toasts = document.getElementById("toasts");
const STAYS = 5000;

// Whoever points at one, or has gone to its button, is not done with it.
function dismissLater(toast) {
  const go = () => (toast.matches(":hover, :focus-within") ? setTimeout(go, STAYS) : toast.remove());
  setTimeout(go, toast.classList.contains("toast--bad") ? STAYS * 2 : STAYS);
}

toasts.querySelectorAll(".toast").forEach(dismissLater);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.classList?.contains("toast")) dismissLater(node);
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

const isPoll = (event) => event.detail.elt?.id === "poller";
document.addEventListener("htmx:sendError", () => say("toast-offline"));
document.addEventListener("htmx:timeout", () => say("toast-offline"));
document.addEventListener("htmx:responseError", (event) => {
  // The session is gone, or was renewed in another tab: the page itself is refused. Nothing was done; the draft is kept.
  if (event.detail.xhr.status === 403) location.reload();
  else if (!isPoll(event)) say("toast-error");
});

// A modifier key by its own name.
const nameKeys = (root) => /Mac|iPhone|iPad/.test(navigator.platform) && root.querySelectorAll("[data-mod]").forEach((key) => (key.textContent = "⌘"));
nameKeys(document);

// Help and the choice of language lie over the page that asks for them; without this script they are pages.
const aside = document.getElementById("aside");
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== aside) return;
  nameKeys(aside);
  aside.showPopover();
});

// The shell is kept for a day without network; where the page has no https there is no such thing.
navigator.serviceWorker?.register("/sw.js").catch(() => {});

// Switches and choices of a form are saved as they are made.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (form) form.requestSubmit();
});
