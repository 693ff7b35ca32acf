"""Every read of the record that more than one page needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from statistics import median

from django.db.models import F, QuerySet

from omnistudio.accounts.models import User
from omnistudio.gallery.models import Reference, StoppedLinks, Task

RECENT = 50


def usual_time(model_id: str) -> timedelta | None:
    """How long the last 50 tasks of a model took, from being accepted to the end (the median)."""
    return usual_times([model_id]).get(model_id)


def usual_times(model_ids: Iterable[str]) -> dict[str, timedelta]:
    """The same for each of the models that has any, in one query."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    for task in _newest_of_each(model_ids, "accepted_at", "finished_at", where="status = 'succeeded'", most=RECENT):
        if task.accepted_at and task.finished_at:
            took[task.model_id].append((task.finished_at - task.accepted_at).total_seconds())
    return {model_id: timedelta(seconds=median(seconds)) for model_id, seconds in took.items()}


def last_cost(model_id: str) -> int | None:
    """Credits that the last accepted task of a model cost; the service tells no prices beforehand."""
    return last_costs([model_id]).get(model_id)


def last_costs(model_ids: Iterable[str]) -> dict[str, int]:
    """The same for each of the models that has any, in one query."""
    found = _newest_of_each(model_ids, "credits", where="credits IS NOT NULL", most=1)
    return {task.model_id: task.credits for task in found if task.credits is not None}


def _newest_of_each(model_ids: Iterable[str], *columns: str, where: str, most: int) -> Iterable[Task]:
    """So many of the newest tasks of each model, by one statement.

    Each part is a look into one index, whose condition `where` repeats. `columns` and `where` are words of ours.
    """
    wanted = list(dict.fromkeys(model_ids))
    if not wanted:
        return []
    names = ", ".join(["id", "model_id", *columns])
    table = Task._meta.db_table
    part = f"SELECT {names} FROM {table} WHERE {where} AND model_id = %s ORDER BY id DESC LIMIT {most}"  # noqa: S608
    parts = " UNION ALL ".join(f"SELECT * FROM ({part}) AS part_{number}" for number in range(len(wanted)))  # noqa: S608
    return Task.objects.raw(parts, wanted)


def references_of(owner_id: int, ids: Iterable[int]) -> list[Reference]:
    """The person's own references among `ids`, in that order, each once."""
    wanted = list(dict.fromkeys(ids))
    found = Reference.objects.filter(owner_id=owner_id).in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def stopped_links(user: User) -> QuerySet[StoppedLinks]:
    """What an update has stopped that the person has not read yet: of their own, then by team."""
    return StoppedLinks.objects.filter(user=user).select_related("team").order_by(F("team_id").asc(nulls_first=True))
