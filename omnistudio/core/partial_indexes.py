"""Conditions that stand in the SQL as text, so that a partial index is used.

SQLite plans a statement before it knows its parameters: `status IN (?, ?)` proves nothing about an index that is
`WHERE status IN ('waiting', 'queued')`, and the whole table is read. The condition of the index, word for word, does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Q, Value

_WORD = re.compile(r"[a-z_]+")


class _Text(Value):
    """A word of our own code as part of the SQL, and not as a parameter."""

    def __init__(self, word: str) -> None:
        if not _WORD.fullmatch(word):
            raise ValueError(f"only words of our own may stand in SQL, and not {word!r}")
        super().__init__(word, output_field=CharField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return f"'{self.value}'", []


def is_word(field: str, word: str) -> Q:
    """`field = 'word'`, as the condition of an index has it. Raises `ValueError` for what is no plain word."""
    return Q(**{field: _Text(str(word))})


def is_one_of(field: str, words: Iterable[str]) -> Q:
    """`field IN ('one', 'two')`; the words in the order of the index's own condition, by which SQLite knows it.

    Raises:
        ValueError: one of them is no plain word.
    """
    return Q(**{f"{field}__in": [_Text(str(word)) for word in words]})
