// Items of a collection are dragged to their place, by mouse or touch. The arrows under each do the same by keyboard,
// and without this script.

const ID = "collection-items";
let sortable = null;
let before = [];

const form = () => document.getElementById(ID);
const isStill = matchMedia("(prefers-reduced-motion: reduce)");

async function prepare() {
  const grid = form()?.matches("[data-arrange]") && form().querySelector(".collection-grid");
  if (!grid) return;
  await import("../vendor/sortable-1.15.7.min.js");
  if (!grid.isConnected || Sortable.get(grid)) return;
  grid.classList.add("can-drag");
  sortable = Sortable.create(grid, {
    animation: isStill.matches ? 0 : 150,
    dataIdAttr: "data-item",
    // A finger that moves at once scrolls the page.
    delay: 250,
    delayOnTouchOnly: true,
    filter: "button",
    ghostClass: "is-dragged",
    preventOnFilter: false,
    onStart: () => {
      before = sortable.toArray();
    },
    onEnd: save,
  });
}

// A drag that Escape ends, or that ends beside the items, changes nothing.
function save({ originalEvent }) {
  const wasCancelled = originalEvent?.type === "dragend" && originalEvent.dataTransfer?.dropEffect === "none";
  const order = sortable.toArray();
  if (wasCancelled) sortable.sort(before);
  else if (order.join() !== before.join())
    htmx.ajax("POST", form().action, { source: form(), swap: "none", values: { ids: order.join(",") } });
}

// The order that was not saved is not shown.
for (const failed of ["htmx:sendError", "htmx:responseError"])
  document.addEventListener(failed, ({ detail }) => detail.elt?.id === ID && sortable?.sort(before));
document.addEventListener("htmx:oobAfterSwap", prepare);
prepare();
