// Buttons that copy: <button data-copy="<id>" data-copied="Copied"><span>Copy</span></button>, and the way to copy.

const SHORTLY = 2000;
const resets = new WeakMap();

// Without https a page has no clipboard: the old way, in which the text itself is given to the browser, whatever it
// is shown like. Browsers want something to be selected; a modal dialog lets only what is inside it be.
function copyTheOldWay(text, near) {
  const before = document.activeElement;
  const selection = getSelection();
  const ranges = [...Array(selection.rangeCount).keys()].map((at) => selection.getRangeAt(at));
  const area = Object.assign(document.createElement("textarea"), { value: text, readOnly: true, className: "sr" });
  (near.closest("dialog[open], :popover-open") ?? document.body).append(area);
  area.select();
  let given = false;
  const give = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
    given = true;
  };
  addEventListener("copy", give, true);
  try {
    return document.execCommand("copy") && given;
  } catch {
    return false;
  } finally {
    removeEventListener("copy", give, true);
    area.remove();
    selection.removeAllRanges();
    for (const range of ranges) selection.addRange(range);
    before?.focus?.({ preventScroll: true });
  }
}

// Put a text on the clipboard, exactly as it is; `near` is what was pressed. Whether it is there.
export async function copyText(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text, near);
  }
}

// The same for a link, with a word about it: the toast in the template of that id.
export async function copyLink(text, near, words) {
  if (!(await copyText(text, near))) return showToCopy(text, near);
  document.getElementById("toasts").append(document.getElementById(words).content.cloneNode(true));
}

// Where the browser lets no page copy: the text, selected, to be copied by hand.
export function showToCopy(text, near) {
  const toasts = document.getElementById("toasts");
  const toast = document.getElementById("toast-copy").content.firstElementChild.cloneNode(true);
  const area = toast.querySelector("textarea");
  area.value = text;
  toast.addEventListener("keydown", (event) => event.key === "Escape" && close());
  toast.querySelector("button").addEventListener("click", close);
  function close() {
    toast.remove();
    near.focus({ preventScroll: true });
  }
  toasts.querySelector("[data-by-hand]")?.remove();
  toasts.append(toast);
  area.focus();
  area.select();
}

// The text of an element as it was written. Elements that hold a file end with a line end of their own.
const textOf = (element) => element.textContent.replace(/^\n+|\s*\n\s*$/g, "");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const element = button && document.getElementById(button.dataset.copy);
  if (!element) return;
  const text = textOf(element);
  if (!(await copyText(text, button))) return showToCopy(text, button);
  const label = button.querySelector("span") ?? button;
  button.dataset.label ??= label.textContent;
  label.textContent = button.dataset.copied ?? "Copied";
  button.classList.add("is-copied");
  clearTimeout(resets.get(button));
  resets.set(
    button,
    setTimeout(() => {
      label.textContent = button.dataset.label;
      button.classList.remove("is-copied");
    }, SHORTLY),
  );
});

// A reload of the page that shows a new key must not make another one.
if (document.getElementById("new-key")) history.replaceState(null, "", location.pathname);
