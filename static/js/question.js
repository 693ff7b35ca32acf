// What is asked before a submission is sent, how many combinations there are, and where a remix comes from.

import { shortcut } from "./keys.js";

const composer = document.getElementById("composer");
const prompt = document.getElementById("prompt");
const combinations = document.getElementById("combinations");
const question = () => document.getElementById("question");
// As the server reads them: a brace with a bar, and no brace inside or doubled around it.
const MAX = Number(combinations.dataset.most);
const GROUP = new RegExp(combinations.dataset.group, "g");

function count() {
  let number = 1;
  for (const [, inner] of prompt.value.matchAll(GROUP))
    number *= new Set(inner.split("|").map((choice) => choice.trim())).size;
  return Math.min(number, MAX + 1);
}

function forget() {
  const box = question();
  box.replaceChildren();
  box.removeAttribute("class");
  box.removeAttribute("role");
}

// ---- the question stands as long as the composer holds what was asked about: a field that only loses the focus has
// not changed. The server takes an answer for just what it asked about, whatever stands here.
const ASIDE = ["csrfmiddlewaretoken", "submission", "combinations", "confirmed"];
const held = () =>
  JSON.stringify(
    [...new FormData(composer)].filter(([name, value]) => !ASIDE.includes(name) && typeof value === "string"),
  );
let sent = "";
let asked = "";

composer.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target === composer) sent = held();
});
for (const kind of ["input", "change"]) {
  composer.addEventListener(kind, () => question().children.length && held() !== asked && forget());
}

let last = "1";
prompt.addEventListener("input", () => {
  combinations.value = count();
  if (combinations.value === last) return;
  last = combinations.value;
  combinations.dispatchEvent(new Event("change", { bubbles: true }));
});
composer.addEventListener("restored", () => {
  combinations.value = count();
  last = combinations.value;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-confirm]")) isAnswered = true;
  if (!event.target.closest("[data-dismiss-question]")) return;
  forget();
  prompt.focus();
});

composer.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !question().children.length) return;
  forget();
  prompt.focus();
});

let shownAt = 0;
let isAnswered = false;
document.addEventListener("htmx:afterSettle", () => {
  const box = question();
  // The button that was pressed is gone with its question: without this the keyboard would begin at the page's top.
  if (isAnswered && !box?.children.length) {
    isAnswered = false;
    if (document.activeElement === document.body) prompt.focus({ preventScroll: true });
  }
  // Another answer may settle while this one has been put in its place and not its class: then it can't be seen yet.
  if (!box?.children.length || box.dataset.seen || !box.matches(".question")) return;
  // Somebody went on writing meanwhile: this is about what is no longer there.
  if (sent !== held()) return forget();
  asked = sent;
  box.dataset.seen = "true";
  shownAt = performance.now();
  box.scrollIntoView({ block: "nearest" });
  box.querySelector("[data-confirm]").focus();
});
// The page itself may have come with a question.
asked = held();

// ---- Ctrl+Enter answers where the question has the focus, and a moment after it came: a double press is no answer.
const MOMENT = 500;
composer.addEventListener(
  "keydown",
  (event) => {
    if (shortcut(event) !== "mod+Enter" || !question().contains(document.activeElement)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat && performance.now() - shownAt > MOMENT) question().querySelector("[data-confirm]")?.click();
  },
  true,
);
