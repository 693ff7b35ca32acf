"""Lists of items: pages cut by key, and the neighbours of an item in the same order. Never by offset."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from omnistudio.gallery.browse.filters import Filter, filtered
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.models import CollectionItem, Favourite, Task
from omnistudio.gallery.models.task import TaskQuerySet

PAGE = 60
MAX_COUNTED = 10_000
# This many shapes of the next page stand under a page, so that its last row has its size before they load.
AHEAD = 16
# So many items of its list are shown on each side of an item.
BESIDE = 10
# Where an item is in the list because of another row, each one counted is looked up by itself.
MAX_LOOKED_UP = 1000


@dataclass(frozen=True)
class Page:
    """Some items of a list, newest first, and where the next page begins (None at the end)."""

    tasks: list[Task]
    next: int | None
    # The first items of the next page, or some of them.
    ahead: list[Task] = field(default_factory=list)


def page(scope: Scope, chosen: Filter, before: int | None = None, size: int = PAGE) -> Page:
    """The items after the one with the id `before`. One query, whatever the page."""
    tasks = filtered(scope, chosen)
    if before:
        tasks = tasks.filter(pk__lt=before)
    found = list(shown(tasks, scope).order_by("-pk")[: size + AHEAD])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None, found[size:])


def newer_page(scope: Scope, chosen: Filter, after: int, size: int = PAGE) -> Page:
    """The items just before the one with the id `after` in the list; `next` is where they end, if newer ones are."""
    tasks = filtered(scope, chosen).filter(pk__gt=after)
    found = list(shown(tasks, scope).order_by("pk")[: size + 1])
    return Page(found[:size][::-1], found[size - 1].pk if len(found) > size else None)


def shown(tasks: TaskQuerySet, scope: Scope) -> TaskQuerySet:
    """With all that a tile shows, and whether the person likes it."""
    liked = Favourite.objects.filter(user_id=scope.user.pk, task_id=OuterRef("pk"))
    return tasks.select_related("prompt", "owner").annotate(is_liked=Exists(liked))


@dataclass(frozen=True)
class Neighbours:
    """The items on both sides of one in its list, at most `BESIDE` on each, the nearest first."""

    newer: list[Task]
    older: list[Task]

    @property
    def previous(self) -> Task | None:
        return self.newer[0] if self.newer else None

    @property
    def next(self) -> Task | None:
        return self.older[0] if self.older else None

    @property
    def before(self) -> list[Task]:
        """`newer` in the order of the list."""
        return self.newer[::-1]


def neighbours(scope: Scope, chosen: Filter, task_id: int) -> Neighbours:
    """Two index look-ups in the same filtered order as the gallery."""
    tasks = filtered(scope, chosen)
    newer = tasks.filter(pk__gt=task_id).order_by("pk")[:BESIDE]
    older = tasks.filter(pk__lt=task_id).order_by("-pk")[:BESIDE]
    return Neighbours(list(newer), list(older))


def most_counted(scope: Scope) -> int:
    """How far the items of a scope are counted."""
    return MAX_LOOKED_UP if scope.kind in ("favourites", "collection") else MAX_COUNTED


def capped_count(scope: Scope) -> int:
    """How many items the scope has, counted to one more than `most_counted` and no further."""
    return filtered(scope, Filter()).order_by()[: most_counted(scope) + 1].count()


@dataclass(frozen=True)
class Count:
    """How many items a list has; where `is_more`, there are more than `number`, where `is_least`, maybe."""

    number: int
    is_more: bool = False
    is_least: bool = False


def count(scope: Scope, chosen: Filter) -> Count:
    """How many items of a scope pass the filters: of at most 10,000, and among the newest 20,000 of the scope.

    Both are bounds of the item: what is rare in a long list would be looked for to its end.
    """
    most = most_counted(scope)
    if not chosen:
        number = capped_count(scope)
        return Count(min(number, most), is_more=number > most)
    found = filtered(scope, chosen).order_by()
    end = scope.tasks.order_by("-pk").values_list("pk", flat=True)[2 * most : 2 * most + 1].first()
    number = (found.filter(pk__gt=end) if end else found)[: most + 1].count()
    if number > most:
        return Count(most, is_more=True)
    if end and number <= PAGE:  # what the first page shows is counted in any case
        number = max(number, filtered(scope, chosen).order_by("-pk")[: PAGE + 1].count())
    return Count(number, is_least=end is not None)


def by_hand(scope: Scope, after: int = 0, size: int = PAGE) -> Page:
    """A collection in the order set by hand; `after` is a position."""
    items = CollectionItem.objects.filter(collection=scope.collection, position__gt=after).order_by("position", "id")
    places = list(items.values_list("task_id", "position")[: size + 1])
    tasks = shown(scope.tasks.filter(pk__in=[pk for pk, _position in places]), scope).in_bulk()
    found = [tasks[pk] for pk, _position in places[:size] if pk in tasks]
    return Page(found, places[size - 1][1] if len(places) > size else None)
