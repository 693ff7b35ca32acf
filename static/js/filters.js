// Filters that act at once: one GET form, sent as it changes. The search goes on where it was typed.

import { isWriting, shortcut } from "./keys.js";

const filters = document.getElementById("filters");

let typing;
filters.addEventListener("input", (event) => {
  clearTimeout(typing);
  if (event.target.id === "q") typing = setTimeout(go, 400);
});
// What was typed before an input method began waits for what it makes of the rest.
filters.addEventListener("compositionstart", () => clearTimeout(typing));
filters.addEventListener("change", (event) => event.target.name && event.target.id !== "q" && go());
filters.addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});

function go() {
  clearTimeout(typing);
  const chosen = new URLSearchParams([...new FormData(filters)].filter(([, value]) => value));
  const target = `${filters.getAttribute("action")}${chosen.size ? `?${chosen}` : ""}`;
  if (target !== location.pathname + location.search) {
    sessionStorage.setItem("omnistudio.focus", document.activeElement?.id ?? "");
    location.assign(target);
  }
}

// The search goes on where it was typed.
if (sessionStorage.getItem("omnistudio.focus") === "q") {
  const field = document.getElementById("q");
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
sessionStorage.removeItem("omnistudio.focus");

document.addEventListener("keydown", (event) => {
  if (shortcut(event) === "/" && !isWriting(event.target) && !event.target.closest("dialog[open]")) {
    event.preventDefault();
    document.getElementById("q").focus();
  }
});
