// Pages that ask again and again. Where the answers stay away it is said, until one comes; nothing else ends it.

const ASKS = "#poller, #item-poller, #tray-poller";
// One that fails is nothing to speak of: a process may have been started anew.
const SEVERAL = 3;
const PATIENCE = 20_000;
const toasts = document.getElementById("toasts");
let failed = 0;

const isPoll = ({ detail }) => detail.elt?.matches?.(ASKS) ?? false;

// A server that takes the question and never answers would be waited for without an end.
document.addEventListener("htmx:configRequest", (event) => {
  if (isPoll(event)) event.detail.timeout = PATIENCE;
});

function fail(event) {
  if (!isPoll(event)) return;
  failed += 1;
  const words = document.getElementById("toast-not-updating");
  if (failed < SEVERAL || !words || document.getElementById("not-updating")) return;
  const said = words.content.firstElementChild.cloneNode(true);
  said.id = "not-updating";
  said.querySelector("a").addEventListener("click", (click) => {
    click.preventDefault();
    location.reload();
  });
  toasts.append(said);
}
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, fail);

// Where nothing asks any more, nothing is behind.
document.addEventListener("htmx:afterSettle", () => {
  if (!document.querySelector(ASKS)) document.getElementById("not-updating")?.remove();
});
document.addEventListener(
  "close",
  () => document.querySelector(ASKS) ?? document.getElementById("not-updating")?.remove(),
  true,
);

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!isPoll(event) || event.detail.xhr.status >= 400) return;
  failed = 0;
  document.getElementById("not-updating")?.remove();
});
