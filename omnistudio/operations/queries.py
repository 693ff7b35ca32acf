"""What an administrator and the monitoring look at. Each read is bounded, at a million tasks as at ten."""

from __future__ import annotations

from collections import Counter as Sums
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.apps import apps
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.core.leases import due
from omnistudio.core.models import Heartbeat
from omnistudio.gallery.models import Task

Status, Reason = Task.Status, Task.Reason

# A count goes no further: beyond it, how many there are no longer matters.
MAX = 10_000
ROWS_A_PAGE = 50
# A task is stuck when nobody has looked at it for so long, or when it has been under way for so long.
UNSEEN = timedelta(minutes=10)
UNDER_WAY = timedelta(hours=2)


def _people() -> list[int]:
    return list(User.objects.values_list("pk", flat=True))


def _in_state(status: str) -> QuerySet[Task]:
    """Tasks in one state that are not in the trash, by the index of owner and state.

    Without the owners both engines would read the whole table; people are few, and each costs one search. One
    state at a time, in no order, and the owners as a list: anything else leads SQLite back to the whole table.
    """
    return Task.objects.filter(owner__in=_people(), status=status, deleted_at__isnull=True)


def _trashed(status: str) -> QuerySet[Task]:
    return Task.objects.filter(owner__in=_people(), status=status, deleted_at__isnull=False)


def _newest(querysets: Iterable[QuerySet[Task]], limit: int) -> list[int]:
    """Ids out of all of them, the newest first. Of one with more than `MAX` some are left out."""
    found = chain.from_iterable(tasks.values_list("pk", flat=True)[:MAX] for tasks in querysets)
    return sorted(set(found), reverse=True)[:limit]


def counts() -> dict[str, int]:
    """How many tasks are in each state that is not an end, or that waits for a person."""
    states = (*Task.UNFINISHED, Status.UNCONFIRMED)
    return {str(state): _in_state(state)[:MAX].count() for state in states}


def oldest_waiting() -> float:
    """For how many seconds the task waits that has waited longest; 0 where none does."""
    waiting = _in_state(Status.WAITING).values_list("created_at", flat=True)[:MAX]
    return _seconds_since(min(waiting, default=None))


def _seconds_since(moment: datetime | None) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0


def queue_depths() -> dict[str, int]:
    """How much is due and in nobody's hands: for trackers, and for renderers of the built-in API."""
    states = (Status.WAITING, Status.QUEUED, Status.RUNNING)
    tasks = sum(_in_state(state).filter(due())[:MAX].count() for state in states)
    return {"tracker": tasks, "renderer": _jobs().filter(due())[:MAX].count()}


def _jobs() -> QuerySet[Any]:
    """Unfinished jobs of the built-in API, by the registry: no part knows the server."""
    jobs: QuerySet[Any] = apps.get_model("openapi_server", "Job")._default_manager.filter(finished_at__isnull=True)
    return jobs


def troubles() -> dict[str, int]:
    """How many unfinished tasks something holds up, by what it is."""
    held = (_in_state(state).exclude(trouble="") for state in Task.UNFINISHED)
    return dict(Sums(chain.from_iterable(tasks.values_list("trouble", flat=True)[:MAX] for tasks in held)))


def processes() -> list[Heartbeat]:
    """All background processes of the last day, the living first."""
    return sorted(Heartbeat.objects.all()[:200], key=lambda beat: (not beat.is_alive, beat.role, beat.process))


# ------------------------------------------------------------------ what may have been paid for nothing
@dataclass(frozen=True)
class Risk:
    """Money in tasks that have nothing to show for it and no confirmed refund."""

    tasks: int
    credits: int
    unpriced: int
    more: bool


def _stuck() -> Q:
    now = timezone.now()
    lost = Q(status=Status.SENDING, lease_until__lt=now - UNSEEN)
    under_way = Q(status__in=(Status.QUEUED, Status.RUNNING))
    return lost | under_way & (Q(accepted_at__lt=now - UNDER_WAY) | Q(due_at__lt=now - UNSEEN))


def _risky() -> Iterator[QuerySet[Task]]:
    unrefunded = Q(credits__gt=0) & (Q(refunded__isnull=True) | Q(refunded__lt=F("credits")))
    for tasks in (_in_state, _trashed):
        yield tasks(Status.UNCONFIRMED)
        yield tasks(Status.FAILED).filter(unrefunded | Q(reason=Reason.DISMISSED))
        for state in (Status.SENDING, Status.QUEUED, Status.RUNNING):
            yield tasks(state).filter(_stuck())


def at_risk_ids(limit: int = MAX) -> list[int]:
    """The newest tasks whose credits are at risk: failed without a confirmed refund, unconfirmed, or stuck."""
    return _newest(_risky(), limit)


def risk(ids: list[int]) -> Risk:
    """What stands at risk in these tasks; `unpriced` is how many of them the service has told no price of."""
    credits = unpriced = 0
    for taken, given in _moved(ids):
        credits += (taken or 0) - (given or 0)
        unpriced += taken is None
    return Risk(len(ids), credits, unpriced, len(ids) >= MAX)


def _moved(ids: list[int]) -> Iterator[tuple[int | None, int | None]]:
    for start in range(0, len(ids), 500):
        part = Task.objects.filter(pk__in=ids[start : start + 500])
        yield from part.values_list("credits", "refunded")


def tasks_of(ids: list[int]) -> list[Task]:
    """These tasks with their people, in this order."""
    rows = Task.objects.filter(pk__in=ids).select_related("owner").in_bulk()
    return [rows[pk] for pk in ids if pk in rows]


# ------------------------------------------------------------------ the ledger
@dataclass(frozen=True)
class LedgerPage:
    """A stretch of the ledger, the newest first, and where the next begins."""

    tasks: list[Task]
    earlier: int | None


def ledger(before: int | None) -> LedgerPage:
    """What the service took and gave back for each task, as it told us; cut by key."""
    moved = Task.objects.filter(credits__isnull=False).select_related("owner").order_by("-pk")
    if before:
        moved = moved.filter(pk__lt=before)
    rows = list(moved[: ROWS_A_PAGE + 1])
    return LedgerPage(rows[:ROWS_A_PAGE], rows[ROWS_A_PAGE - 1].pk if len(rows) > ROWS_A_PAGE else None)


# ------------------------------------------------------------------ stuck, and media that failed
def stuck_tasks() -> list[Task]:
    """Tasks that nobody has looked at for a while, or that have been under way for hours; the newest."""
    waiting = Q(status=Status.WAITING, due_at__lt=timezone.now() - UNSEEN)
    found = (_in_state(state).filter(_stuck() | waiting) for state in Task.UNFINISHED)
    return tasks_of(_newest(found, ROWS_A_PAGE))


def failed_media() -> list[Task]:
    """Tasks whose result the service has made and we could not keep; the newest."""
    lost = _in_state(Status.FAILED).filter(reason__in=(Reason.RESULT_LOST, Reason.RESULT_BAD))
    late = _in_state(Status.RUNNING).filter(trouble=Task.Trouble.FETCH)
    return tasks_of(_newest((lost, late), ROWS_A_PAGE))
