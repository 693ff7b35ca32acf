// Keys, whatever the keyboard: every script that listens to keys asks here which one was meant.

// A text that an input method is still writing is nobody's yet: the keys and the half-written text belong to it.
// Safari's last key of a composition says only 229.
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

// What stands on a US keyboard at a place, plain and with Shift.
const PLACES = { Slash: "/?", Minus: "-_", Equal: "=+", Comma: ",<", Period: ".>" };
// Letters of Latin scripts and the signs among them; a key that writes another script goes by its place.
const LATIN = /^[\u0020-\u024f]$/;
const FULL_WIDTH = /^[\uff01-\uff5e]$/;

// The sign or letter that a key stands for: what it writes where that is Latin, else what stands at its place.
function signOf({ key, code, shiftKey }) {
  if (LATIN.test(key)) return key;
  if (FULL_WIDTH.test(key)) return String.fromCharCode(key.charCodeAt(0) - 0xfee0);
  if (/^Key[A-Z]$/.test(code)) return code[3];
  if (/^Digit\d$/.test(code)) return shiftKey ? "" : code[5];
  return PLACES[code]?.[Number(shiftKey)] ?? "";
}

// The shortcut that was pressed: "x", "/", "?", "Escape", "shift+x", "mod+Enter" (Ctrl or ⌘). Letters are lower case,
// with Caps Lock too. "" where none is meant: while text is composed, with Alt or AltGr, and for dead keys.
export function shortcut(event) {
  if (isComposing(event) || event.altKey || event.getModifierState?.("AltGraph")) return "";
  const isNamed = [...event.key].length > 1;
  const name = isNamed ? event.key : signOf(event).toLowerCase();
  if (!name || ["Dead", "Process", "Unidentified"].includes(name)) return "";
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  // Shift is part of a sign; with a letter or a named key it is another shortcut.
  const shift = event.shiftKey && (isNamed || name === " " || name.toUpperCase() !== name) ? "shift+" : "";
  return mod + shift + name;
}

// Where a person writes: there single keys are letters.
const NOT_TEXT = ["checkbox", "radio", "range", "button", "submit"].map((type) => `[type=${type}]`);
const WRITING = `input:not(${NOT_TEXT}), textarea, select, [contenteditable]`;

export const isWriting = (target) => Boolean(target.closest?.(WRITING));

// A press with the main button, and with no key held: on a link, the one that is not to open another tab.
export const isPlain = (event) =>
  !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
