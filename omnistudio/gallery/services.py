"""The writes of tasks that every part goes through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from omnistudio.core.counters import tally
from omnistudio.gallery.models import Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.permissions import unshare_where_not_allowed
from omnistudio.gallery.stats.update import update_stats

# Downloads of a ZIP that are noted at once.
MOST_NOTED = 1000
# What of a task the numbers of its prompt depend on, and the states among which it makes a difference to them.
COUNTS = {"status", "credits", "refunded", "team", "team_id"}
ENDS = {Task.Status.SUCCEEDED, Task.Status.FAILED}


def transition(task_id: int, *, was: Iterable[str], held_by: str | None = None, **changes: Any) -> bool:
    """Move a task on, if it still is in one of the states `was` (and in the hands of `held_by`, where given).

    One conditional UPDATE: of two that try, one does it. Raises the revision, so that pages see it. A task that
    comes back, or is done, is shared only where its person may still share: else it is private from then on.

    Returns:
        Whether this call made the change.
    """
    if not _comes_to_its_team(was, changes.get("status")):
        return _moved(task_id, was, held_by, changes)
    with transaction.atomic():
        moved = _moved(task_id, was, held_by, changes)
        if moved:
            unshare_where_not_allowed([task_id])
    return moved


def _comes_to_its_team(was: Iterable[str], status: str | None) -> bool:
    """Whether by this change a team sees something new: a result, or a task that had ended and goes on."""
    goes_on = status in Task.UNFINISHED and not set(Task.FINISHED).isdisjoint(was)
    return status == Task.Status.SUCCEEDED or goes_on


def _moved(task_id: int, was: Iterable[str], held_by: str | None, changes: dict[str, Any]) -> bool:
    rows = Task.objects.filter(pk=task_id, status__in=list(was))
    if held_by is not None:
        rows = rows.filter(holder=held_by)
    is_on_its_way = COUNTS & changes.keys() == {"status"} and ENDS.isdisjoint({changes["status"], *was})
    if is_on_its_way:  # most moves: no number changes by them
        moved = rows.update(revision=F("revision") + 1, **changes) == 1
    else:
        moved = update_tasks(rows, [task_id], **changes) == 1
    if moved and changes.get("status") in Task.FINISHED:
        tally.count("tasks_ended", str(changes["status"]))
    return moved


def update_tasks(rows: TaskQuerySet, ids: Iterable[int], **changes: Any) -> int:
    """Change those of the tasks `ids` that are in `rows`, and with them the numbers of their prompts. Atomic.

    Returns:
        How many were changed.
    """
    chosen = rows.filter(pk__in=ids)
    if COUNTS.isdisjoint(changes):
        return chosen.update(revision=F("revision") + 1, **changes)
    with update_stats(ids):
        return chosen.update(revision=F("revision") + 1, **changes)


def mark_downloaded(tasks: TaskQuerySet) -> None:
    """Note of works that somebody has kept a copy, the first time that it happens; so many of them at once."""
    fresh = Task.objects.filter(downloaded_at__isnull=True)
    having = tasks.filter(downloaded_at__isnull=True).exclude(file="").values_list("pk", flat=True)
    if chosen := list(having[:MOST_NOTED]):
        with update_stats(chosen):
            fresh.filter(pk__in=chosen).update(downloaded_at=timezone.now())
