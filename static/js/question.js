// What is asked before a submission is sent, how many combinations there are, and where a remix comes from.

const composer = document.getElementById("composer");
const prompt = document.getElementById("prompt");
const combinations = document.getElementById("combinations");
const question = () => document.getElementById("question");
const MOST = 16;
// As the server reads them: a brace with a bar, and no brace inside or doubled around it.
const GROUP = /(?<!\{)\{([^{}]*\|[^{}]*)\}(?!\})/g;

function count() {
  let number = 1;
  for (const [, inner] of prompt.value.matchAll(GROUP)) number *= new Set(inner.split("|").map((choice) => choice.trim())).size;
  return Math.min(number, MOST + 1);
}

function forget() {
  const box = question();
  box.replaceChildren();
  box.removeAttribute("class");
  box.removeAttribute("role");
}

let last = "1";
prompt.addEventListener("input", () => {
  forget();
  combinations.value = count();
  if (combinations.value === last) return;
  last = combinations.value;
  combinations.dispatchEvent(new Event("change", { bubbles: true }));
});
composer.addEventListener("change", (event) => event.target !== combinations && forget());
composer.addEventListener("restored", () => (last = combinations.value = count()));

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-dismiss-question]")) return;
  forget();
  prompt.focus();
});

document.addEventListener("htmx:afterSettle", () => {
  const box = question();
  if (!box?.children.length || box.dataset.seen) return;
  box.dataset.seen = "true";
  box.scrollIntoView({ block: "nearest" });
  box.querySelector("[data-confirm]").focus();
});

const detach = document.getElementById("detach");
if (detach) {
  detach.hidden = false;
  detach.addEventListener("click", () => {
    document.getElementById("from").remove();
    prompt.focus();
  });
}
