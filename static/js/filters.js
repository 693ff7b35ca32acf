// Filters that act at once: one GET form, sent as it changes. The search goes on where it was typed.

const filters = document.getElementById("filters");

let typing;
filters.addEventListener("input", (event) => {
  clearTimeout(typing);
  if (event.target.id === "q") typing = setTimeout(go, 400);
});
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
  if (event.key === "/" && !event.target.closest("input, textarea, select, dialog[open]")) {
    event.preventDefault();
    document.getElementById("q").focus();
  }
});
