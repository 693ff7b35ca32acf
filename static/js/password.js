// The button in a password's field shows what was typed, until the form is sent.

const buttons = document.querySelectorAll(".password__show");

function show(button, shown) {
  button.setAttribute("aria-pressed", String(shown));
  document.getElementById(button.getAttribute("aria-controls")).type = shown ? "text" : "password";
}

for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => show(button, button.getAttribute("aria-pressed") === "false"));
  // Browsers remember what is in a field of text, and offer it to whoever comes next.
  button.closest("form").addEventListener("submit", () => show(button, false));
}
// A page that “back” brings from memory.
addEventListener("pagehide", () => {
  for (const button of buttons) show(button, false);
});
