"""Writes of collections. Who may do what is decided by whoever loads the collection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.core.http.params import LARGEST
from omnistudio.gallery.collections.queries import items_of, seen_items
from omnistudio.gallery.models import Collection, CollectionItem, Task
from omnistudio.gallery.selection import Done, checked_ids

MAX_ITEMS = 5000
MAX_COLLECTIONS = 200


class Full(ValueError):
    """A collection has as many items, or its owner as many collections, as there can be."""


@dataclass(frozen=True)
class Removed(Done):
    """What was taken out, with what undo needs: the place of each item (by its id), and which one was the cover."""

    places: dict[int, int] = field(default_factory=dict)
    cover: int | None = None


@dataclass(frozen=True)
class Added(Done):
    """What is in the collection now, and which of it was not there before. For undo."""

    new: list[int] = field(default_factory=list)


def create(user: User, name: str, team: Team | None = None) -> Collection:
    """Make a collection of the person's, or of a team's.

    Raises:
        Membership.DoesNotExist: the person is not in the team, or only a viewer there.
        Full: there are 200 already.
    """
    if team is not None:
        Membership.objects.get(team=team, user=user, role__in=Membership.CHANGING)
    there = Collection.objects.filter(team=team) if team else Collection.objects.filter(owner=user, team=None)
    if there.count() >= MAX_COLLECTIONS:
        raise Full
    return Collection.objects.create(owner=user, team=team, name=name)


def rename(collection: Collection, name: str) -> None:
    Collection.objects.filter(pk=collection.pk).update(name=name)


def set_order(collection: Collection, order: str) -> None:
    Collection.objects.filter(pk=collection.pk).update(order=order)


def set_cover(collection: Collection, user: User, task_id: int) -> bool:
    """Make an item of the collection its cover. False where it is not in it, or not seen by the person."""
    if not items_of(collection, user).filter(pk=task_id).exists():
        return False
    return Collection.objects.filter(pk=collection.pk).update(cover_id=task_id) == 1


def add(collection: Collection, user: User, ids: Iterable[int]) -> Added:
    """Put items that the person sees into a collection, at its end; those that are in it stay where they are.

    Raises:
        TooMany: more than 1,000 at once.
        Full: the collection would hold more than 5,000.
    """
    wanted = checked_ids(ids)
    done = Task.Status.SUCCEEDED
    seen = set(Task.objects.visible_to(user).filter(pk__in=wanted, status=done).values_list("pk", flat=True))
    with transaction.atomic():
        Collection.objects.select_for_update().get(pk=collection.pk)
        there = set(collection.items.filter(task_id__in=seen).values_list("task_id", flat=True))
        new = [pk for pk in wanted if pk in seen and pk not in there]
        if new and collection.items.count() + len(new) > MAX_ITEMS:
            raise Full
        last = _last_place(collection, room=len(new))
        CollectionItem.objects.bulk_create(
            CollectionItem(collection=collection, task_id=pk, position=place, added_by=user)
            for place, pk in enumerate(new, last + 1)
        )
    return Added([pk for pk in wanted if pk in seen], len(wanted) - len(seen), new=new)


def _last_place(collection: Collection, room: int) -> int:
    """The last place that is taken. Where `room` more would be beyond what the column holds, all move up first.

    Inside a transaction that has locked the collection.
    """
    last = collection.items.aggregate(last=Max("position"))["last"] or 0
    if last + room <= LARGEST:
        return last
    items = list(collection.items.order_by("position", "pk"))
    for place, item in enumerate(items, 1):
        item.position = place
    CollectionItem.objects.bulk_update(items, ["position"], batch_size=200)
    return len(items)


def remove(collection: Collection, user: User, ids: Iterable[int]) -> Removed:
    """Take items that the person sees out of a collection; the items stay. Raises `TooMany`."""
    wanted = checked_ids(ids)
    here = seen_items(user).filter(collection=collection, task_id__in=wanted)
    with transaction.atomic():
        locked = Collection.objects.select_for_update().get(pk=collection.pk)
        places = dict(here.values_list("task_id", "position"))
        collection.items.filter(task_id__in=places).delete()
        cover = locked.cover_id if locked.cover_id in places else None
        if cover:
            Collection.objects.filter(pk=locked.pk).update(cover=None)
    return Removed(list(places), len(wanted) - len(places), places=places, cover=cover)


def delete_if_empty(collection: Collection) -> bool:
    """Delete a collection that has no items; say whether it is gone. Atomic."""
    with transaction.atomic():
        locked = Collection.objects.select_for_update().filter(pk=collection.pk).first()
        if locked is None or locked.items.exists():
            return False
        locked.delete()
    return True


def put_back(collection: Collection, user: User, places: dict[int, int], cover: int | None = None) -> Done:
    """Undo `remove`: the items are in it again, at the places that they had, and the cover with them. Atomic.

    The places come from a form. Those beyond the end are all the end, in the same order; so no number that somebody
    makes up is ever a place.

    Raises:
        TooMany, Full: as `add`.
    """
    wanted = sorted(places, key=places.__getitem__)
    with transaction.atomic():
        done = add(collection, user, wanted)
        others = collection.items.exclude(task_id__in=done.ids)
        last = others.aggregate(last=Max("position"))["last"] or 0
        items = [item for item in collection.items.filter(task_id__in=done.ids) if places[item.task_id] <= last]
        for item in items:
            item.position = places[item.task_id]
        CollectionItem.objects.bulk_update(items, ["position"], batch_size=200)
        if cover in done.ids:
            Collection.objects.filter(pk=collection.pk, cover=None).update(cover_id=cover)
    return done


def move(collection: Collection, user: User, task_id: int, *, earlier: bool) -> bool:
    """Let an item change places with the one before or after it that the person sees. Atomic."""
    with transaction.atomic():
        Collection.objects.select_for_update().get(pk=collection.pk)
        items = seen_items(user).filter(collection=collection)
        mine = items.filter(task_id=task_id).first()
        if mine is None:
            return False
        beside = items.filter(position__lt=mine.position) if earlier else items.filter(position__gt=mine.position)
        other = beside.order_by("-position" if earlier else "position").first()
        if other is None:
            return False
        mine.position, other.position = other.position, mine.position
        CollectionItem.objects.bulk_update([mine, other], ["position"])
    return True


def arrange(collection: Collection, user: User, ids: Iterable[int]) -> Done:
    """Put items into the order of `ids`: they share out the places that they hold now, so all others stay.

    Atomic. Raises `TooMany`.
    """
    wanted = checked_ids(ids)
    with transaction.atomic():
        Collection.objects.select_for_update().get(pk=collection.pk)
        items = {item.task_id: item for item in seen_items(user).filter(collection=collection, task_id__in=wanted)}
        in_order = [items[pk] for pk in wanted if pk in items]
        places = sorted(item.position for item in in_order)
        for item, place in zip(in_order, places, strict=True):
            item.position = place
        CollectionItem.objects.bulk_update(in_order, ["position"], batch_size=200)
    return Done([item.task_id for item in in_order], len(wanted) - len(in_order))
