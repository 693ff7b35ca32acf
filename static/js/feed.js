// The feed: what the poll asks for, clocks that tick, and nothing while nobody looks.

import { inTurn } from "./turns.js";

const feed = document.getElementById("feed");

// The cards that may still change stand in the page, so a late answer can't make the poll forget one.
document.addEventListener("htmx:configRequest", (event) => {
  const { parameters, elt, verb } = event.detail;
  const isPoll = elt.id === "poller";
  if (!isPoll && verb !== "post") return;
  // A submission names it, too: its answer is newer than what another tab may have sent meanwhile.
  // A page of earlier work does not ask for all that has come since.
  const runs = [...feed.querySelectorAll("[data-run]")].map((run) => Number(run.dataset.run));
  parameters.after = "before" in feed.dataset ? Number.MAX_SAFE_INTEGER : Math.max(0, ...runs);
  if (!isPoll) return;
  parameters.card = inTurn([...feed.querySelectorAll("[data-task][data-unfinished]")]);
  parameters.notice = elt.dataset.notice;
  parameters.pace = elt.dataset.pace;
});

// Nobody looks: only what is on its way is asked for, and more rarely; at rest, nothing is.
const SELDOM = 5;
let turns = 0;
function rests() {
  if (!feed.querySelector("[data-unfinished]")) return true;
  turns += 1;
  return turns % SELDOM !== 0;
}

// A submission brings its own run: a poll under way at the same time would bring it a second time.
let submitting = 0;
const writes = (event) => event.detail.requestConfig?.verb === "post";
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "poller") {
    if (submitting || (document.hidden && rests())) event.preventDefault();
  } else if (writes(event)) {
    submitting += 1;
    htmx.trigger("#poller", "htmx:abort");
  }
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.id !== "poller" && writes(event)) submitting = Math.max(0, submitting - 1);
});

// Back in the tab: look at once.
document.addEventListener("visibilitychange", () => {
  const poller = document.getElementById("poller");
  if (!document.hidden && poller)
    htmx.ajax("GET", poller.getAttribute("hx-get"), { source: poller, target: poller, swap: "outerHTML" });
});

// Time that passes is told by the browser; the server only says when it began.
const started = new WeakMap();
setInterval(() => {
  for (const clock of feed.querySelectorAll("time[data-since]")) {
    if (!started.has(clock)) started.set(clock, performance.now() - clock.dataset.since * 1000);
    const seconds = Math.floor((performance.now() - started.get(clock)) / 1000);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}, 1000);

// A card that is drawn anew fades in, and keeps the focus that its predecessor had.
let focused, part;
document.addEventListener("htmx:oobBeforeSwap", ({ target }) => {
  if (!target.matches(".tile") || !target.contains(document.activeElement)) return;
  focused = target.id;
  // From the menu of a card the focus goes back to the button that opened it.
  const menu = document.activeElement.closest("[popover]");
  part = menu ? target.querySelector(`[popovertarget="${menu.id}"]`)?.id : document.activeElement.id;
});
document.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  if (!target.matches(".tile")) return;
  target.classList.add("is-new");
  if (target.id !== focused) return;
  focused = undefined;
  target.tabIndex = -1;
  const same = part && document.getElementById(part);
  (same || target.querySelector("a, button, video") || target).focus({ preventScroll: true });
});
