// Buttons that copy: <button data-copy="<id>" data-copied="Copied"><span>Copy</span></button>.

const SHORTLY = 2000;
const resets = new WeakMap();

async function copied(element) {
  const text = element.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard on a page without https: mark the text and ask the old way.
    const selection = getSelection();
    selection.selectAllChildren(element);
    return document.execCommand("copy");
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const element = button && document.getElementById(button.dataset.copy);
  if (!element || !(await copied(element))) return;
  const label = button.querySelector("span") ?? button;
  button.dataset.label ??= label.textContent;
  label.textContent = button.dataset.copied ?? "Copied";
  button.classList.add("is-copied");
  clearTimeout(resets.get(button));
  resets.set(button, setTimeout(() => {
    label.textContent = button.dataset.label;
    button.classList.remove("is-copied");
  }, SHORTLY));
});

// A reload of the page that shows a new key must not make another one.
if (document.getElementById("new-key")) history.replaceState(null, "", location.pathname);
