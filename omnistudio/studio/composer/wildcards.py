"""Wildcards: `{red|celadon|ink black} vase` stands for one prompt for each choice."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

MAX_COMBINATIONS = 16
# A brace with at least one bar, and no brace inside; doubled braces are the variables of presets, and just text here.
# It means the same in Python and in JavaScript, which gets it from the page.
GROUP = r"(?<!\{)\{([^{}|]*\|[^{}]*)\}(?!\})"
_GROUP = re.compile(GROUP)


@dataclass(frozen=True)
class Wildcards:
    """The braces of a prompt, as they were typed, with their choices."""

    parts: tuple[str, ...]  # what stands around the braces; one more than there are braces
    groups: tuple[tuple[str, ...], ...]

    @property
    def count(self) -> int:
        """How many combinations there are; 1 where there is no brace."""
        count = 1
        for choices in self.groups:
            count *= len(choices)
        return count

    @property
    def longest(self) -> tuple[str, ...]:
        """The brace with the most choices: the one to shorten."""
        return max(self.groups, key=len, default=())

    def combinations(self) -> list[str]:
        """The prompts in the order of reading. Call it only where `count` is small."""
        found = []
        for chosen in itertools.product(*self.groups):
            pieces = [self.parts[0], *(piece for pair in zip(chosen, self.parts[1:], strict=True) for piece in pair)]
            found.append(re.sub(r"  +", " ", "".join(pieces)).strip())
        return found


def read(prompt: str) -> Wildcards:
    """Find the braces. Each choice is trimmed, and counts once; a stray brace, or one without a bar, is just text."""
    parts, groups, end = [], [], 0
    for match in _GROUP.finditer(prompt):
        choices = tuple(dict.fromkeys(choice.strip() for choice in match[1].split("|")))
        parts.append(prompt[end : match.start()])
        groups.append(choices)
        end = match.end()
    return Wildcards((*parts, prompt[end:]), tuple(groups))
