"""Who may share what, asked at that moment: the one place for every way by which an item comes to a team, or out.

An item that comes back (from the trash, by an undo, because its task is sent or fetched again, because it is done)
is shared as it was only where its person may still share there. Else it is private, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q

from omnistudio.accounts.models import Membership, User
from omnistudio.gallery.models import Collection, Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.stats.update import update_stats


def may_share(user_id: int, team_id: int | None) -> bool:
    """Whether the person may share with the team now: they are in it, and not only a viewer."""
    if team_id is None:
        return False
    places = Membership.objects.filter(user_id=user_id, team_id=team_id)
    return places.filter(role__in=Membership.CHANGING).exists()


def shareable_in(collection: Collection, user: User) -> TaskQuerySet:
    """The items of a collection that a public link of the person's may show now; none where they may not share there.

    Of a team's collection it is what is shared with that team: a private item that is in it, too, is for its owner
    alone. Of one's own collection it is one's own items, and what teams share in which one may share.
    """
    sharing = Membership.objects.filter(user_id=user.pk, role__in=Membership.CHANGING).values("team_id")
    shown = Q(team_id__in=sharing)
    if collection.team_id is not None:
        shown &= Q(team_id=collection.team_id)
    elif collection.owner_id == user.pk:
        shown |= Q(owner_id=user.pk)
    return Task.objects.not_trashed().filter(shown, pk__in=collection.items.values("task_id"))


def unshare_where_not_allowed(ids: Iterable[int]) -> list[int]:
    """Make those of the tasks private whose person may not share with the task's team any more. Atomic.

    Returns:
        The ids of those that were made private.
    """
    places = Membership.objects.filter(team_id=OuterRef("team_id"), user_id=OuterRef("owner_id"))
    allowed = Exists(places.filter(role__in=Membership.CHANGING))
    tasks = Task.objects.filter(pk__in=list(ids), team__isnull=False).exclude(allowed)
    found = list(tasks.values_list("pk", flat=True))
    if found:
        with update_stats(found):
            Task.objects.filter(pk__in=found).update(team=None, shared_at=None, revision=F("revision") + 1)
    return found
