// What was done with an item, here or in the lightbox, shows in the tiles of the page.

document.addEventListener("favourite-changed", (event) => {
  const { id, liked } = event.detail;
  for (const form of document.querySelectorAll(`form[data-favourite="${id}"]`)) {
    form.querySelector("button").setAttribute("aria-pressed", String(liked));
    form.querySelector("[name=liked]").value = liked ? "0" : "1";
  }
  const tile = document.getElementById(`item-${id}`);
  if (document.querySelector("main")?.dataset.grid === "favourites") setHidden([id], !liked);
  const mark = tile?.querySelector(".tile__liked");
  if (!liked) mark?.remove();
  else if (tile && !mark) tile.append(document.getElementById("liked-mark")?.content.cloneNode(true) ?? "");
});

function setHidden(ids, hidden) {
  for (const id of ids) {
    const tile = document.getElementById(`item-${id}`) ?? document.getElementById(`task-${id}`);
    if (!tile) continue;
    (tile.closest(".collection-item") ?? tile).hidden = hidden;
    // A submission of which nothing is left goes with its words.
    const run = tile.closest("[data-run]");
    if (run) run.hidden = !run.querySelector(".tile:not([hidden])");
  }
}

// What was deleted or unshared in another tab, or by somebody else.
document.addEventListener("item-not-there", ({ target }) => {
  setHidden([target.dataset.item ?? target.dataset.task], true);
  document.getElementById("toasts").append(document.getElementById("tile-not-there").content.cloneNode(true));
});

document.addEventListener("items-moved", (event) => {
  const { ids, here, team } = event.detail;
  setHidden(ids, !here);
  for (const id of ids)
    (document.getElementById(`task-${id}`) ?? document.getElementById(`item-${id}`))?.setAttribute(
      "data-team",
      team ?? "",
    );
});
document.addEventListener("items-gone", ({ detail }) => setHidden(detail.ids, true));
document.addEventListener("items-back", ({ detail }) => setHidden(detail.ids, false));
