"""What somebody has selected: how many items at most, which are their own, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from omnistudio.accounts.models import User
from omnistudio.gallery.models import Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.services import update_tasks

MAX_ITEMS = 1000


class TooMany(ValueError):
    """More items than may be changed at once; the text says so to a person."""

    def __str__(self) -> str:
        return _("At most %(most)d items can be changed at once. Select fewer.") % {"most": MAX_ITEMS}


@dataclass(frozen=True)
class Shared:
    """How an item was shared before it was made private, and its revision after that. For undo."""

    team_id: int
    at: datetime | None
    revision: int


@dataclass(frozen=True)
class Done:
    """Which items were changed, and how many of those asked for were left out because they are not the person's."""

    ids: list[int]
    left_out: int
    # Of those that were shared with another team before: by item, the team's id. For undo.
    teams: dict[int, int] = field(default_factory=dict)
    # Of those that were made private: how they were shared, by item.
    shared: dict[int, Shared] = field(default_factory=dict)
    # How many are private now because their person may not share with their team any more.
    private: int = 0
    # How many of the person's own were left out because they were private already.
    private_before: int = 0
    # How many of the person's own were left out because they are still under way.
    unfinished: int = 0


def checked_ids(ids: Iterable[int]) -> list[int]:
    """The ids, each once, in their order. Raises `TooMany` where there are more than `MAX_ITEMS`."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MAX_ITEMS:
        raise TooMany
    return wanted


def own_tasks(user: User, ids: Iterable[int]) -> tuple[TaskQuerySet, int]:
    """Those of the tasks that are the person's, and how many were asked for. Raises `TooMany`."""
    wanted = checked_ids(ids)
    return Task.objects.filter(owner_id=user.pk, pk__in=wanted), len(wanted)


def change_all(tasks: TaskQuerySet, asked: int, **changes: object) -> Done:
    """Change the columns of `tasks`, of which `asked` were selected; what is not among them was left out."""
    ids = list(tasks.values_list("pk", flat=True))
    if ids:
        update_tasks(tasks, ids, **changes)
    return Done(ids, asked - len(ids))
