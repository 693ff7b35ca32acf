"""One claim for all background work: rows with leases, the same on SQLite and PostgreSQL.

Read the ids of rows that are due, then `UPDATE … SET lease_until, holder WHERE id IN … AND` everything just
seen; go on only with the rows that changed. A lease outlives every time-out inside it; when it has passed, the
row is anybody's. Killing a process at any moment loses nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, TypeVar

from django.db import connections, models, transaction
from django.utils import timezone

from omnistudio.counters import tally


class Leased(models.Model):
    """A row that processes work on: when it is next due, who holds it and until when."""

    due_at = models.DateTimeField(default=timezone.now, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    holder = models.CharField(max_length=120, blank=True, editable=False)

    class Meta:
        abstract = True


LeasedModel = TypeVar("LeasedModel", bound=Leased)


def free() -> models.Q:
    """Rows that nobody holds now."""
    return models.Q(lease_until__isnull=True) | models.Q(lease_until__lt=timezone.now())


def due() -> models.Q:
    """Rows whose time has come and that nobody holds."""
    return models.Q(due_at__lte=timezone.now()) & free()


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
