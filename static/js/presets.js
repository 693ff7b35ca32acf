// Presets over the composer: the panel, the preview while its form is filled, and what is put into the prompt.

import { choose, chosen } from "./radios.js";

const composer = document.getElementById("composer");
const prompt = document.getElementById("prompt");
const dialog = document.getElementById("presets");
const opener = document.getElementById("open-presets");
const toasts = document.getElementById("toasts");

// ---- the preview says what the fields say; on the page of one preset, too
document.addEventListener("input", ({ target }) => {
  for (const gap of document.querySelectorAll("#preset-preview [data-gap]")) {
    if (gap.dataset.gap === target.id) gap.textContent = target.value.trim() || gap.dataset.empty;
  }
});

// ---- the composer
const now = () => ({
  prompt: prompt.value,
  model: chosen("model")?.value,
  ratio: chosen("ratio")?.value,
  lang: prompt.lang,
  dir: prompt.dir,
});

// The model first: a ratio that nobody chose follows it. The draft, the counter and the cost follow the events.
function put(values) {
  prompt.value = values.prompt;
  prompt.lang = values.lang;
  prompt.dir = values.dir;
  choose("model", values.model);
  choose("ratio", values.ratio);
  prompt.dispatchEvent(new Event("input", { bubbles: true }));
  prompt.focus();
}

function offerUndo(before) {
  const toast = document.getElementById("toast-preset-filled").content.firstElementChild.cloneNode(true);
  toast.querySelector("button").addEventListener("click", () => {
    put(before);
    toast.remove();
  });
  toasts.append(toast);
}

document.addEventListener("preset-filled", () => {
  const { dataset, lang, dir } = document.getElementById("preset-panel");
  const before = now();
  dialog.close("filled");
  bringToastsBack(); // at once, so that what is said now is heard
  put({ ...dataset, lang, dir });
  offerUndo(before);
});

// Filled by the server, on a page of its own: what the draft held can be brought back.
if (composer?.dataset.filled && location.pathname !== "/") {
  history.replaceState(null, "", "/");
  composer.dataset.preset = ""; // for the draft, which is read after this
  let draft;
  try {
    draft = JSON.parse(localStorage.getItem(`omnistudio.draft.${composer.dataset.person}`));
  } catch {
    // A forbidden or broken store holds no draft.
  }
  offerUndo({ ...now(), lang: "", dir: "", ...draft, prompt: draft?.prompt ?? "" });
  prompt.focus();
}

// ---- the panel
function bringToastsBack() {
  if (dialog.contains(toasts)) document.body.append(toasts);
}

function open() {
  if (dialog.open || !dialog.querySelector("#preset-panel-title")) return;
  dialog.returnValue = "";
  dialog.showModal();
  // A modal dialog makes all the rest of the page mute: what is said must be inside it.
  dialog.append(toasts);
}

if (dialog) {
  dialog.addEventListener("htmx:afterSettle", open);
  // What it shows was here before this script.
  if (!dialog.querySelector(".htmx-added, .htmx-settling")) open();
  // The answer to a preset that is gone is the form with what was typed, not an error of the page's.
  dialog.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status !== 404 || !xhr.responseText.trimStart().startsWith("<section")) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });
  dialog.addEventListener("click", (event) => {
    // A click beside the panel closes it, but for a form in which something may be typed.
    const beside = event.target === dialog && !dialog.querySelector("#preset-fill");
    if (beside || event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    bringToastsBack();
    if (dialog.returnValue !== "filled") opener.focus();
  });
  dialog.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-preset-draft]")) return;
    const { prompt: text, model, ratio } = event.target.elements;
    [text.value, model.value, ratio.value] = [
      prompt.value,
      chosen("model")?.value ?? "",
      chosen("ratio")?.value ?? "",
    ];
  });
}
