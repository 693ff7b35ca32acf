"""Numbers that an address, a form or a session carries: what is none is None, and never an error."""

from __future__ import annotations

from collections.abc import Iterable


def whole_number(text: object) -> int | None:
    """The number that the text is, 0 to 10¹⁸ - 1, so that it fits every column of ids; None for anything else."""
    digits = str(text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def pairs_of(values: Iterable[str]) -> dict[int, int]:
    """`12.3` is 12 with 3; what is not of this form is left out."""
    pairs = (value.partition(".")[::2] for value in values)
    numbers = ((whole_number(first), whole_number(second)) for first, second in pairs)
    return {first: second for first, second in numbers if first and second is not None}
