"""What differs between two prompts, word by word; in Thai, Chinese and Japanese character by character."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import regex

# Word breaks of Unicode (UAX #29). Where a script has no spaces, they part its characters with their marks.
_BREAK = regex.compile(r"(?wV1)\b")
# So many words of one text against so many of the other are compared; beyond that, only beginning and end.
MOST_PAIRS = 1_000_000


@dataclass(frozen=True)
class Piece:
    """A piece of a text: in both, only in the new one, or only in the old one."""

    kind: Literal["same", "new", "gone"]
    text: str


def cut(text: str) -> list[str]:
    """The words of a text with what stands between them; joined they are the text. Never inside a character."""
    return [word for word in _BREAK.split(text) if word]


def difference(old: str, new: str) -> list[Piece]:
    """The new text in pieces, with what is gone of the old one in between."""
    before, after = cut(old), cut(new)
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    middle = before[start : len(before) - end], after[start : len(after) - end]
    pieces = [("same", after[:start]), *_changes(*middle), ("same", after[len(after) - end :] if end else [])]
    return _joined([Piece(kind, "".join(words)) for kind, words in pieces if words])  # type: ignore[arg-type]


def _common(one: list[str], other: list[str]) -> int:
    """How many words are the same at the beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _changes(before: list[str], after: list[str]) -> list[tuple[str, list[str]]]:
    if len(before) * len(after) > MOST_PAIRS:
        return [("gone", before), ("new", after)]
    found: list[tuple[str, list[str]]] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", after[k:m]))
        else:
            found += [("gone", before[i:j]), ("new", after[k:m])]
    return found


def _joined(pieces: list[Piece]) -> list[Piece]:
    """With neighbours of a kind as one."""
    whole: list[Piece] = []
    for piece in pieces:
        if whole and whole[-1].kind == piece.kind:
            whole[-1] = Piece(piece.kind, whole[-1].text + piece.text)
        else:
            whole.append(piece)
    return whole
