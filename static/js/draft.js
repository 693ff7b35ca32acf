// The draft of the composer survives a reload, a lost session and a visit of the key page.
// It stays in this browser, under the person it belongs to.

import { chosen } from "./radios.js";

const composer = document.getElementById("composer");
const prompt = document.getElementById("prompt");
const KEY = `omnistudio.draft.${composer.dataset.person}`;
const RADIOS = ["model", "ratio", "variations"];
// On the address of a preset that was filled in: what was written before can be brought back. Else the presets come
// when somebody goes to their button.
if (composer.dataset.filled && location.pathname !== "/") await import("./presets.js");
for (const kind of ["pointerover", "focusin", "click"])
  document.getElementById("open-presets").addEventListener(kind, () => import("./presets.js"), { once: true });
// What the server has just filled in is newer than the draft.
const filled = composer.dataset.filled?.split(" ") ?? [];

function save() {
  const draft = {
    prompt: prompt.value,
    references: [...composer.querySelectorAll("[name=references]")].map((input) => input.value),
  };
  draft.page = location.search;
  for (const name of RADIOS) draft[name] = chosen(name)?.value;
  try {
    localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // A full or forbidden store must not stop anybody from writing.
  }
}

function restore() {
  let draft;
  try {
    draft = JSON.parse(localStorage.getItem(KEY));
  } catch {
    return;
  }
  // What the server sent back with an error is newer than any draft.
  if (!draft || composer.querySelector("#composer-errors .field__error")) return;
  if (filled.includes("prompt") && !("preset" in composer.dataset)) {
    // What was typed on this very page before it was loaded anew is newer still.
    if (draft.page !== location.search) return keepAside(draft);
    prompt.value = draft.prompt ?? "";
    filled.length = 0;
  } else if (!prompt.value) prompt.value = draft.prompt ?? "";
  for (const name of RADIOS.filter((each) => !filled.includes(each))) {
    const radio = [...composer.querySelectorAll(`[name="${name}"]`)].find((input) => input.value === draft[name]);
    if (radio) radio.checked = true;
  }
  composer.dispatchEvent(new CustomEvent("restored"));
  if (draft.references?.length)
    document.dispatchEvent(new CustomEvent("restore-references", { detail: draft.references }));
}

// The words that were there before can be brought back.
function keepAside(draft) {
  if (!draft.prompt?.trim() || draft.prompt === prompt.value) return;
  const toast = document.getElementById("draft-aside").content.firstElementChild.cloneNode(true);
  toast.querySelector("button").addEventListener("click", () => {
    prompt.value = draft.prompt;
    prompt.dispatchEvent(new Event("input", { bubbles: true }));
    toast.remove();
    prompt.focus();
  });
  document.getElementById("toasts").append(toast);
}

restore();
// Once htmx listens: what the options cost.
document.addEventListener("DOMContentLoaded", () => composer.dispatchEvent(new Event("change", { bubbles: true })));
composer.addEventListener("input", save);
composer.addEventListener("change", save);
addEventListener("pagehide", save);
