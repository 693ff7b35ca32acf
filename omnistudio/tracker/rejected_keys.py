"""A key that the service rejects (401) or that can't be read: its person's tasks are held until there is another."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.services import mark_rejected
from omnistudio.gallery.models import Task
from omnistudio.gallery.services import RELEASED, transition

Status, Trouble = Task.Status, Task.Trouble


def key_rejected(task: Task, key: ApiKey, was: str) -> None:
    """Hold the person's tasks: the service answered 401. The task stays where it is."""
    mark_rejected(key.pk, key.sealed)
    # `sent_at` as it was before: set where an earlier request may have been processed.
    back: dict[str, Any] = {"status": Status.WAITING, "sent_at": task.sent_at} if was == Status.SENDING else {}
    transition(task.pk, was=[was], trouble=Trouble.KEY, due_at=timezone.now(), **back, **RELEASED)


def key_unreadable(task: Task, key: ApiKey) -> None:
    """Hold the person's tasks: the sealed key does not open, and must be entered again."""
    ApiKey.objects.filter(pk=key.pk, sealed=key.sealed).update(state=ApiKey.State.UNREADABLE)
    transition(task.pk, was=[task.status], trouble=Trouble.KEY, **RELEASED)
