// Items of a collection are dragged to where they belong. The arrows under each do the same without this script.

const ID = "collection-items";
let dragged = null;
let before = [];

const form = () => document.getElementById(ID);
const items = () => [...form().querySelectorAll(".collection-item")];
const order = () => items().map((item) => item.dataset.item);

function prepare() {
  if (!form()?.hasAttribute("data-arrange")) return;
  form().classList.add("can-drag");
  for (const item of items()) item.draggable = true;
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".can-drag .collection-item") ?? null;
  if (!dragged) return;
  before = order();
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.item);
});

// The item moves along while it is dragged, so that what is seen is what will be.
document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.(".collection-grid");
  if (!over) return;
  event.preventDefault();
  const target = event.target.closest(".collection-item");
  if (!target || target === dragged) return;
  const isAfter = dragged.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING;
  target[isAfter ? "after" : "before"](dragged);
});

document.addEventListener("drop", (event) => {
  if (dragged && event.target.closest?.(".collection-grid")) event.preventDefault();
});

document.addEventListener("dragend", (event) => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  dragged = null;
  const wanted = order();
  if (event.dataTransfer.dropEffect === "none") return putBack();
  if (wanted.join() === before.join()) return;
  htmx.ajax("POST", form().action, { source: form(), swap: "none", values: { ids: wanted.join(",") } });
});

function putBack() {
  const byId = new Map(items().map((item) => [item.dataset.item, item]));
  form()
    .querySelector(".collection-grid")
    .append(...before.map((id) => byId.get(id)));
}

// The order that was not saved is not shown.
document.addEventListener("htmx:sendError", (event) => event.detail.elt?.id === ID && putBack());
document.addEventListener("htmx:responseError", (event) => event.detail.elt?.id === ID && putBack());
document.addEventListener("htmx:oobAfterSwap", prepare);
prepare();
