"""Lists of works: pages cut by key, and the neighbours of a work in the same order. Never by offset."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from omnistudio.gallery.filters import Filter, filtered
from omnistudio.gallery.models import CollectionItem, Favourite, Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.scopes import Scope

PAGE = 60
MOST_COUNTED = 10_000
# Where a work is in the list because of another row, each one counted is looked up by itself.
MOST_LOOKED_UP = 1000


@dataclass(frozen=True)
class Page:
    """Some works of a list, newest first, and where the next page begins (None at the end)."""

    tasks: list[Task]
    next: int | None


def page(scope: Scope, chosen: Filter, before: int | None = None, size: int = PAGE) -> Page:
    """The works after the one with the id `before`. One query, whatever the page."""
    tasks = filtered(scope, chosen)
    if before:
        tasks = tasks.filter(pk__lt=before)
    found = list(shown(tasks, scope).order_by("-pk")[: size + 1])
    return Page(found[:size], found[size - 1].pk if len(found) > size else None)


def shown(tasks: TaskQuerySet, scope: Scope) -> TaskQuerySet:
    """With all that a tile shows, and whether the person likes it."""
    liked = Favourite.objects.filter(user_id=scope.user.pk, task_id=OuterRef("pk"))
    return tasks.select_related("prompt", "owner").annotate(is_liked=Exists(liked))


@dataclass(frozen=True)
class Neighbours:
    """The ids beside a work in its list: `newer` to the left of it, `older` to the right."""

    newer: int | None
    older: int | None


def neighbours(scope: Scope, chosen: Filter, task_id: int) -> Neighbours:
    """Two index look-ups in the same filtered order as the wall."""
    tasks = filtered(scope, chosen)
    newer = tasks.filter(pk__gt=task_id).order_by("pk").values_list("pk", flat=True).first()
    older = tasks.filter(pk__lt=task_id).order_by("-pk").values_list("pk", flat=True).first()
    return Neighbours(newer, older)


def most_counted(scope: Scope) -> int:
    """How far the works of a scope are counted."""
    return MOST_LOOKED_UP if scope.kind in ("favourites", "collection") else MOST_COUNTED


def capped_count(scope: Scope) -> int:
    """How many works the scope has, counted to one more than `most_counted` and no further."""
    return filtered(scope, Filter()).order_by()[: most_counted(scope) + 1].count()


def by_hand(scope: Scope, after: int = 0, size: int = PAGE) -> Page:
    """A collection in the order of its keeper's hand; `after` is a position."""
    items = CollectionItem.objects.filter(collection=scope.collection, position__gt=after).order_by("position", "id")
    places = list(items.values_list("task_id", "position")[: size + 1])
    tasks = shown(scope.tasks.filter(pk__in=[pk for pk, _position in places]), scope).in_bulk()
    found = [tasks[pk] for pk, _position in places[:size] if pk in tasks]
    return Page(found, places[size - 1][1] if len(places) > size else None)
