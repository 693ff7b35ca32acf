"""Numbers that an address, a form or a session carries: what is none is None, and never an error."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.http import QueryDict

MAX = 20_000  # as many as Django takes of fields
# What a column of Django's `PositiveIntegerField` holds on every database.
LARGEST = 2**31 - 1


def parse_id(text: object) -> int | None:
    """The number that the text is, 0 to 10¹⁸ - 1, so that it fits every column of ids; None for anything else."""
    digits = str(text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def whole_numbers(values: Iterable[str]) -> list[int]:
    """The numbers that a field holds, repeated or separated by commas, each once; what is no number is left out.

    Beyond `MAX` no more is read: far more than may be changed at once, so that who sends so many is told so.
    """
    parts = (part for value in values for part in value.split(",", MAX))
    numbers = (parse_id(part) for part in islice(parts, MAX))
    return list(dict.fromkeys(number for number in numbers if number is not None))


def parse_ids(query: QueryDict) -> list[int]:
    """The ids that a form names, repeated or separated by commas, each once."""
    return whole_numbers(query.getlist("ids"))


def parse_pairs(values: Iterable[str]) -> dict[int, int]:
    """`12.3` is 12 with 3; what is not of this form is left out."""
    pairs = (value.partition(".")[::2] for value in islice(values, MAX))
    numbers = ((parse_id(first), parse_id(second)) for first, second in pairs)
    return {first: second for first, second in numbers if first and second is not None}
