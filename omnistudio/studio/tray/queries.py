"""What the tray shows: the tasks of a person that are on their way, and those that have just ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from omnistudio.gallery import queries as record
from omnistudio.gallery.models import Task
from omnistudio.gallery.models.task import TaskQuerySet

# So long is a result new. Looked for among the newest tasks alone: a person may have a million.
NEW_FOR = timedelta(minutes=10)
NEWEST = 50
# So many of each stand in the tray, and so many toasts a page shows at once; the studio has them all.
SHOWN = 8
TOASTS = 3
ENDED = (Task.Status.SUCCEEDED, Task.Status.FAILED, Task.Status.UNCONFIRMED)


@dataclass(frozen=True)
class Waiting:
    """A task on its way: `place` is its number in the person's own queue, from 1, while it is not sent."""

    task: Task
    place: int | None

    @property
    def share(self) -> float | None:
        """How much of the usual time is over, at most 0.96; None where the usual time is not known."""
        usual = self.task.usual_time
        if self.task.status != Task.Status.RUNNING or not usual:
            return None
        return round(min(0.96, self.task.elapsed / usual), 3)

    @property
    def left(self) -> timedelta | None:
        """What is left of the usual time; None where that is over or not known."""
        usual = self.task.usual_time
        if self.task.status != Task.Status.RUNNING or not usual or self.task.elapsed >= usual:
            return None
        left: timedelta = usual - self.task.elapsed
        return left


@dataclass(frozen=True)
class Tray:
    """`running` counts all that are on their way; `waiting` are the first of them, `ended` the newest that ended."""

    running: int
    waiting: list[Waiting]
    ended: list[Task]

    @property
    def hidden(self) -> int:
        """How many on their way are not among those shown."""
        return self.running - len(self.waiting)

    @property
    def ready(self) -> int:
        return sum(task.status == Task.Status.SUCCEEDED for task in self.ended)

    @property
    def failed(self) -> int:
        return len(self.ended) - self.ready


def _own(user_id: int) -> TaskQuerySet:
    return Task.objects.not_trashed().filter(owner_id=user_id)


def running_count(user_id: int) -> int:
    """How many tasks of the person are on their way."""
    return _own(user_id).unfinished().count()


def ended_since(user_id: int, since: datetime | None = None) -> list[Task]:
    """What of the person's newest tasks has ended after `since`, and is still new; the last one first."""
    begin = timezone.now() - NEW_FOR
    since = max(since, begin) if since else begin
    newest = _own(user_id).select_related("prompt").order_by("-pk")[:NEWEST]
    ended = [task for task in newest if task.status in ENDED and task.finished_at and task.finished_at > since]
    return sorted(ended, key=lambda task: (task.finished_at, task.pk), reverse=True)


def tray_of(user_id: int) -> Tray:
    """All that the tray shows."""
    unfinished = list(_own(user_id).unfinished().select_related("prompt").order_by("pk"))
    return Tray(len(unfinished), _waiting(unfinished)[:SHOWN], ended_since(user_id)[:SHOWN])


def _waiting(tasks: Sequence[Task]) -> list[Waiting]:
    usual = record.usual_times({task.model_id for task in tasks if task.status == Task.Status.RUNNING})
    places = {task.pk: at for at, task in enumerate((t for t in tasks if t.status == Task.Status.WAITING), start=1)}
    for task in tasks:
        task.usual_time = usual.get(task.model_id)
    return [Waiting(task, places.get(task.pk)) for task in tasks]
