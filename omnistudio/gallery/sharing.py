"""Writes to works that exist: sharing and taking back, favourites, the trash. Each takes ids and bounds them.

What a person may not change, or may not see, is left out and counted, so that the page can say so.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.gallery.history.tally import counted
from omnistudio.gallery.models import Favourite, Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.services import change
from omnistudio.gallery.sharing_rights import unshare_where_not_allowed

MOST_AT_ONCE = 1000
TRASH_KEEPS = timedelta(days=30)


class TooMany(ValueError):
    """More works than can be changed at once."""


@dataclass(frozen=True)
class Shared:
    """How an item was shared before it was made private, and its revision after that. For undo."""

    team_id: int
    at: datetime | None
    revision: int


@dataclass(frozen=True)
class Done:
    """Which works were changed, and how many of those asked for were left out because they are not the person's."""

    ids: list[int]
    left_out: int
    # Where those that were shared with another team hung before: by work, the team's id. For undo.
    teams: dict[int, int] = field(default_factory=dict)
    # Of those that were made private: how they were shared, by item.
    shared: dict[int, Shared] = field(default_factory=dict)
    # How many are private now because their person may not share with their team any more.
    private: int = 0
    # How many of the person's own were left out because they were private already.
    private_before: int = 0
    # How many of the person's own were left out because they are still under way.
    unfinished: int = 0


def _own(user: User, ids: Iterable[int]) -> tuple[TaskQuerySet, int]:
    wanted = set(ids)
    if len(wanted) > MOST_AT_ONCE:
        raise TooMany
    return Task.objects.filter(owner_id=user.pk, pk__in=wanted), len(wanted)


def _done(tasks: TaskQuerySet, asked: int, **changes: object) -> Done:
    ids = list(tasks.values_list("pk", flat=True))
    if ids:
        change(tasks, ids, **changes)
    return Done(ids, asked - len(ids))


def share(user: User, ids: Iterable[int], team: Team) -> Done:
    """Show one's own works to a team. Raises `TooMany`, and `Membership.DoesNotExist` for who may not share there."""
    Membership.objects.get(team=team, user=user, role__in=Membership.CHANGING)
    tasks, asked = _own(user, ids)
    fresh = tasks.hung().exclude(team=team)  # what hangs there already keeps its date
    teams = dict(fresh.filter(team__isnull=False).values_list("pk", "team_id"))
    done = _done(fresh, asked, team=team, shared_at=timezone.now())
    there = tasks.hung().filter(team=team).count() - len(done.ids)
    return Done(done.ids, done.left_out - there, teams)


def hang_as_before(user: User, ids: Iterable[int], teams: dict[int, int]) -> Done:
    """Undo `share`: shared with the team of `teams` again where the person may still share there, else private.

    Atomic. Raises `TooMany`.
    """
    wanted = set(ids)
    if len(wanted) > MOST_AT_ONCE:
        raise TooMany
    changed: list[int] = []
    with transaction.atomic():
        for team in Team.objects.filter(pk__in=set(teams.values())):
            theirs = {pk for pk in wanted if teams.get(pk) == team.pk}
            with suppress(Membership.DoesNotExist):
                done = share(user, theirs, team)
                changed += done.ids
                wanted -= theirs
        # What others share is no part of one's own share: an owner takes it out with a question.
        own = set(_own(user, wanted)[0].values_list("pk", flat=True))
        taken = take_back(user, own)
    left_out = len(wanted - own) + taken.left_out
    private = len(teams.keys() & set(taken.ids))
    return Done([*changed, *taken.ids], left_out, private=private, private_before=taken.private_before)


def take_back(user: User, ids: Iterable[int]) -> Done:
    """Make works private again: one's own, and as an owner of the team also those of others.

    Atomic: how they were shared (`Done.shared`) is what was there when they were made private. Raises `TooMany`.
    """
    wanted = set(ids)
    tasks = to_take_back(user, wanted)
    with transaction.atomic():
        rows = tasks.order_by("pk").select_for_update().values_list("pk", "team_id", "shared_at", "revision")
        shared = {pk: Shared(team_id, at, revision + 1) for pk, team_id, at, revision in rows}
        change(tasks, shared, team=None, shared_at=None)
    private = Task.objects.hung().filter(owner_id=user.pk, pk__in=wanted - shared.keys(), team__isnull=True).count()
    left_out = len(wanted) - len(shared) - private
    return Done(list(shared), left_out, shared=shared, private_before=private)


def to_take_back(user: User, ids: Iterable[int]) -> TaskQuerySet:
    """Those of the tasks that the person may make private, and that are not yet. Raises `TooMany`."""
    wanted = set(ids)
    if len(wanted) > MOST_AT_ONCE:
        raise TooMany
    owned = Membership.objects.filter(user=user, role=Membership.Role.OWNER).values("team_id")
    may = Q(owner_id=user.pk) | Q(team_id__in=owned)
    return Task.objects.hung().filter(may, pk__in=wanted, team__isnull=False)


def put_in_trash(user: User, ids: Iterable[int]) -> Done:
    """Take one's own finished works off the wall; they can be brought back for 30 days. Raises `TooMany`."""
    tasks, asked = _own(user, ids)
    own = tasks.count()
    done = _done(tasks.hung().filter(status__in=Task.FINISHED), asked, deleted_at=timezone.now())
    unfinished = tasks.unfinished().count()
    return Done(done.ids, asked - own, unfinished=unfinished)


def bring_back(user: User, ids: Iterable[int]) -> Done:
    """Hang one's own works again as they hung before: shared only where one may still share. Atomic, `TooMany`."""
    tasks, asked = _own(user, ids)
    own = tasks.count()
    with transaction.atomic():
        done = _done(tasks.trashed(), asked, deleted_at=None)
        private = unshare_where_not_allowed(done.ids)
    return Done(done.ids, asked - own, private=len(private))


def set_favourite(user: User, ids: Iterable[int], *, liked: bool) -> Done:
    """Like works that one sees, or no longer; those that are so already are no part of it. Raises `TooMany`."""
    wanted = set(ids)
    if len(wanted) > MOST_AT_ONCE:
        raise TooMany
    seen = list(Task.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    likes = Favourite.objects.filter(user=user, task_id__in=seen)
    already = set(likes.values_list("task_id", flat=True))
    changed = [pk for pk in seen if (pk in already) != liked]
    with counted(changed):
        if liked:
            Favourite.objects.bulk_create([Favourite(user=user, task_id=pk) for pk in changed], ignore_conflicts=True)
        else:
            likes.delete()
    return Done(changed, len(wanted) - len(seen))
