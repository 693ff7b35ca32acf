// A result that is dragged carries its number, so that the composer, here or in another window, makes it a reference.

export const ITEM = "application/x-omnistudio-item";

// So high are the controls of a video: what is dragged there is its time or its sound.
const CONTROLS = 72;

document.addEventListener("dragstart", (event) => {
  // Words that are marked and dragged stay words: there the target is the text.
  const picture = event.target.closest?.("img, video, a");
  const result = picture?.closest(
    "[data-task][data-state=succeeded], [data-item]:is([data-state=succeeded], :not([data-state]))",
  );
  if (!result || (picture.matches("a") && !picture.matches(".tile__open"))) return;
  if (picture.matches("video") && event.clientY > picture.getBoundingClientRect().bottom - CONTROLS)
    return event.preventDefault();
  event.dataTransfer.setData(ITEM, result.dataset.task ?? result.dataset.item);
  event.dataTransfer.effectAllowed = "copyMove";
});
