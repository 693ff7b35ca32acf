// Zoom and pan of the picture on the stage: wheel, two fingers, double click, + − 0 and the arrows.

import { isWriting, shortcut } from "./keys.js";

const MAX = 12;
const STEP = 1.4;
const PAN = 80;
const CLOSE_UP = 2.5;

const place = new WeakMap();
const pointers = new Map();
let grip = null;

const picture = () => document.querySelector("#item [data-zoom]");
const at = (zoom) => place.get(zoom) ?? { z: 1, x: 0, y: 0 };

// Never farther than the picture's own edge: some of it is always in sight.
function put(zoom, { z, x, y }) {
  z = Math.min(MAX, Math.max(1, z));
  const wide = (zoom.offsetWidth * (z - 1)) / 2;
  const high = (zoom.offsetHeight * (z - 1)) / 2;
  x = Math.min(wide, Math.max(-wide, x));
  y = Math.min(high, Math.max(-high, y));
  place.set(zoom, { z, x, y });
  zoom.classList.toggle("is-zoomed", z > 1);
  zoom.style.setProperty("--z", z);
  zoom.style.setProperty("--x", `${x}px`);
  zoom.style.setProperty("--y", `${y}px`);
  showSize(zoom, z);
}

// ---- fit, or each pixel of the picture one of the page
const sizes = () => document.querySelector("#item [data-zoom-to]");
const wholeOf = (zoom) => (zoom.querySelector(".zoom__full")?.naturalWidth ?? 0) / zoom.offsetWidth;
const sizeOf = { fit: () => 1, full: wholeOf };

// Only where there is more of the picture than fits.
function showSize(zoom, z = 1) {
  if (!sizes()) return;
  sizes().hidden = !(wholeOf(zoom) > 1.01);
  for (const button of sizes().children) {
    const isSo = Math.abs(sizeOf[button.dataset.size](zoom) - z) < 0.01;
    button.setAttribute("aria-pressed", String(isSo));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#item [data-zoom-to] button");
  if (button) put(picture(), { z: sizeOf[button.dataset.size](picture()), x: 0, y: 0 });
});
document.addEventListener(
  "load",
  ({ target }) => target.matches?.("#item .zoom__full") && showSize(target.parentElement),
  true,
);
const whole = document.querySelector("#item .zoom__full");
if (whole?.complete) showSize(whole.parentElement);

// The point under the pointer stays where it is.
function scale(zoom, by, clientX, clientY) {
  const now = at(zoom);
  const z = Math.min(MAX, Math.max(1, now.z * by));
  const box = zoom.parentElement.getBoundingClientRect();
  const dx = (clientX ?? box.left + box.width / 2) - (box.left + box.width / 2);
  const dy = (clientY ?? box.top + box.height / 2) - (box.top + box.height / 2);
  const ratio = z / now.z;
  put(zoom, { z, x: dx - (dx - now.x) * ratio, y: dy - (dy - now.y) * ratio });
}

document.addEventListener(
  "wheel",
  (event) => {
    const zoom = event.target.closest?.("#item-stage") && picture();
    if (!zoom) return;
    // Where the page scrolls, the wheel scrolls it; a pinch on a trackpad comes as Ctrl and the wheel.
    const scrolls = matchMedia("(width < 1100px)").matches;
    if (scrolls && !event.ctrlKey && at(zoom).z === 1) return;
    event.preventDefault();
    scale(zoom, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0022)), event.clientX, event.clientY);
  },
  { passive: false },
);

document.addEventListener("dblclick", (event) => {
  const zoom = event.target.closest?.("[data-zoom]");
  if (!zoom) return;
  if (at(zoom).z > 1) put(zoom, { z: 1, x: 0, y: 0 });
  else scale(zoom, CLOSE_UP, event.clientX, event.clientY);
});

function gripped(zoom) {
  const [one, two] = [...pointers.values()];
  const middle = two ? { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 } : one;
  return { zoom, ...middle, apart: two ? Math.hypot(one.x - two.x, one.y - two.y) : 0 };
}

document.addEventListener("pointerdown", (event) => {
  const zoom = event.target.closest?.("[data-zoom]");
  if (!zoom || event.button !== 0) return;
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (at(zoom).z > 1 || pointers.size === 2) zoom.setPointerCapture(event.pointerId);
  grip = gripped(zoom);
});

document.addEventListener("pointermove", (event) => {
  if (!pointers.has(event.pointerId) || !grip) return;
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  const { zoom, ...before } = grip;
  grip = gripped(zoom);
  const now = at(zoom);
  if (before.apart && grip.apart) scale(zoom, grip.apart / before.apart, grip.x, grip.y);
  if (now.z > 1 || before.apart) {
    const after = at(zoom);
    put(zoom, { z: after.z, x: after.x + grip.x - before.x, y: after.y + grip.y - before.y });
  }
});

function release(event) {
  if (!pointers.delete(event.pointerId)) return;
  grip = pointers.size && grip ? gripped(grip.zoom) : null;
}
document.addEventListener("pointerup", release);
document.addEventListener("pointercancel", release);

document.addEventListener("keydown", (event) => {
  const zoom = picture();
  const key = shortcut(event);
  if (!zoom || !key || isWriting(event.target)) return;
  const now = at(zoom);
  const moves = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };
  if (key === "+" || key === "=") scale(zoom, STEP);
  else if (key === "-") scale(zoom, 1 / STEP);
  else if (key === "0") put(zoom, { z: 1, x: 0, y: 0 });
  else if (moves[key] && now.z > 1) put(zoom, { z: now.z, x: now.x + moves[key][0], y: now.y + moves[key][1] });
  else return;
  event.preventDefault();
});

// Another size of the window is another frame.
addEventListener("resize", () => picture() && put(picture(), at(picture())));
