// What a result needs is fetched when the pointer or the focus comes to one, and not with the page: the view of an
// item, the actions, the filling of the composer. A long list has one strip of actions for all its results, and each
// gets its own then. A finger opens a result of a list, where the same actions are.

import { isPlain, isWriting, shortcut } from "./keys.js";

const OPENS = "[data-results] .tile__open, a[data-opens]";
const strip = document.getElementById("tile-strip");

const here = new Set();
const fetched = (name, load) => load().then((module) => here.add(name) && module);
const lightbox = () => fetched("lightbox", () => import("./lightbox.js"));
const actions = () => fetched("actions", () => import("./results.js"));
const filling = () => fetched("filling", () => import("./fill.js"));
const hasComposer = Boolean(document.getElementById("composer"));

// ---- the strip: what the server wrote for a sample, for this result
// What can't be done with a result of this kind. A prompt that was deleted can't be used again.
const WITHOUT = { image: ["[value=continue]"], video: ["[value=animate]"] };
const NEITHER = ["[value=animate]", "[value=continue]", "[value=reference]"];

function stripOf(tile) {
  const { item, kind = "image", wordless } = tile.dataset;
  const holder = document.createElement("template");
  holder.innerHTML = strip.innerHTML.replaceAll(strip.dataset.sample, item);
  const without = wordless === undefined ? (WITHOUT[kind] ?? NEITHER) : [".tile__use"];
  for (const one of without) holder.content.querySelector(one).remove();
  const isLiked = Boolean(tile.querySelector(".tile__liked"));
  holder.content.querySelector("[aria-pressed]").setAttribute("aria-pressed", String(isLiked));
  holder.content.querySelector("[name=liked]").value = isLiked ? "0" : "1";
  return holder.content;
}

function addStrip(tile) {
  if (!strip || !tile.matches("[data-item]:not([data-state])") || tile.querySelector(".tile__strip")) return;
  tile.append(stripOf(tile));
  htmx.process(tile.querySelector(".tile__strip"));
}

function prepare({ target, pointerType }) {
  if (target.closest?.(OPENS)) lightbox().catch(() => {});
  if (hasComposer && target.closest?.(".tile, form[data-use]")) filling().catch(() => {});
  const tile = target.closest?.("[data-results] .tile");
  if (!tile) return;
  actions().catch(() => {});
  if (pointerType !== "touch") addStrip(tile);
}
for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, prepare);

// ---- what is pressed before it is here waits for it
// Another version of a script may be there by now, or there is no network: then the page that the link leads to.
async function instead(event, load, act, otherwise) {
  event.preventDefault();
  event.stopImmediatePropagation();
  try {
    act(await load());
  } catch {
    otherwise();
  }
}

document.addEventListener(
  "click",
  (event) => {
    const more = event.target.closest(".tile__btn--more");
    if (!more || here.has("actions") || !isPlain(event)) return;
    instead(
      event,
      actions,
      () => more.click(),
      () => location.assign(more.href),
    );
  },
  true,
);

const KEYS = ["f", "r", "a", "u", "d", "s", "c", "Delete", "Backspace"];
document.addEventListener("keydown", (event) => {
  if (here.has("actions") || !KEYS.includes(shortcut(event)) || isWriting(event.target)) return;
  if (!event.target.closest("[data-results] .tile") && !document.querySelector("[data-results] .tile:hover")) return;
  const again = () => event.target.dispatchEvent(new KeyboardEvent("keydown", event));
  actions().then(again, () => {});
});

document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    if (!hasComposer || !form.matches("[data-use]") || here.has("filling")) return;
    const send = () => form.requestSubmit(submitter);
    instead(event, filling, send, () => here.add("filling") && send());
  },
  true,
);

document.addEventListener(
  "click",
  (event) => {
    const tile = event.target.closest(OPENS);
    if (!tile || !isPlain(event) || tile.closest(".is-selecting")) return;
    instead(
      event,
      lightbox,
      (view) => view.open(tile),
      () => location.assign(tile.href),
    );
  },
  true,
);
// Forward, after a reload of the page below.
addEventListener("popstate", async ({ state }) => state?.lightbox && (await lightbox()).reopen());
// Filled before a reload, or by a link: it is undone, and what it was made from let go.
if (history.state?.filled || document.getElementById("from-place")?.children.length) filling().catch(() => {});

// A tile that an answer puts anew had the focus, or its strip did: it has it again.
let focused = null;
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  focused = detail.target.contains(document.activeElement) ? detail.target.id : null;
});
document.addEventListener("htmx:oobAfterSwap", () => {
  if (focused) document.getElementById(focused)?.querySelector(".tile__open")?.focus({ preventScroll: true });
  focused = null;
});
