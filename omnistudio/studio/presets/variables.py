"""Variables in the text of a preset: `{{subject}}`, `{{light|soft window light}}`. Pure functions.

A name may be in any language. Everything else in braces is just text and stays: a stray brace, `{red|blue}`, `{{}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from omnistudio.core.text import normalise

MAX_VARIABLES = 50
# On one line, as the field of the form is; a name ends at the first bar, a default may have bars of its own.
_VARIABLE = re.compile(r"\{\{([^{}|\r\n]+)(?:\|([^{}\r\n]*))?\}\}")


@dataclass(frozen=True)
class Variable:
    """A gap in a text, and what goes there where nobody says otherwise."""

    name: str
    default: str = ""


@dataclass(frozen=True)
class Piece:
    """A part of a text: words as they are (`variable` is None), or a gap."""

    text: str
    variable: Variable | None = None


class Missing(ValueError):
    """Variables that have neither a value nor a default; `names` in the order of the text."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class TooLong(ValueError):
    """The text would have `count` characters with the values in its gaps."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def variables(text: str) -> list[Variable]:
    """The variables of a text in the order of their first mention, each once; the first default holds."""
    found: dict[str, str] = {}
    for _words, mention in _mentions(text):
        if mention and not found.get(mention.name):
            found[mention.name] = mention.default
    return [Variable(name, default) for name, default in found.items()]


def pieces(text: str) -> list[Piece]:
    """The whole text in parts, each gap with the variable that it stands for."""
    known = {variable.name: variable for variable in variables(text)}
    return [Piece(words, known[mention.name] if mention else None) for words, mention in _mentions(text)]


def fill(text: str, values: Mapping[str, str], most: int | None = None) -> str:
    """Put values into the gaps. Spaces around a value are trimmed; an empty one takes the default.

    Each gap is filled once: braces within a value are just text.

    Raises:
        Missing: variables have neither a value nor a default.
        TooLong: it would have more than `most` characters. A short text may mention a long value many times, so
            they are counted before anything is joined.
    """
    given = {normalised(name): value.strip() for name, value in values.items()}
    chosen = {variable.name: given.get(variable.name) or variable.default for variable in variables(text)}
    if missing := [name for name, value in chosen.items() if not value]:
        raise Missing(missing)
    parts = [chosen[mention.name] if mention else words for words, mention in _mentions(text)]
    if most is not None and (count := sum(map(len, parts))) > most:
        raise TooLong(count)
    return "".join(parts)


def normalised(name: str) -> str:
    """A name as it is compared: composed characters, no spaces around it."""
    return normalise("NFC", name).strip()


def _mentions(text: str) -> Iterator[tuple[str, Variable | None]]:
    """The text from its start to its end: words between gaps, and each mention of a variable with its own default."""
    end = 0
    for match in _VARIABLE.finditer(text):
        name = normalised(match[1])
        if not name:
            continue
        if match.start() > end:
            yield text[end : match.start()], None
        yield match[0], Variable(name, (match[2] or "").strip())
        end = match.end()
    if end < len(text):
        yield text[end:], None
