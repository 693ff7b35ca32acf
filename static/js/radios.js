// The choices of the composer. No more than functions, as several scripts share them.

const composer = document.getElementById("composer");

export const chosen = (name) => composer.querySelector(`[name="${name}"]:checked`);

export function choose(name, value) {
  const radio = [...composer.querySelectorAll(`[name="${name}"]`)].find((input) => input.value === value);
  if (!radio || radio.checked) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}
