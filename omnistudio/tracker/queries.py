"""Every read of the tracker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from omnistudio.accounts.models import ApiKey
from omnistudio.core.leases import Look, due
from omnistudio.gallery.models import Task

LOOK_AHEAD = 256


def workable() -> QuerySet[Task]:
    """Tasks with something to do, whose person has a key that the service takes; the longest due first.

    The key is asked of each task found, and not joined: a look from the keys on would read all tasks of their people.
    """
    key = ApiKey.objects.filter(owner_id=OuterRef("owner_id")).exclude(state__in=ApiKey.HOLDING)
    # Nobody takes up a task that may have been sent.
    tasks = Task.objects.unfinished().exclude(status=Task.Status.SENDING)
    return tasks.filter(Exists(key)).order_by("due_at")


something_due = Look(lambda now: workable().filter(due(now)))


def next_ids(
    at_work: Collection[int],
    busy: Mapping[int, int],
    *,
    per_person: int,
    limit: int,
    throttled: Collection[int] = (),
    in_turn: Collection[int] = (),
) -> list[int]:
    """Ids of due tasks to claim: at most `per_person` at work for each person, so that none waits for another.

    Args:
        at_work: ids that this process works on already.
        busy: how many of those each person (by id) has.
        throttled: persons whose key the service turned away: none of their waiting tasks, but for the oldest one
            of each who is also `in_turn`.
    """
    full = [owner for owner, count in busy.items() if count >= per_person]
    rows = workable().filter(due()).exclude(pk__in=at_work).exclude(owner_id__in=full)
    in_turn_ids = {owner: _oldest_waiting(rows, owner) for owner in in_turn if owner not in full}
    chosen = [pk for pk in in_turn_ids.values() if pk][:limit]
    taken = Counter(busy) + Counter(owner for owner, pk in in_turn_ids.items() if pk)
    if throttled:
        rows = rows.exclude(status=Task.Status.WAITING, owner_id__in=throttled)
    for pk, owner in rows.values_list("pk", "owner_id")[:LOOK_AHEAD]:
        if taken[owner] < per_person and len(chosen) < limit:
            taken[owner] += 1
            chosen.append(pk)
    return chosen


def _oldest_waiting(rows: QuerySet[Task], owner_id: int) -> int | None:
    """The person's oldest waiting task; None where it is not due yet: a newer one does not overtake it."""
    waiting = Task.objects.unfinished().filter(owner_id=owner_id, status=Task.Status.WAITING)
    oldest = waiting.order_by("pk").values_list("pk", flat=True).first()
    return oldest if oldest and rows.filter(pk=oldest).exists() else None


def tasks_at_work(ids: Collection[int]) -> list[Task]:
    """Claimed tasks with what their steps need. Two queries, however many."""
    links = "task_references__reference"
    tasks = Task.objects.select_related("prompt", "owner__api_key").prefetch_related(links)
    return list(tasks.filter(pk__in=ids).order_by("due_at"))


def lost_while_sending(now: datetime | None = None) -> QuerySet[Task]:
    """Tasks whose sender is gone: they were being sent when its lease passed."""
    sending = Task.objects.unfinished().filter(status=Task.Status.SENDING)
    return sending.filter(lease_until__lt=now or timezone.now())


something_lost = Look(lost_while_sending)


def followed_count() -> int:
    """How many tasks are looked at again and again."""
    return workable().exclude(status=Task.Status.WAITING).order_by().count()
