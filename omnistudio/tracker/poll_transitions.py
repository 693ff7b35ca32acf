"""What is written when a task is followed: what the service says of it, and what became of its result.

Each write is conditional, so that a transition happens once whoever else is at work.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone

from omnistudio.core.counters import tally
from omnistudio.gallery.models import Task
from omnistudio.gallery.services import NO_TROUBLE, RELEASED, transition
from omnistudio.openapi_client import OpenAPIError, RemoteTask, TaskStatus
from omnistudio.tracker.services import MAX_RAW, Reason, Status, Trouble, back_off, in_seconds, next_try


def seen(task: Task, remote: RemoteTask, holder: str, next_look: float) -> bool:
    """Note what the service says of a task that has not ended: queued, running, or a status we don't know.

    It is looked at again in `next_look` seconds.
    """
    changes: dict[str, Any] = {"due_at": in_seconds(next_look), **RELEASED}
    if not remote.known:
        changes |= {
            "trouble": Trouble.STRANGE,
            "trouble_words": f"task_status {remote.status}",
            "raw_answer": remote.raw[:MAX_RAW],
        }
    else:
        changes |= NO_TROUBLE
        if remote.status == TaskStatus.RUNNING and task.status == Status.QUEUED:
            changes |= {"status": Status.RUNNING, "started_at": timezone.now()}
    if remote.credits is not None and task.credits is None:
        changes["credits"] = remote.credits
    changes["adopted"] = False
    return _note(task, holder, changes)


def not_seen(task: Task, error: OpenAPIError, holder: str) -> bool:
    """A poll that failed. It costs nothing and says nothing about the task, so the task is polled again."""
    trouble = Trouble.BUSY if error.status_code in (429, 503) else Trouble.STRANGE
    if error.status_code is None:
        trouble = Trouble.UNREACHABLE
    changes: dict[str, Any] = {
        "trouble": trouble,
        "trouble_words": error.msg or str(error),
        "attempts": F("attempts") + 1,
        "due_at": next_try(error, task.attempts + 1),
        **RELEASED,
    }
    if error.raw:
        changes["raw_answer"] = error.raw[:MAX_RAW]
    return _note(task, holder, changes)


def _note(task: Task, holder: str, changes: dict[str, Any]) -> bool:
    """Write down a look. The revision rises only with what a page shows."""
    shown = ("status", "trouble", "trouble_words", "credits")
    if any(name in changes and changes[name] != getattr(task, name) for name in shown):
        return transition(task.pk, was=[task.status], held_by=holder, **changes)
    return Task.objects.filter(pk=task.pk, status=task.status, holder=holder).update(**changes) == 1


def failed(task: Task, remote: RemoteTask) -> bool:
    """The service ended it as failed, and gives the credits back by itself (stated by its page)."""
    credits = remote.credits if remote.credits is not None else task.credits
    return transition(
        task.pk,
        was=[Status.QUEUED, Status.RUNNING],
        status=Status.FAILED,
        reason=Reason.SERVICE_FAILED,
        reason_words=remote.reason or "",
        raw_answer=remote.raw[:MAX_RAW],
        credits=credits,
        refunded=credits,
        finished_at=timezone.now(),
        **NO_TROUBLE,
        **RELEASED,
    )


def unknown_id(task: Task, error: OpenAPIError) -> bool:
    """The id that a person entered is not known to the service: the task is unconfirmed again."""
    return transition(
        task.pk,
        was=[Status.QUEUED],
        status=Status.UNCONFIRMED,
        reason=Reason.UNKNOWN_ID,
        reason_words=task.remote_id,
        raw_answer=error.raw[:MAX_RAW],
        remote_id="",
        adopted=False,
        accepted_at=None,
        finished_at=timezone.now(),
        **NO_TROUBLE,
        **RELEASED,
    )


def overdue(task: Task) -> bool:
    """Give up a task that has not ended within the deadline."""
    return transition(
        task.pk,
        was=[Status.QUEUED, Status.RUNNING],
        status=Status.FAILED,
        reason=Reason.NO_END,
        reason_words=task.trouble_words,
        finished_at=timezone.now(),
        **NO_TROUBLE,
        **RELEASED,
    )


def succeeded(task: Task, stored: dict[str, Any], holder: str) -> bool:
    """All its results are in our storage. `stored` are the first one's fields, where they are not written yet."""
    kept = transition(
        task.pk,
        was=[Status.RUNNING],
        held_by=holder,
        **{
            "status": Status.SUCCEEDED,
            "finished_at": task.finished_at or timezone.now(),
            **stored,
            **NO_TROUBLE,
            **RELEASED,
        },
    )
    if kept and stored:
        tally.count("media_files")
        tally.count("media_bytes", amount=stored["bytes"])
    return kept


def later(task: Task, seconds: float, holder: str) -> bool:
    """Put a healthy task back, because there is no room for it now."""
    return _note(task, holder, {"due_at": in_seconds(seconds), **RELEASED})


def not_fetched(task: Task, words: str, holder: str, failures: int) -> bool:
    """The result could not be fetched, `failures` times in a row by now; it is tried again."""
    return _not_here(task, words, holder, attempts=failures, due_at=in_seconds(back_off(failures)))


def not_kept(task: Task, words: str, holder: str) -> bool:
    """The result was downloaded but could not be stored. The file is not at fault, so this is retried without end."""
    return _not_here(task, words, holder, due_at=in_seconds(60))


def _not_here(task: Task, words: str, holder: str, **changes: Any) -> bool:
    return transition(
        task.pk,
        was=[Status.RUNNING],
        held_by=holder,
        trouble=Trouble.FETCH,
        trouble_words=words,
        **changes,
        **RELEASED,
    )


def given_up(task: Task, reason: str, words: str, holder: str) -> bool:
    """The task was made and charged, but its result can't be downloaded. The person can have it fetched again."""
    return transition(
        task.pk,
        was=[Status.RUNNING],
        held_by=holder,
        status=Status.FAILED,
        reason=reason,
        reason_words=words,
        finished_at=timezone.now(),
        **NO_TROUBLE,
        **RELEASED,
    )
