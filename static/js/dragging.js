// A result that is dragged carries its number, so that the composer, here or in another window, makes it a reference.

export const ITEM = "application/x-omnistudio-item";

document.addEventListener("dragstart", (event) => {
  // Words that are marked and dragged stay words: there the target is the text.
  const picture = event.target.closest?.("img, a");
  const result = picture?.closest(
    "[data-task][data-state=succeeded], [data-item]:is([data-state=succeeded], :not([data-state]))",
  );
  if (!result || (picture.matches("a") && !picture.matches(".tile__open"))) return;
  event.dataTransfer.setData(ITEM, result.dataset.task ?? result.dataset.item);
  event.dataTransfer.effectAllowed = "copyMove";
});
