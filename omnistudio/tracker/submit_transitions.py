"""What is written when a task is sent: before the request leaves, and after each kind of answer.

Each write is conditional, so that a transition happens once whoever else is at work.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from omnistudio.gallery.models import Task
from omnistudio.gallery.services import NO_TROUBLE, NOT_ENDED, RELEASED, transition
from omnistudio.openapi_client import CreatedTask, OpenAPIError
from omnistudio.tracker.services import MAX_RAW, Reason, Status, in_seconds, next_try

logger = logging.getLogger(__name__)

# The states that a task may be in when the answer to its create comes late, also while it is sent again.
LATE = [Status.SENDING, Status.WAITING, Status.UNCONFIRMED, Status.CANCELLED, Status.FAILED]


def sending(task: Task, holder: str) -> bool:
    """Note, before the request, that it may have been sent. Returns whether the task is still ours to send."""
    return transition(
        task.pk,
        was=[Status.WAITING],
        held_by=holder,
        status=Status.SENDING,
        sent_at=timezone.now(),
        lease_until=timezone.now() + timedelta(seconds=settings.TRACKER["LEASE_SECONDS"]),
        key_last_four=task.owner.api_key.last_four,
    )


def accepted(task: Task, created: CreatedTask) -> bool:
    """Keep the service's id: the handle on what was paid for, committed before anything else is done with it.

    Whatever became of the row meanwhile: where the lease passed it is unconfirmed, and its person may have
    had it sent again, dismissed or cancelled. The answer is the truth, so it stands, unless there is an id already.
    """
    now = timezone.now()
    changes = {
        "status": Status.QUEUED,
        "remote_id": created.task_id,
        "request_id": (created.request_id or "")[:200],
        "credits": created.credits,
        "raw_answer": created.raw[:MAX_RAW],
        "accepted_at": now,
        "followed_since": now,
        "due_at": in_seconds(settings.TRACKER["POLL_SECONDS"]),
        **NOT_ENDED,
        **NO_TROUBLE,
        **RELEASED,
    }
    unknown = {"remote_id": ""}
    # The usual case by itself: a task that never ended need not ask again who may share it.
    kept = transition(task.pk, was=[Status.SENDING], only=unknown, **changes) or transition(
        task.pk, was=LATE, only=unknown, **changes
    )
    if not kept:  # sent twice because its person said so, or deleted
        logger.critical("task %s was accepted also as %s, which nobody follows", task.pk, created.task_id)
    return kept


def refused(task: Task, error: OpenAPIError, holder: str) -> bool:
    """The service turned the task down at creation: nothing was charged.

    Only of a task that never left before: else a refusal says nothing of what became of it then.
    """
    return transition(
        task.pk,
        was=[Status.SENDING],
        held_by=holder,
        status=Status.FAILED,
        reason=Reason.REFUSED,
        reason_words=error.msg or str(error),
        raw_answer=error.raw[:MAX_RAW],
        finished_at=timezone.now(),
        **NO_TROUBLE,
        **RELEASED,
    )


def not_sent(task: Task, error: OpenAPIError, trouble: str, holder: str, wait: float | None = None) -> bool:
    """The request certainly was not processed: the task waits, and is sent again by itself.

    After `wait` seconds, where its key waits for so long; else after a back-off of its own.
    """
    return transition(
        task.pk,
        was=[Status.SENDING],
        held_by=holder,
        status=Status.WAITING,
        sent_at=task.sent_at,  # as it was before: set where an earlier request may have been processed
        trouble=trouble,
        trouble_words=error.msg or "",
        raw_answer=error.raw[:MAX_RAW],
        attempts=F("attempts") + 1,
        due_at=next_try(error, task.attempts) if wait is None else timezone.now() + timedelta(seconds=wait),
        **RELEASED,
    )


def answer_lost(task: Task, error: OpenAPIError, holder: str) -> bool:
    """This request, or one before it, may have been processed, but no answer was read: the person decides."""
    return transition(
        task.pk,
        was=[Status.SENDING],
        held_by=holder,
        status=Status.UNCONFIRMED,
        reason=Reason.ANSWER_LOST,
        reason_words=error.msg or str(error),
        raw_answer=error.raw[:MAX_RAW],
        finished_at=timezone.now(),
        **NO_TROUBLE,
        **RELEASED,
    )
