"""Sharing items with a team, and no longer. What a person may not change is left out and counted."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.gallery.models import Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.selection import Done, Shared, change_all, checked_ids, own_tasks
from omnistudio.gallery.services import update_tasks


def share(user: User, ids: Iterable[int], team: Team) -> Done:
    """Show one's own items to a team. Raises `TooMany`, and `Membership.DoesNotExist` for who may not share there."""
    Membership.objects.get(team=team, user=user, role__in=Membership.CHANGING)
    tasks, asked = own_tasks(user, ids)
    fresh = tasks.not_trashed().exclude(team=team)  # what is there already keeps its date
    teams = dict(fresh.filter(team__isnull=False).values_list("pk", "team_id"))
    done = change_all(fresh, asked, team=team, shared_at=timezone.now())
    there = tasks.not_trashed().filter(team=team).count() - len(done.ids)
    return Done(done.ids, done.left_out - there, teams)


def undo_share(user: User, ids: Iterable[int], teams: dict[int, int]) -> Done:
    """Undo `share`: shared with the team of `teams` again where the person may still share there, else private.

    Atomic. Raises `TooMany`.
    """
    wanted = set(checked_ids(ids))
    changed: list[int] = []
    with transaction.atomic():
        for team in Team.objects.filter(pk__in=set(teams.values())):
            theirs = {pk for pk in wanted if teams.get(pk) == team.pk}
            with suppress(Membership.DoesNotExist):
                done = share(user, theirs, team)
                changed += done.ids
                wanted -= theirs
        # What others share is no part of one's own share: an owner takes it out with a question.
        own = set(own_tasks(user, wanted)[0].values_list("pk", flat=True))
        taken = unshare(user, own)
    left_out = len(wanted - own) + taken.left_out
    private = len(teams.keys() & set(taken.ids))
    return Done([*changed, *taken.ids], left_out, private=private, private_before=taken.private_before)


def unshare(user: User, ids: Iterable[int]) -> Done:
    """Make items private again: one's own, and as an owner of the team also those of others.

    Atomic: how they were shared (`Done.shared`) is what was there when they were made private. Raises `TooMany`.
    """
    wanted = set(ids)
    tasks = unshareable(user, wanted)
    with transaction.atomic():
        rows = tasks.order_by("pk").select_for_update().values_list("pk", "team_id", "shared_at", "revision")
        shared = {pk: Shared(team_id, at, revision + 1) for pk, team_id, at, revision in rows}
        update_tasks(tasks, shared, team=None, shared_at=None)
    private = (
        Task.objects.not_trashed().filter(owner_id=user.pk, pk__in=wanted - shared.keys(), team__isnull=True).count()
    )
    left_out = len(wanted) - len(shared) - private
    return Done(list(shared), left_out, shared=shared, private_before=private)


def unshareable(user: User, ids: Iterable[int]) -> TaskQuerySet:
    """Those of the tasks that the person may make private, and that are not yet. Raises `TooMany`."""
    wanted = set(checked_ids(ids))
    owned = Membership.objects.filter(user=user, role=Membership.Role.OWNER).values("team_id")
    may = Q(owner_id=user.pk) | Q(team_id__in=owned)
    return Task.objects.not_trashed().filter(may, pk__in=wanted, team__isnull=False)
