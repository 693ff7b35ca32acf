"""Stopping to share other people's items: what is asked first, and the way back.

An owner of a team may take out what others share, and must not be able to show what others keep private. So the way
back is a signed note of what was taken out a moment ago. It is good for its owner alone, for an hour, and for items
to which nothing has happened since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import F

from omnistudio.accounts.models import Membership, User
from omnistudio.core.sorting import sorted_by_name
from omnistudio.gallery.models import Task
from omnistudio.gallery.selection import Done, Shared
from omnistudio.gallery.sharing.services import unshareable
from omnistudio.gallery.stats.update import update_stats

GOOD_FOR = timedelta(hours=1)
_SALT = "omnistudio.unshared"


@dataclass(frozen=True)
class Others:
    """What of a selection other people share: how many items in all would be taken out, and how many of whom."""

    items: int
    people: list[tuple[User, int]]


def of_others(user: User, ids: Iterable[int]) -> Others | None:
    """What would be made private, where some of it is other people's; else None. Raises `TooMany`."""
    owners = Counter(unshareable(user, ids).values_list("owner_id", flat=True))
    if not owners.keys() - {user.pk}:
        return None
    people = sorted_by_name(User.objects.filter(pk__in=owners.keys()).order_by("email"))
    people.sort(key=lambda person: -owners[person.pk])
    return Others(owners.total(), [(person, owners[person.pk]) for person in people])


def note_of(user: User, done: Done) -> str:
    """A signed note of what was made private, for `restore_sharing`; empty where there is nothing to restore."""
    if not done.shared:
        return ""
    rows = [[pk, was.team_id, was.at.isoformat() if was.at else "", was.revision] for pk, was in done.shared.items()]
    return signing.dumps([user.pk, rows], salt=_SALT, compress=True)


def restore_sharing(user: User, note: str) -> Done:
    """Share again what `note` says was made private, with the team and the date that it had. Atomic.

    One's own items come back where one may share now, other people's where one owns the team now and they are still
    in it. What was changed since (deleted, shared elsewhere) stays as it is. A note that is not the person's, or is
    old, restores nothing.
    """
    before = _read(user, note)
    with transaction.atomic():
        rows = Task.objects.not_trashed().filter(pk__in=before, team__isnull=True).order_by("pk").select_for_update()
        there = [task for task in rows.only("owner_id", "revision") if task.revision == before[task.pk].revision]
        roles = dict(Membership.objects.filter(user=user).values_list("team_id", "role"))
        # Whoever left the team meanwhile shows nothing in it, whoever presses undo.
        people = {task.owner_id for task in there}
        members = set(Membership.objects.filter(user_id__in=people).values_list("user_id", "team_id"))
        back = [
            task
            for task in there
            if (task.owner_id, before[task.pk].team_id) in members
            and _may(user, task, roles.get(before[task.pk].team_id))
        ]
        _share_again(back, before)
    own = sum(task.owner_id == user.pk for task in there) - sum(task.owner_id == user.pk for task in back)
    return Done([task.pk for task in back], len(before) - len(back) - own, private=own)


def _may(user: User, task: Task, role: str | None) -> bool:
    return role in Membership.CHANGING if task.owner_id == user.pk else role == Membership.Role.OWNER


def _share_again(tasks: list[Task], before: dict[int, Shared]) -> None:
    for task in tasks:
        task.team_id, task.shared_at = before[task.pk].team_id, before[task.pk].at
    with update_stats(task.pk for task in tasks):
        Task.objects.bulk_update(tasks, ["team", "shared_at"], batch_size=200)
        Task.objects.filter(pk__in=[task.pk for task in tasks]).update(revision=F("revision") + 1)


def _read(user: User, note: str) -> dict[int, Shared]:
    """By item, how it was shared; nothing where the note is forged, old or somebody else's."""
    try:
        person, rows = signing.loads(note, salt=_SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return {}
    if person != user.pk:
        return {}
    return {pk: Shared(team, datetime.fromisoformat(at) if at else None, revision) for pk, team, at, revision in rows}
