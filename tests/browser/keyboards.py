"""Keyboards of other languages, and input methods: real key events of the browser, as each layout gives them."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

_THAI = dict(zip("abcdefghijklmnopqrstuvwxyz", "ฟิแกำดเ้ร่าสทืนยๆพหะีอไปัผ", strict=True))
_RUSSIAN = dict(zip("abcdefghijklmnopqrstuvwxyz", "фисвуапршолдьтщзйкыегмцчня", strict=True))
# The named keys of a keyboard have the same names everywhere.
_NAMED = {
    "Escape": 27,
    "Enter": 13,
    "Backspace": 8,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
}


@dataclass(frozen=True)
class Keyboard:
    """What the keys of a layout write, by the letters of a US keyboard; `signs` as key, place and Shift."""

    letters: dict[str, str]
    signs: dict[str, tuple[str, str, bool]]

    def press(self, page: Page, name: str, *, ctrl: bool = False) -> None:
        """Press the key that has `name` on a US keyboard: "x", "/", "?", " ", "Escape"."""
        key, code, shift = self._key(name)
        number = _NAMED.get(name) or ord(code[-1] if code[-1].isalnum() else " ")
        event = {
            "key": key,
            "code": code,
            "windowsVirtualKeyCode": number,
            "modifiers": 2 * ctrl + 8 * shift,
        }
        session = page.context.new_cdp_session(page)
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
        session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
        session.detach()

    def _key(self, name: str) -> tuple[str, str, bool]:
        if name in _NAMED:
            return name, name, False
        if name == " ":
            return " ", "Space", False
        if name.isalpha():
            return self.letters.get(name, name), f"Key{name.upper()}", False
        return self.signs[name]


_US = {
    "/": ("/", "Slash", False),
    "?": ("?", "Slash", True),
    "0": ("0", "Digit0", False),
    "+": ("+", "Equal", True),
    "-": ("-", "Minus", False),
}
KEYBOARDS = {
    "us": Keyboard({}, _US),
    "caps lock": Keyboard({letter: letter.upper() for letter in _THAI}, _US),
    "thai": Keyboard(
        _THAI,
        {
            "/": ("ฝ", "Slash", False),
            "?": ("ฦ", "Slash", True),
            "0": ("จ", "Digit0", False),
            "+": ("๙", "Equal", True),
            "-": ("ข", "Minus", False),
        },
    ),
    # Its "/" and "?" are at other places, and are what they are.
    "russian": Keyboard(
        _RUSSIAN,
        {**_US, "/": ("/", "Backslash", True), "?": ("?", "Digit7", True)},
    ),
}


def compose(page: Page, text: str) -> None:
    """Let the input method show `text` at the caret, not chosen yet."""
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    session.detach()


def choose(page: Page, text: str) -> None:
    """Let the input method write what was chosen in the place of what it showed."""
    session = page.context.new_cdp_session(page)
    session.send("Input.insertText", {"text": text})
    session.detach()
