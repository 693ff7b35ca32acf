"""What the record knows of an item beyond its fields: how long each step took, and how its file is kept."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _

from omnistudio.accounts.models import User
from omnistudio.gallery import text as wording
from omnistudio.gallery.models import Task
from omnistudio.gallery.trash.services import TRASH_KEEPS

logger = logging.getLogger(__name__)
Reason, Status = Task.Reason, Task.Status


@dataclass(frozen=True)
class Step:
    """A stretch of a task's time, in seconds."""

    label: str
    seconds: float
    is_main: bool = False


@dataclass(frozen=True)
class Timing:
    """From the click to the picture."""

    steps: list[Step]

    @property
    def total(self) -> float:
        return sum(step.seconds for step in self.steps)


def timing(task: Task) -> Timing | None:
    """How long a finished task took, step by step; None where it never got to the service or is not done."""
    if not (task.accepted_at and task.finished_at) or task.is_unfinished:
        return None
    sent = min(task.sent_at or task.created_at, task.accepted_at)
    started = min(task.started_at or task.finished_at, task.finished_at)
    # When the service was done is not recorded, so fetching and keeping the file count with its work.
    marks: list[tuple[str, datetime, datetime, bool]] = [
        (_("Waiting"), task.created_at, sent, False),
        (_("Sending"), sent, task.accepted_at, False),
        (_("Queued"), task.accepted_at, started, False),
        (_("Running and saving") if task.file else _("Running"), started, task.finished_at, True),
    ]
    steps = [Step(label, (end - start).total_seconds(), main) for label, start, end, main in marks if end > start]
    return Timing(steps) if steps else None


@dataclass(frozen=True)
class Archive:
    """Whether our own copy is safe: `kept`, `gone` from the storage, `remote` (only at the service) or `lost`."""

    state: Literal["kept", "gone", "remote", "lost"]
    why: str = ""


def archive(task: Task, user: User) -> Archive | None:
    """How the file is kept; None for a task that has made none. Looks into the storage once."""
    if task.file:
        return Archive("kept" if _is_there(task) else "gone")
    if task.reason in (Reason.RESULT_LOST, Reason.RESULT_BAD):
        return Archive("lost", what_happened(task, user))
    return Archive("remote") if task.result_url else None


def _is_there(task: Task) -> bool:
    try:
        return bool(task.file.storage.exists(str(task.file.name)))
    except Exception:  # a storage that does not answer says nothing about the file, and takes no page down
        logger.exception("the storage can't say whether the file of task %s is there", task.pk)
        return True


def what_happened(task: Task, user: User) -> str:
    """Why there is no picture: all of it for its owner; for others without what the service told the owner."""
    if task.owner_id == user.pk:
        return wording.what_happened(task)
    if task.status == Status.UNCONFIRMED:
        return _("It could not be confirmed that the service accepted this.")
    return _("The service could not generate this.")


def kept_until(task: Task) -> datetime | None:
    """When an item in the trash goes permanently."""
    return task.deleted_at + TRASH_KEEPS if task.deleted_at else None
