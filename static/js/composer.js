// The composer: keys, the counter, the line that sums up the options, ideas.

import { shortcut } from "./keys.js";
import { choose, chosen } from "./radios.js";

const composer = document.getElementById("composer");
const prompt = document.getElementById("prompt");
const count = document.getElementById("count");
const options = composer.querySelector(".composer__opts");

function showCount() {
  // Characters as the server counts them, not UTF-16 units.
  const length = Array.from(prompt.value).length;
  count.textContent = length > count.dataset.warn ? `${length} / ${count.dataset.most}` : length;
  count.classList.toggle("warn", length > count.dataset.warn && length <= count.dataset.most);
  count.classList.toggle("bad", length > count.dataset.most);
}

function showOptions() {
  const model = chosen("model");
  if (!model) return;
  document.getElementById("chosen-model").textContent = model.closest(".model").querySelector("b").textContent;
  document.getElementById("chosen").textContent =
    `${chosen("ratio")?.value ?? ""} · ×${chosen("variations")?.value ?? ""}`;
}

const usualRatio = () => chosen("model")?.dataset.defaultRatio;
let usual = usualRatio();
composer.addEventListener("change", (event) => {
  if (event.target.name === "model") {
    // A ratio that nobody chose follows the model: pictures are square, videos are wide.
    const now = usualRatio();
    if (now !== usual && chosen("ratio")?.value === usual) choose("ratio", now);
    usual = now;
  }
  showOptions();
});
prompt.addEventListener("input", showCount);
composer.addEventListener("restored", () => {
  usual = usualRatio();
  showCount();
  showOptions();
});

composer.addEventListener("keydown", (event) => {
  if (shortcut(event) === "mod+Enter") {
    event.preventDefault();
    const button = document.getElementById("generate");
    if (!button.disabled && !event.repeat) composer.requestSubmit(button);
  }
  if (shortcut(event) === "Escape" && event.target === prompt) prompt.blur();
});

// A double click is one wish: the answer to the first click may be in before the second one.
document.getElementById("generate").addEventListener("click", (event) => event.detail > 1 && event.preventDefault());

document.addEventListener("click", (event) => {
  const idea = event.target.closest("[data-idea]");
  if (!idea) return;
  prompt.value = idea.querySelector("span").textContent;
  choose("model", idea.dataset.model);
  choose("ratio", idea.dataset.ratio);
  prompt.dispatchEvent(new Event("input", { bubbles: true }));
  prompt.focus();
});

// On a phone the options are one line until they are asked for; without this script they stay open.
const phone = matchMedia("(width < 760px)");
if (phone.matches) options.open = false;
options.classList.add("is-ours"); // until here the stylesheet has folded it, so that nothing jumps
phone.addEventListener("change", () => {
  options.open = !phone.matches;
});
showCount();
showOptions();
