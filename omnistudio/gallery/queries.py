"""Every read of the record that more than one page needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from statistics import median

from django.db.models import F, QuerySet

from omnistudio.accounts.models import User
from omnistudio.core.partial_indexes import is_word
from omnistudio.gallery.models import Reference, StoppedLinks, Task

RECENT = 50


def usual_time(model_id: str) -> timedelta | None:
    """How long the last 50 tasks of a model took, from being accepted to the end (the median)."""
    rows = Task.objects.filter(is_word("status", Task.Status.SUCCEEDED), model_id=model_id).order_by("-id")
    times = rows.values_list("accepted_at", "finished_at")[:RECENT]
    took = [(end - start).total_seconds() for start, end in times if start and end]
    return timedelta(seconds=median(took)) if took else None


def last_cost(model_id: str) -> int | None:
    """Credits that the last accepted task of a model cost; the service tells no prices beforehand."""
    costs = Task.objects.filter(model_id=model_id, credits__isnull=False).order_by("-id")
    return costs.values_list("credits", flat=True).first()


def references_of(owner_id: int, ids: Iterable[int]) -> list[Reference]:
    """The person's own references among `ids`, in that order, each once."""
    wanted = list(dict.fromkeys(ids))
    found = Reference.objects.filter(owner_id=owner_id).in_bulk(wanted)
    return [found[pk] for pk in wanted if pk in found]


def stopped_links(user: User) -> QuerySet[StoppedLinks]:
    """What an update has stopped that the person has not read yet: of their own, then by team."""
    return StoppedLinks.objects.filter(user=user).select_related("team").order_by(F("team_id").asc(nulls_first=True))
