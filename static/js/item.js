// One item, on its page or in place over a list: keys, the link to copy, what follows from actions.

import { copyLink } from "./copy.js";
import { isPlain, isWriting, shortcut } from "./keys.js";

const toasts = document.getElementById("toasts");
const item = () => document.getElementById("item");
const preloaded = new Set();
const hasSheet = "share" in navigator && matchMedia("(pointer: coarse)").matches;

function arrive() {
  const root = item();
  if (!root) return;
  document.title = root.dataset.title;
  const whole = root.querySelector(".zoom__full");
  if (whole?.complete && whole.naturalWidth) root.querySelector(".zoom__small")?.remove();
  const share = root.querySelector("#item-copy-link");
  if (hasSheet && share) share.title = share.querySelector(".sr").textContent = share.dataset.share;
  // The neighbours' small pictures are here before they are asked for.
  for (const { dataset } of root.querySelectorAll("[data-preload]")) {
    if (preloaded.has(dataset.preload)) continue;
    preloaded.add(dataset.preload);
    new Image().src = dataset.preload;
  }
  root.querySelector(".film-strip [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  // A modal dialog makes all the rest of the page mute: what is said must be inside it.
  const dialog = root.closest("dialog");
  if (dialog?.open && toasts.parentElement !== dialog) {
    dialog.append(toasts);
    dialog.addEventListener("close", leave, { once: true });
  }
  if (document.activeElement === document.body) root.focus({ preventScroll: true });
}

const pageTitle = document.title;
function leave() {
  document.body.append(toasts);
  document.title = pageTitle;
}

document.addEventListener("item-shown", arrive);
document.addEventListener("htmx:afterSettle", ({ detail: { target } }) => {
  if (target?.id === "item") arrive();
  // What was pressed is gone: the focus goes to where the next comment is written.
  if (target?.id === "item-comments" && document.activeElement === document.body)
    (document.getElementById("item-comment") ?? item()).focus({ preventScroll: true });
});
arrive();

// ---- the link
const copyItsLink = (button) => copyLink(button.dataset.link, button, "item-link-copied");

// On a phone the button opens the system's own sheet, with the picture itself; the link is one of its choices.
async function openSheet(button) {
  const picture = item().querySelector(".zoom__full, video");
  const told = { title: document.title, url: button.dataset.link };
  try {
    if (picture) {
      const blob = await (await fetch(picture.src)).blob();
      const file = new File(
        [blob],
        `${told.title.replace(/\W+/g, "-").replace(/^-|-$/g, "")}.${blob.type.split("/")[1]}`,
        { type: blob.type },
      );
      if (navigator.canShare?.({ files: [file] })) return await navigator.share({ files: [file], title: told.title });
    }
    await navigator.share(told);
  } catch (error) {
    if (error.name !== "AbortError") copyItsLink(button); // "abort": somebody closed the sheet
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#item-copy-link");
  if (button) (hasSheet ? openSheet : copyItsLink)(button);
});

// ---- a finger: to the next item and back
const SWIPE = 56;
let touched = null;
document.addEventListener(
  "touchstart",
  ({ touches, target }) => {
    const one =
      touches.length === 1 && target.closest("#item-stage") && !target.closest(".film-strip, .is-zoomed, video");
    touched = one ? { x: touches[0].clientX, y: touches[0].clientY } : null;
  },
  { passive: true },
);
document.addEventListener("touchend", ({ changedTouches: [{ clientX, clientY }] }) => {
  if (!touched) return;
  const x = clientX - touched.x;
  const y = clientY - touched.y;
  touched = null;
  if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y))
    item()
      .querySelector(x < 0 ? "#item-next" : "#item-prev")
      ?.click();
});

// ---- keys
const PRESSED = {
  ArrowLeft: "#item-prev",
  ArrowRight: "#item-next",
  r: "#item-remix",
  a: "#item-animate",
  u: "#item-use",
  f: "#item-favourite",
  s: "#item-copy-link",
  c: "#item-copy-prompt",
  d: "#item-download",
  Backspace: "#item-delete",
  Delete: "#item-delete",
};

document.addEventListener("keydown", (event) => {
  const root = item();
  const key = shortcut(event);
  if (!root || !key || event.defaultPrevented || isWriting(event.target)) return;
  const dialog = document.querySelector("dialog[open]");
  if ((dialog && !dialog.contains(root)) || root.querySelector(":popover-open")) return;
  if (key === "?") {
    event.preventDefault();
    return document.getElementById("item-keys").showPopover();
  }
  // A dialog closes by itself.
  if (key === "Escape") return dialog ? undefined : root.querySelector("[data-close]")?.click();
  // A video that has the focus seeks by the arrows, a picture that is zoomed is moved by them.
  if (key.startsWith("Arrow") && (event.target.closest("video") || root.querySelector(".zoom.is-zoomed"))) return;
  const target = PRESSED[key] && root.querySelector(PRESSED[key]);
  if (!target || (event.repeat && !key.startsWith("Arrow"))) return;
  event.preventDefault();
  target.click();
});

// ---- what was restored is shown again
document.addEventListener("items-back", ({ detail: { ids, panel, page } }) => {
  // Only hidden: the answer is still being put in its place from here.
  for (const id of ids)
    toasts.querySelector(`form[action*="/t/${id}/restore/"]`)?.closest(".toast").setAttribute("hidden", "");
  const root = item();
  if (!root || (root.closest("dialog") && !root.closest("dialog").open)) return;
  htmx
    .ajax("GET", panel, { source: root, target: root, swap: "outerHTML" })
    .then(() => history.replaceState(history.state, "", page));
});

// ---- an item that is under way
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "item-poller" && document.hidden) event.preventDefault();
});
const started = new WeakMap();
setInterval(() => {
  for (const clock of item()?.querySelectorAll("time[data-since]") ?? []) {
    if (!started.has(clock)) started.set(clock, performance.now() - clock.dataset.since * 1000);
    const seconds = Math.floor((performance.now() - started.get(clock)) / 1000);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}, 1000);

// Under the whole picture the small one is not needed any more.
document.addEventListener(
  "load",
  (event) =>
    event.target.matches?.(".zoom__full") && event.target.parentElement.querySelector(".zoom__small")?.remove(),
  true,
);

// A picture that can't be had leaves no torn sign, only its frame.
document.addEventListener(
  "error",
  (event) => {
    if (event.target.matches?.("#item img")) event.target.hidden = true;
  },
  true,
);

// An item that was opened over the gallery, and reloaded: for the browser the gallery is an earlier state of this page.
if (history.state?.lightbox && !document.getElementById("lightbox")) {
  // The place that the browser kept is one of the list.
  history.scrollRestoration = "manual";
  addEventListener("load", () => scrollTo(0, 0), { once: true });
  const { pathname } = location;
  addEventListener("popstate", () => location.pathname !== pathname && location.reload());
  // To close it is the way back to there, and no further entry of the history.
  document.addEventListener(
    "click",
    (event) => {
      if (!event.target.closest("[data-close]") || !isPlain(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      history.back();
    },
    true,
  );
}
