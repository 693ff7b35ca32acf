"""The writes of tasks that every part goes through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from omnistudio.accounts.models import Membership
from omnistudio.core.counters import tally
from omnistudio.gallery.models import Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.permissions import unshare_where_not_allowed
from omnistudio.gallery.stats.update import update_stats
from omnistudio.notices.services import raise_revisions

# Downloads of a ZIP that are noted at once.
MAX_NOTED = 1000
# What of a task the numbers of its prompt depend on, and the states among which it makes a difference to them.
COUNTS = {"status", "credits", "refunded", "team", "team_id"}
ENDS = {Task.Status.SUCCEEDED, Task.Status.FAILED}
# Every change of the status that there is; docs/architecture.md draws it. What is waiting, cancelled, failed or
# unconfirmed is queued by an answer that comes late, whatever became of the task meanwhile, and what is waiting is
# unconfirmed where a backup is restored.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    Task.Status.WAITING: frozenset({"sending", "cancelled", "queued", "unconfirmed"}),
    Task.Status.SENDING: frozenset({"waiting", "queued", "failed", "unconfirmed"}),
    Task.Status.QUEUED: frozenset({"running", "failed", "unconfirmed"}),
    Task.Status.RUNNING: frozenset({"succeeded", "failed"}),
    Task.Status.SUCCEEDED: frozenset({"running"}),
    Task.Status.FAILED: frozenset({"running", "queued"}),
    Task.Status.UNCONFIRMED: frozenset({"waiting", "queued", "failed"}),
    Task.Status.CANCELLED: frozenset({"queued"}),
}
# What is written with a change: nobody works on the task; nothing keeps it from moving on; it has not ended.
RELEASED: Mapping[str, Any] = {"lease_until": None, "holder": ""}
NO_TROUBLE: Mapping[str, Any] = {"trouble": "", "trouble_words": "", "attempts": 0}
NOT_ENDED: Mapping[str, Any] = {"reason": "", "reason_words": "", "finished_at": None}


def transition(
    task_id: int,
    *,
    was: Iterable[str],
    held_by: str | None = None,
    only: Mapping[str, Any] | None = None,
    **changes: Any,
) -> bool:
    """Move a task on, if it still is in one of the states `was`, and as `only` says, where given.

    One conditional UPDATE: of two that try, one does it. Raises the revision, so that pages see it. A task that
    comes back, or is done, is shared only where its person may still share: else it is private from then on.

    Args:
        held_by: who must hold the task at the moment.
        only: further columns and what they must be.

    Returns:
        Whether this call made the change.

    Raises:
        ValueError: there is no such transition (`TRANSITIONS`).
    """
    was, conditions = list(was), dict(only or {})
    _check(was, changes.get("status"))
    if held_by is not None:
        conditions["holder"] = held_by
    if not _comes_to_its_team(was, changes.get("status")):
        return _moved(task_id, was, conditions, changes)
    with transaction.atomic():
        moved = _moved(task_id, was, conditions, changes)
        if moved:
            unshare_where_not_allowed([task_id])
    return moved


def tell_pages(ids: Iterable[int], *, team: bool = False) -> None:
    """Raise the revision of whose tasks these are, and with `team` of all in the teams that see them.

    After the change is committed: a page that asks then finds it, and no row is held meanwhile. Where that fails, a
    page that waits hears of it with the next change.
    """
    chosen = list(ids)

    def tell() -> None:
        rows = list(Task.objects.filter(pk__in=chosen).values_list("owner_id", "team_id"))
        people = {owner for owner, _team in rows}
        teams = {team_id for _owner, team_id in rows if team_id} if team else set()
        if teams:
            people |= set(Membership.objects.filter(team_id__in=teams).values_list("user_id", flat=True))
        raise_revisions(people)

    transaction.on_commit(tell, robust=True)


def transition_all(rows: QuerySet[Task], *, was: str, status: str, **changes: Any) -> int:
    """The same for all of `rows` at once, between states that count for nothing in the statistics.

    Returns:
        How many were changed.

    Raises:
        ValueError: there is no such transition, or the statistics depend on it.
    """
    _check([was], status)
    if not ENDS.isdisjoint({was, status}):
        raise ValueError(f"The statistics depend on {was} and {status}.")
    owners = set(rows.filter(status=was).order_by().values_list("owner_id", flat=True).distinct())
    count = rows.filter(status=was).update(status=status, revision=F("revision") + 1, **changes)
    if status in Task.FINISHED:
        tally.count("tasks_ended", str(status), amount=count)
    transaction.on_commit(lambda: raise_revisions(owners), robust=True)
    return count


def _check(was: Iterable[str], status: str | None) -> None:
    for before in was:
        if status is not None and status != before and status not in TRANSITIONS[before]:
            raise ValueError(f"A task does not go from {before} to {status}.")


def _comes_to_its_team(was: Iterable[str], status: str | None) -> bool:
    """Whether by this change a team sees something new: a result, or a task that had ended and goes on."""
    goes_on = status in Task.UNFINISHED and not set(Task.FINISHED).isdisjoint(was)
    return status == Task.Status.SUCCEEDED or goes_on


def _moved(task_id: int, was: list[str], conditions: dict[str, Any], changes: dict[str, Any]) -> bool:
    rows = Task.objects.filter(pk=task_id, status__in=was, **conditions)
    is_on_its_way = COUNTS & changes.keys() == {"status"} and ENDS.isdisjoint({changes["status"], *was})
    if is_on_its_way:  # most moves: no number changes by them
        moved = rows.update(revision=F("revision") + 1, **changes) == 1
        if moved:
            tell_pages([task_id])
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
    ids = list(ids)
    chosen = rows.filter(pk__in=ids)
    if COUNTS.isdisjoint(changes):
        count = chosen.update(revision=F("revision") + 1, **changes)
    else:
        with update_stats(ids):
            count = chosen.update(revision=F("revision") + 1, **changes)
    if count:
        tell_pages(ids, team="team" in changes or changes.get("status") == Task.Status.SUCCEEDED)
    return count


def mark_downloaded(tasks: TaskQuerySet) -> None:
    """Note of items that somebody has kept a copy, the first time that it happens; so many of them at once."""
    fresh = Task.objects.filter(downloaded_at__isnull=True)
    having = tasks.filter(downloaded_at__isnull=True).exclude(file="").values_list("pk", flat=True)
    if chosen := list(having[:MAX_NOTED]):
        with update_stats(chosen):
            fresh.filter(pk__in=chosen).update(downloaded_at=timezone.now())
