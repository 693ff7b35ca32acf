"""Finding known words in a prompt: English by word, Thai and Chinese by the letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Found:
    """One known word in a prompt and what it stands for."""

    name: str
    start: int
    weight: float


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    if re.search(r"[a-z]", word):
        words = r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", word))
        return re.compile(rf"(?<![a-z]){words}(?:s|es|'s)?(?![a-z])")
    return re.compile(re.escape(word))


class Lexicon:
    """Names with their words. The longest words claim their letters first, so that a part cannot match."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, str, float]] = []

    def add(self, name: str, words: Iterable[str], weight: float = 1.0) -> None:
        """Add comma separated word lists for a name; an empty name only hides its words from the rest."""
        for group in words:
            for word in (part.strip().lower() for part in group.split(",")):
                if word:
                    self._entries.append((name, word, weight))
        self._entries.sort(key=lambda entry: -len(entry[1]))

    def find(self, prompt: str) -> list[Found]:
        """Every known word in reading order."""
        text = prompt.lower()
        found: list[Found] = []
        claimed = bytearray(len(text))
        for name, word, weight in self._entries:
            for match in _pattern(word).finditer(text):
                if any(claimed[match.start() : match.end()]):
                    continue
                claimed[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append(Found(name, match.start(), weight))
        return sorted((item for item in found if item.name), key=lambda item: item.start)

    def names(self, prompt: str) -> list[str]:
        """The names found, each once, in reading order."""
        return list(dict.fromkeys(item.name for item in self.find(prompt)))

    def best(self, prompt: str) -> str | None:
        """The name with the most weight of words; the earlier one if two have the same."""
        scores: dict[str, float] = {}
        for item in self.find(prompt):
            scores[item.name] = scores.get(item.name, 0.0) + item.weight
        return max(scores, key=lambda name: scores[name]) if scores else None
