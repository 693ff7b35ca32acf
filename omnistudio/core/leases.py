"""One claim for all background work: rows with leases, the same on SQLite and PostgreSQL.

Read the ids of rows that are due, then `UPDATE … SET lease_until, holder WHERE id IN … AND` everything just
seen; go on only with the rows that changed. A lease outlives every time-out inside it; when it has passed, the
row is anybody's. Killing a process at any moment loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, connections, models, transaction
from django.utils import timezone

from omnistudio.core.counters import tally


class Leased(models.Model):
    """A row that processes work on: when it is next due, who holds it and until when."""

    due_at = models.DateTimeField(default=timezone.now, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    holder = models.CharField(max_length=120, blank=True, editable=False)

    class Meta:
        abstract = True


LeasedModel = TypeVar("LeasedModel", bound=Leased)


def free(now: datetime | None = None) -> models.Q:
    """Rows that nobody holds now."""
    return models.Q(lease_until__isnull=True) | models.Q(lease_until__lt=now or timezone.now())


def due(now: datetime | None = None) -> models.Q:
    """Rows whose time has come and that nobody holds."""
    return models.Q(due_at__lte=now or timezone.now()) & free(now)


class Look:
    """Whether there is any row now: asked several times a second by processes that have nothing to do.

    The statement is built once, with a moment of its own in the place of now: to build a queryset takes ten times as
    long as to have it answered.

    Args:
        rows: the rows that are looked for at the moment it is given.
    """

    _MOMENT = datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

    def __init__(self, rows: Callable[[datetime], models.QuerySet[Any]]) -> None:
        self._rows = rows
        self._statement: tuple[str, str, tuple[Any, ...]] | None = None

    def finds_any(self) -> bool:
        """Ask; one query."""
        if self._statement is None or self._statement[0] != connection.vendor:
            found = self._rows(self._MOMENT).order_by().values("pk")[:1]
            self._statement = connection.vendor, *found.query.sql_with_params()
        _vendor, sql, parameters = self._statement
        adapt = connection.ops.adapt_datetimefield_value
        then, now = adapt(self._MOMENT), adapt(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(sql, [now if value == then else value for value in parameters])
            return cursor.fetchone() is not None


def claim(candidates: models.QuerySet[LeasedModel], *, holder: str, seconds: float, limit: int) -> list[int]:
    """Take up to `limit` of the `candidates` for `seconds`; return the ids of those that are ours now.

    The candidates are read without a lock first, so that a look at an empty queue writes nothing. On
    PostgreSQL they are then read with `FOR UPDATE SKIP LOCKED`, so that two processes do not wait for
    each other. Atomic: a claim is there whole or not at all. However many are taken, it costs four queries or five.
    """
    wanted = candidates.filter(due())
    if limit <= 0 or not (held := dict(wanted.values_list("pk", "holder")[:limit])):
        return []
    ids = list(held)
    model, using = candidates.model, candidates.db
    with transaction.atomic(using=using):
        if connections[using].features.has_select_for_update_skip_locked:
            locked = model._default_manager.using(using).filter(pk__in=ids)
            ids = list(locked.select_for_update(skip_locked=True).values_list("pk", flat=True))
        lease: dict[str, Any] = {"holder": holder, "lease_until": timezone.now() + timedelta(seconds=seconds)}
        taken = set(ids)
        changed = _unordered(wanted).filter(pk__in=ids).update(**lease)
        if changed < len(ids):  # some have moved on since they were read
            taken = set(model._default_manager.using(using).filter(pk__in=ids, **lease).values_list("pk", flat=True))
    ours = [pk for pk in held if pk in taken]
    if taken_over := sum(1 for pk in ours if held[pk]):
        tally.count("lease_takeovers", model._meta.label_lower, amount=taken_over)
    return ours


def held_by(holder: str) -> models.Q:
    """Rows that `holder` holds."""
    return models.Q(holder=holder)


def _unordered(rows: models.QuerySet[LeasedModel]) -> models.QuerySet[LeasedModel]:
    return rows.order_by()
