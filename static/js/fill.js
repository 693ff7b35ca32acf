// A result fills the composer in place: the focus goes to the prompt, the feed stays where it is, and Back undoes it.

import { choose, chosen } from "./radios.js";

const composer = document.getElementById("composer");
const prompt = document.getElementById("prompt");
const list = document.getElementById("references");
const from = document.getElementById("from-place");
const RADIOS = ["model", "ratio", "variations"];
// What the composer held at each entry of the browser's history that a filling has made.
const states = new Map();
let level = history.state?.filled ?? 0;
let before = null;

const copies = (holder) => [...holder.children].map((child) => child.cloneNode(true));

function current() {
  return {
    prompt: prompt.value,
    ...Object.fromEntries(RADIOS.map((name) => [name, chosen(name)?.value])),
    references: copies(list),
    from: copies(from),
  };
}

// The model first: a ratio that nobody chose follows it. The draft, the counter and the cost follow the events.
function put(values) {
  prompt.value = values.prompt;
  for (const name of RADIOS) choose(name, values[name]);
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
    if (await leaveLightbox()) history.replaceState({ filled: level }, "", composer.dataset.page);
    return document.dispatchEvent(new CustomEvent("use-as-reference", { detail: form.dataset.use }));
  }
  before = current();
  composer.setAttribute("aria-busy", "true");
  htmx
    .ajax("POST", form.action, { source: form, swap: "none", values: { as: how } })
    .finally(() => composer.removeAttribute("aria-busy"));
});

document.addEventListener("composer-filled", async ({ detail }) => {
  states.set(level, before ?? current());
  level += 1;
  history[(await leaveLightbox()) ? "replaceState" : "pushState"]({ filled: level }, "", composer.dataset.page);
  arm();
  put(detail);
  if (before?.prompt.trim() && before.prompt !== prompt.value) offerUndo();
});

function offerUndo() {
  const toast = document.getElementById("composer-filled").content.firstElementChild.cloneNode(true);
  toast.querySelector("button").addEventListener("click", () => {
    toast.remove();
    history.back();
  });
  document.getElementById("toasts").append(toast);
}

addEventListener("popstate", ({ state }) => {
  const to = state?.filled ?? 0;
  if (state?.lightbox || to === level) return;
  states.set(level, current());
  level = to;
  const values = states.get(level);
  if (!values) return;
  list.replaceChildren(...values.references);
  from.replaceChildren(...values.from);
  put(values);
});

from.addEventListener("click", (event) => {
  if (!event.target.closest("#detach")) return;
  from.replaceChildren();
  prompt.focus();
});
arm();
