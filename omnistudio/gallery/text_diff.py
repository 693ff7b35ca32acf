"""What differs between two prompts, word by word; in Thai, Chinese and Japanese character by character."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from typing import Any, Literal

import regex

# Word breaks of Unicode (UAX #29). Where a script has no spaces, they part its characters with their marks.
_BREAK = regex.compile(r"(?wV1)\b")
_SPACE = regex.compile(r"(\s+)")
# Letters of which two make a flag. To find the breaks in a row of them takes as long as its square.
_FLAG = regex.compile("[\U0001f1e6-\U0001f1ff]")
MAX_FLAGS = 500
# Looks at a word that one page may take for all its differences together: a quarter of a second, or so.
STEPS = 1_000_000
Word = tuple[str, str]  # and the space after it


@dataclass(frozen=True)
class Piece:
    """A piece of a text: in both, only in the new one, or only in the old one."""

    kind: Literal["same", "new", "gone"]
    text: str


class Budget:
    """The steps that are left for the differences of one page.

    To look for the longest piece that is the same takes, for each word of the one text, a step for each place that
    it has in the other; and then again for what is before and after it. In a text that repeats few words this grows
    with the cube of its length.
    """

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def take(self, steps: int) -> bool:
        """Take steps, where so many are left; else none."""
        enough = steps <= self.left
        self.left -= steps if enough else 0
        return enough


def cut(text: str) -> list[str]:
    """The words of a text with what stands between them; joined they are the text. Never inside a character."""
    breaks = _SPACE if len(_FLAG.findall(text)) > MAX_FLAGS else _BREAK
    return [word for word in breaks.split(text) if word]


def difference(old: str, new: str, budget: Budget | None = None) -> list[Piece]:
    """The new text in pieces, with what is gone of the old one in between.

    Where the budget does not reach, a stretch in which little may be the same is told as gone and new as a whole.
    """
    before, after = cut(old), cut(new)
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    middle = _changes(
        _spaced(before[start : len(before) - end]), _spaced(after[start : len(after) - end]), budget or Budget()
    )
    return _joined(
        [
            Piece("same", "".join(after[:start])),
            *middle,
            Piece("same", "".join(after[len(after) - end :] if end else [])),
        ]
    )


def told(old: str, new: str, budget: Budget | None = None) -> list[Piece]:
    """What differs; nothing where hardly anything is the same, and marks would only hide the text."""
    pieces = difference(old, new, budget)
    same = sum(len(piece.text) for piece in pieces if piece.kind == "same")
    return pieces if 4 * same >= len(new) else []


def _common(one: list[str], other: list[str]) -> int:
    """How many words are the same at the beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _spaced(cuts: list[str]) -> list[Word]:
    """The words, each with the space after it: spaces are everywhere, and to compare them says nothing."""
    found: list[Word] = []
    for piece in cuts:
        if not piece.isspace():
            found.append((piece, ""))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + piece)
        else:
            found.append(("", piece))
    return found


class _Bounded(SequenceMatcher[str]):
    """Python's, that finds no more once the budget is spent."""

    def __init__(self, before: list[str], after: list[str], budget: Budget) -> None:
        super().__init__(None, before, after, autojunk=False)
        self._before, self._places, self._budget = before, Counter(after), budget

    def find_longest_match(self, alo: int = 0, ahi: Any = None, blo: int = 0, bhi: Any = None) -> Match:
        steps = sum(1 + self._places[word] for word in self._before[alo:ahi])
        if self._budget.take(steps):
            return super().find_longest_match(alo, ahi, blo, bhi)
        return Match(alo, blo, 0)


def _changes(before: list[Word], after: list[Word], budget: Budget) -> Iterator[Piece]:
    matcher = _Bounded([word for word, _space in before], [word for word, _space in after], budget)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            yield from _replaced(before[i:j], after[k:m])
            continue
        for (word, was), (_word, now) in zip(before[i:j], after[k:m], strict=True):
            yield Piece("same", word)
            yield from _replaced([("", was)], [("", now)])


def _replaced(before: list[Word], after: list[Word]) -> Iterator[Piece]:
    """What is gone and what came for it, without the space behind both where it is the same."""
    gone, new = ("".join(word + space for word, space in words) for words in (before, after))
    space = before[-1][1] if before and after and before[-1][1] == after[-1][1] else ""
    yield Piece("gone", gone.removesuffix(space))
    yield Piece("new", new.removesuffix(space))
    yield Piece("same", space)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Without empty ones, and with neighbours of a kind as one."""
    whole: list[Piece] = []
    for piece in filter(lambda piece: piece.text, pieces):
        if whole and whole[-1].kind == piece.kind:
            whole[-1] = Piece(piece.kind, whole[-1].text + piece.text)
        else:
            whole.append(piece)
    return whole
