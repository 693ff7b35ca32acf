"""The words of a search: `lantern "over the river" -boat #2485`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from omnistudio.texts import normalise

MAX_LENGTH = 300
MAX_WORDS = 12
_PART = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')


def folded(text: str) -> str:
    """The form in which prompts and names are compared: NFKC, without case."""
    return normalise("NFKC", text).casefold()


@dataclass(frozen=True)
class Search:
    """What must be contained, what must not, and numbers of works; all folded."""

    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.without or self.numbers)


def parse(text: str) -> Search:
    """Read what a person typed. Nothing is an error: a stray quote or minus is just text."""
    words: list[str] = []
    without: list[str] = []
    numbers: list[int] = []
    for minus, phrase, minus_word, word in _PART.findall(text.replace("\x00", "")[:MAX_LENGTH])[:MAX_WORDS]:
        part = folded(phrase or word).strip()
        number = re.fullmatch(r"#(\d{1,18})", part)
        if not part or part == "-":
            continue
        if number:
            numbers.append(int(number[1]))
        else:
            (without if minus or minus_word else words).append(part)
    return Search(tuple(words), tuple(without), tuple(numbers))
