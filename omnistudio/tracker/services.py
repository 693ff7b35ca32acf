"""What every step of the tracker writes: claims held and given back, when to try again, what was lost."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from omnistudio.gallery.models import Task
from omnistudio.gallery.services import NO_TROUBLE, RELEASED, transition_all
from omnistudio.openapi_client import OpenAPIError
from omnistudio.tracker import queries

Status, Reason, Trouble = Task.Status, Task.Reason, Task.Trouble

MAX_RAW = 4000
# Kept as it is and translated where it is shown: its reader's language is not ours.
SENDER_GONE = gettext_noop("The process that sent it ended before there was a response")


def in_seconds(seconds: float) -> datetime:
    """The moment in so many seconds, give or take a tenth, so that tasks do not come back all at once."""
    return timezone.now() + timedelta(seconds=seconds * random.uniform(0.9, 1.1))  # noqa: S311 (no secret)


def back_off(attempts: int) -> float:
    """Seconds until the next try after so many failed ones: 1, 2, 4 … 60."""
    return float(min(60, 2 ** min(attempts, 6)))


def next_try(error: OpenAPIError, attempts: int) -> datetime:
    """When to ask again after `error`: not before the service said, and never at once, or it would be a storm."""
    if error.retry_after is None:
        return in_seconds(back_off(attempts))
    wait = max(1.0, error.retry_after) * random.uniform(1.0, 1.1)  # noqa: S311 (no secret)
    return timezone.now() + timedelta(seconds=wait)


def wake(owner_id: int) -> None:
    """Have the person's tasks that the service turned away sent as soon as it is their turn."""
    turned_away = Task.objects.filter(owner_id=owner_id, status=Status.WAITING, trouble=Trouble.BUSY)
    turned_away.update(due_at=timezone.now())


def expire_sending() -> int:
    """Tasks whose sender is gone: they may have been sent, so they are unconfirmed. Returns how many."""
    if not queries.something_lost.finds_any():  # a poll that finds nothing must not lock the database
        return 0
    return transition_all(
        queries.lost_while_sending(),
        was=Status.SENDING,
        status=Status.UNCONFIRMED,
        reason=Reason.ANSWER_LOST,
        reason_words=SENDER_GONE,
        finished_at=timezone.now(),
        **NO_TROUBLE,
        **RELEASED,
    )


def release(task: Task, holder: str, seconds: float = 0.0) -> None:
    """Give a claim back, for others now or in so many seconds; one that is being sent is left to `expire_sending`."""
    mine = Task.objects.filter(pk=task.pk, holder=holder)
    mine.exclude(status=Status.SENDING).update(due_at=in_seconds(seconds), **RELEASED)
    mine.filter(status=Status.SENDING).update(lease_until=timezone.now())


def renew(ids: list[int], holder: str) -> None:
    """Hold on to tasks whose step takes longer than a lease, such as a large download."""
    until = timezone.now() + timedelta(seconds=settings.TRACKER["LEASE_SECONDS"])
    Task.objects.filter(pk__in=ids, holder=holder).exclude(status=Status.SENDING).update(lease_until=until)
