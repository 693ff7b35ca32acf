// A result fills the composer in place: the focus goes to the prompt, the feed stays where it is, and Back undoes it.

import { choose, chosen } from "./radios.js";

const composer = document.getElementById("composer");
const prompt = document.getElementById("prompt");
const list = document.getElementById("references");
const from = document.getElementById("from-place");
const toasts = document.getElementById("toasts");
const RADIOS = ["model", "ratio", "variations"];
const home = location.href;
// What the composer held at each entry of the browser's history that a filling has made.
const states = new Map();
let level = history.state?.filled ?? 0;
let before = null;

// The references themselves and no copies: one of them may still be on its way.
function current() {
  return {
    prompt: prompt.value,
    ...Object.fromEntries(RADIOS.map((name) => [name, chosen(name)?.value])),
    references: [...list.children],
    from: [...from.children],
  };
}

// The model first: a ratio that nobody chose follows it. The draft, the counter and the cost follow the events.
function put(values) {
  prompt.value = values.prompt;
  prompt.lang = "";
  for (const name of RADIOS) choose(name, values[name]);
  document.getElementById("composer-errors").replaceChildren();
  prompt.dispatchEvent(new Event("input", { bubbles: true }));
  composer.dispatchEvent(new Event("change", { bubbles: true }));
  prompt.focus();
}

function arm() {
  for (const button of from.querySelectorAll("button[hidden]")) button.hidden = false;
}

// An item that lies over the feed is done with: its entry becomes that of the composer.
async function leaveLightbox() {
  const event = new CustomEvent("lightbox-done", { detail: {} });
  document.dispatchEvent(event);
  await event.detail.closed; // a dialog that closes gives the focus back
  return Boolean(history.state?.lightbox);
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-use]");
  if (!form) return;
  event.preventDefault();
  const how = event.submitter?.value;
  if (how === "reference") {
    if (await leaveLightbox()) history.back();
    return document.dispatchEvent(new CustomEvent("use-as-reference", { detail: form.dataset.use }));
  }
  if (composer.hasAttribute("aria-busy")) return;
  composer.setAttribute("aria-busy", "true");
  htmx
    .ajax("POST", form.action, { source: form, swap: "none", values: { as: how } })
    .catch(() => {})
    .finally(() => composer.removeAttribute("aria-busy"));
});

// Whatever was written until the answer came.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig.elt.matches("form[data-use]")) before = current();
});

document.addEventListener("composer-filled", async () => {
  const { dataset } = from.querySelector("[data-filled]");
  const earlier = before;
  states.set(level, earlier);
  level += 1;
  if (await leaveLightbox()) history.replaceState({ filled: level }, "", home);
  else history.pushState({ filled: level }, "");
  arm();
  put(dataset);
  dropUndo();
  if (earlier.prompt.trim() && earlier.prompt !== prompt.value) offerUndo(level);
});

const dropUndo = () => toasts.querySelector("[data-filling]")?.remove();

function offerUndo(of) {
  const toast = document.getElementById("composer-filled").content.firstElementChild.cloneNode(true);
  toast.dataset.filling = "";
  toast.querySelector("button").addEventListener("click", () => {
    toast.remove();
    if (history.state?.filled === of) history.back();
  });
  toasts.append(toast);
}

addEventListener("popstate", ({ state }) => {
  const to = state?.filled ?? 0;
  if (state?.lightbox || to === level) return;
  dropUndo();
  states.set(level, current());
  level = to;
  const values = states.get(level);
  if (!values) return;
  list.replaceChildren(...values.references.filter((one) => !one.matches(".ref--up")));
  from.replaceChildren(...values.from);
  put(values);
});

from.addEventListener("click", (event) => {
  if (!event.target.closest("#detach")) return;
  from.replaceChildren();
  prompt.focus();
});
arm();
// Filled with the page itself, by a result of another page.
if (new URLSearchParams(location.search).has("from") && document.activeElement === document.body) prompt.focus();
