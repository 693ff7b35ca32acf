"""Reads of collections. Who may do what is decided by whoever loads the collection.

A collection of a team may hold items that only their owner sees; for everybody else they are not there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.core.sorting import sorted_by_name
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.models import Collection, CollectionItem, Task
from omnistudio.gallery.models.task import TaskQuerySet

MAX_COUNTED = 1000


class _CappedCount(Subquery):
    """How many rows a sliced query has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def items_of(collection: Collection, user: User) -> TaskQuerySet:
    """The finished items of a collection that the person sees, newest first."""
    scope = Scope("collection", user, collection=collection)
    return scope.tasks.filter(status=Task.Status.SUCCEEDED).order_by("-pk")


def seen_items(user: User) -> QuerySet[CollectionItem]:
    """Rows whose item the person sees: `Task.visible_to`, from the side of the row, where the index is."""
    theirs = Membership.objects.filter(user_id=user.pk).values("team_id")
    seen = Q(task__owner_id=user.pk) | Q(task__team_id__in=theirs)
    return CollectionItem.objects.filter(seen, task__deleted_at__isnull=True, task__status=Task.Status.SUCCEEDED)


@dataclass(frozen=True)
class CollectionGroup:
    """The collections of a person (`team` is None) or of one team, each with `items` (a count) and `front`."""

    team: Team | None
    collections: list[Collection]
    is_changeable: bool


def collection_groups(user: User) -> list[CollectionGroup]:
    """One's own collections, then each team's; each with its cover and how many of its items one sees."""
    here = seen_items(user).filter(collection=OuterRef("pk"))
    found = Collection.objects.visible_to(user).annotate(
        items_counted=_CappedCount(here.values("pk")[: MAX_COUNTED + 1]),
        chosen=Subquery(here.filter(task_id=OuterRef("cover_id")).values("task_id")[:1]),
        newest=Subquery(here.order_by("-task_id").values("task_id")[:1]),
    )
    collections = sorted_by_name(found.order_by("id"))
    fronts = Task.objects.in_bulk({pk for each in collections if (pk := each.chosen or each.newest)})
    for each in collections:
        each.front = fronts.get(each.chosen or each.newest)  # type: ignore[attr-defined]
    seats = Membership.objects.filter(user=user).select_related("team").order_by("team_id")
    mine = CollectionGroup(None, [each for each in collections if each.team_id is None], True)
    return [
        mine,
        *(
            CollectionGroup(
                seat.team,
                [each for each in collections if each.team_id == seat.team_id],
                seat.role in Membership.CHANGING,
            )
            for seat in sorted_by_name(seats, name=lambda seat: seat.team.name)
        ),
    ]


def choices(user: User) -> list[Collection]:
    """The collections that the person may put items into."""
    by_name = sorted_by_name(Collection.objects.changeable_by(user).select_related("team").order_by("id"))
    return sorted_by_name(by_name, name=lambda collection: collection.team.name if collection.team else "")


def private_in(collection: Collection, ids: Iterable[int]) -> int:
    """How many of the items in a team's collection the team does not see."""
    if collection.team_id is None:
        return 0
    return Task.objects.filter(pk__in=list(ids)).exclude(team_id=collection.team_id).count()
