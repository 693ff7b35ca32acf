"""Database reads for administrators and the monitoring. Each is bounded, however many tasks there are."""

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

# Counting stops here, so that it stays fast.
MAX = 10_000
ROWS_A_PAGE = 50
# A task is stuck if no process has worked on it for `UNSEEN`, or if it has been under way for `UNDER_WAY`.
UNSEEN = timedelta(minutes=10)
UNDER_WAY = timedelta(hours=2)


def _people() -> list[int]:
    return list(User.objects.values_list("pk", flat=True))


def _in_state(status: str) -> QuerySet[Task]:
    """Return the tasks in one state that are not in the trash, by the index of owner and state.

    Without the owners, both SQLite and PostgreSQL would read the whole table; there are few people, and each costs
    one search. SQLite uses the index only for one state at a time, without an order, and with the owners as a list.
    """
    return Task.objects.filter(owner__in=_people(), status=status, deleted_at__isnull=True)


def _trashed(status: str) -> QuerySet[Task]:
    return Task.objects.filter(owner__in=_people(), status=status, deleted_at__isnull=False)


def _newest(querysets: Iterable[QuerySet[Task]], limit: int) -> list[int]:
    """Return the newest ids of all the querysets, newest first; of each, only `MAX` in any order are considered."""
    found = chain.from_iterable(tasks.values_list("pk", flat=True)[:MAX] for tasks in querysets)
    return sorted(set(found), reverse=True)[:limit]


def counts() -> dict[str, int]:
    """Return the number of tasks by state, of the unfinished ones and of those that wait for a person's decision."""
    states = (*Task.UNFINISHED, Status.UNCONFIRMED)
    return {str(state): _in_state(state)[:MAX].count() for state in states}


def oldest_waiting() -> float:
    """Return for how many seconds the oldest waiting task has waited; 0 if none waits."""
    waiting = _in_state(Status.WAITING).values_list("created_at", flat=True)[:MAX]
    return _seconds_since(min(waiting, default=None))


def _seconds_since(moment: datetime | None) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0


def queue_depths() -> dict[str, int]:
    """Return how many tasks (for trackers) and jobs (for renderers) are due and not leased by a process."""
    states = (Status.WAITING, Status.QUEUED, Status.RUNNING)
    tasks = sum(_in_state(state).filter(due())[:MAX].count() for state in states)
    return {"tracker": tasks, "renderer": _jobs().filter(due())[:MAX].count()}


def _jobs() -> QuerySet[Any]:
    """Return the unfinished jobs of the built-in API.

    The model is looked up by name, because other packages must not import `openapi_server`.
    """
    jobs: QuerySet[Any] = apps.get_model("openapi_server", "Job")._default_manager.filter(finished_at__isnull=True)
    return jobs


def troubles() -> dict[str, int]:
    """Return the number of unfinished tasks that are held up, by the cause."""
    held = (_in_state(state).exclude(trouble="") for state in Task.UNFINISHED)
    return dict(Sums(chain.from_iterable(tasks.values_list("trouble", flat=True)[:MAX] for tasks in held)))


def processes() -> list[Heartbeat]:
    """Return the recorded background processes, at most 200, those that are alive first."""
    return sorted(Heartbeat.objects.all()[:200], key=lambda beat: (not beat.is_alive, beat.role, beat.process))


# ------------------------------------------------------------------ credits that may have been paid for nothing
@dataclass(frozen=True)
class Risk:
    """The credits in tasks that have neither a result nor a confirmed refund."""

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
    """Return the newest tasks whose credits are at risk: failed without a confirmed refund, unconfirmed, or stuck."""
    return _newest(_risky(), limit)


def risk(ids: list[int]) -> Risk:
    """Sum up the credits at risk in these tasks; `unpriced` counts those for which the service named no price."""
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
    """Return the tasks with these ids and their owners, in the same order."""
    rows = Task.objects.filter(pk__in=ids).select_related("owner").in_bulk()
    return [rows[pk] for pk in ids if pk in rows]


# ------------------------------------------------------------------ the ledger
@dataclass(frozen=True)
class LedgerPage:
    """A page of the ledger, newest task first. The next page has those before the id `earlier`, if not None."""

    tasks: list[Task]
    earlier: int | None


def ledger(before: int | None) -> LedgerPage:
    """Return a page of the tasks for which the service named a price: the newest with ids below `before`."""
    moved = Task.objects.filter(credits__isnull=False).select_related("owner").order_by("-pk")
    if before:
        moved = moved.filter(pk__lt=before)
    rows = list(moved[: ROWS_A_PAGE + 1])
    return LedgerPage(rows[:ROWS_A_PAGE], rows[ROWS_A_PAGE - 1].pk if len(rows) > ROWS_A_PAGE else None)


# ------------------------------------------------------------------ stuck, and media that failed
def stuck_tasks() -> list[Task]:
    """Return the newest tasks that are stuck: untouched for 10 minutes, or under way for hours."""
    waiting = Q(status=Status.WAITING, due_at__lt=timezone.now() - UNSEEN)
    found = (_in_state(state).filter(_stuck() | waiting) for state in Task.UNFINISHED)
    return tasks_of(_newest(found, ROWS_A_PAGE))


def failed_media() -> list[Task]:
    """Return the newest tasks whose result the service has made but could not be saved here."""
    lost = _in_state(Status.FAILED).filter(reason__in=(Reason.RESULT_LOST, Reason.RESULT_BAD))
    late = _in_state(Status.RUNNING).filter(trouble=Task.Trouble.FETCH)
    return tasks_of(_newest((lost, late), ROWS_A_PAGE))
