"""Sums of what happened, kept in the database: processes are many, come and go, and a sum of one of them would lie.

A process that counts often (the tracker) keeps what it counted back for some seconds and adds it in one
statement; the others add at once. What a killed process had kept back is not counted.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter as Sums
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from django.db import DatabaseError, connection

from omnistudio.core.models import Counter

logger = logging.getLogger(__name__)

# Upper bounds in seconds, of how long a call took.
BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
BEYOND = "+Inf"


def named(name: str, *labels: str) -> str:
    """The row's name of a sum and its labels."""
    return "|".join((name, *labels))


def add(amounts: Mapping[str, float]) -> None:
    """Add to the sums; those that are not there yet begin at 0. One statement, in the caller's transaction.

    In the order of their names, so that two processes never wait for each other's rows in a circle.
    """
    pairs = sorted((name, amount) for name, amount in amounts.items() if amount)
    if not pairs:
        return
    table, quote = Counter._meta.db_table, connection.ops.quote_name
    places = ", ".join(["(%s, %s)"] * len(pairs))
    # The table's name comes from the model, values are bound.
    statement = (
        f"INSERT INTO {quote(table)} (name, value) VALUES {places} "  # noqa: S608
        f"ON CONFLICT (name) DO UPDATE SET value = {quote(table)}.value + excluded.value"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [part for pair in pairs for part in pair])


class Tally:
    """What this process has counted and not added yet."""

    def __init__(self) -> None:
        self._keepers = 0
        self._lock = threading.Lock()
        self._pending: Sums[str] = Sums()

    @contextmanager
    def kept_back(self) -> Iterator[None]:
        """Add nothing by itself while the block lasts: whoever is in it calls `flush` now and then.

        A loop must, because a database can't be asked from it. Of several in a process the last one ends it.
        """
        with self._lock:
            self._keepers += 1
        try:
            yield
        finally:
            with self._lock:
                self._keepers -= 1

    def count(self, name: str, *labels: str, amount: float = 1) -> None:
        """Count something; never a reason for what is counted to fail."""
        self._take({named(name, *labels): amount})

    def took(self, name: str, label: str, seconds: float) -> None:
        """Count how long something took, for a histogram."""
        first = next((bound for bound in BUCKETS if seconds <= bound), None)
        bucket = BEYOND if first is None else f"{first:g}"
        self._take({named(f"{name}_bucket", label, bucket): 1, named(f"{name}_sum", label): seconds})

    def _take(self, amounts: Mapping[str, float]) -> None:
        with self._lock:
            self._pending.update(amounts)
            is_kept = self._keepers > 0
        if not is_kept:
            self.flush()

    def flush(self) -> None:
        """Add what was kept back. Where the database is away it is kept for the next time."""
        with self._lock:
            amounts, self._pending = self._pending, Sums()
        try:
            add(amounts)
        except DatabaseError as error:
            logger.warning("what was counted can't be written: %s", type(error).__name__)
            with self._lock:
                self._pending.update(amounts)


tally = Tally()


def values(names: Iterable[str] = ()) -> dict[str, float]:
    """The sums, all or those of `names`."""
    rows = Counter.objects.all()
    wanted = list(names)
    if wanted:
        rows = rows.filter(name__in=wanted)
    return dict(rows.values_list("name", "value"))
