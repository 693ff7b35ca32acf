"""The words of a search: `lantern "over the river" -boat #2485`, with the signs of any keyboard."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from omnistudio.gallery.folding import folded, folded_earlier, with_plain_quotes

MAX_LENGTH = 300
MAX_WORDS = 12
# A minus before a word, as keyboards and word processors write it. The long dashes are punctuation of a text.
_MINUS = "[-‐‑‒–−﹣－˗⁻]"
_PART = re.compile(rf'({_MINUS}?)"([^"]*)"?|({_MINUS}?)([^\s"]+)')


@dataclass(frozen=True)
class Search:
    """What must be contained, what must not, and numbers of items; all folded."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    # How words would have been folded before, where that differs.
    earlier: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __bool__(self) -> bool:
        return bool(self.words or self.without or self.numbers)

    def forms(self, word: str) -> list[str]:
        """A word as rows may hold it: folded, and as it was folded before."""
        return [word, self.earlier[word]] if word in self.earlier else [word]


def parse(text: str) -> Search:
    """Read what a person typed. Nothing is an error: a stray quote or minus is just text."""
    typed = text.replace("\x00", "")[:MAX_LENGTH]
    words: list[str] = []
    without: list[str] = []
    numbers: list[int] = []
    earlier: dict[str, str] = {}
    # With one kind of quotation mark each place in the text is the same place.
    for match in list(_PART.finditer(with_plain_quotes(typed)))[:MAX_WORDS]:
        place = 2 if match[2] is not None else 4
        raw = typed[slice(*match.span(place))]
        part = folded(raw).strip()
        if not part.strip("-"):
            continue
        if number := re.fullmatch(r"#(\d{1,18})", part):
            numbers.append(int(number[1]))
            continue
        (without if match[place - 1] else words).append(part)
        if (before := folded_earlier(raw).strip()) and before != part:
            earlier[part] = before
    return Search(tuple(words), tuple(without), tuple(numbers), earlier)
