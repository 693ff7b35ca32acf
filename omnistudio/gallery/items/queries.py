"""Every read of the page of one item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q

from omnistudio.accounts.models import Membership, User
from omnistudio.gallery.browse import pagination
from omnistudio.gallery.browse.filters import Filter, filtered
from omnistudio.gallery.browse.pagination import BESIDE, Neighbours
from omnistudio.gallery.browse.scopes import Scope, scope_named
from omnistudio.gallery.models import Collection, CollectionItem, Favourite, Task, TaskReference
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.text_diff import Piece, told

MAX_VARIATIONS = 12
MAX_CHILDREN = 8
FACES = 3


def openable_by(user: User) -> TaskQuerySet:
    """What a person can open: all that they may see, and what of theirs is in the trash."""
    tasks = Task.objects.visible_to(user) | Task.objects.trashed().filter(owner_id=user.pk)
    liked = Favourite.objects.filter(user_id=user.pk, task_id=OuterRef("pk"))
    tasks = tasks.select_related("prompt", "owner", "team").prefetch_related("outputs")
    return tasks.annotate(is_liked=Exists(liked))


@dataclass(frozen=True)
class Place:
    """Where an item is looked at: the list that it is a part of, and its filters."""

    scope: Scope
    chosen: Filter = field(default_factory=Filter)
    # Whether the URL named the list; what follows from the item alone is not repeated in links.
    named: bool = False

    @property
    def query(self) -> str:
        """The query string for every link that stays in the list."""
        return self.chosen.query(scope=self.scope.name if self.named else "")

    @property
    def back(self) -> str:
        """The gallery that the item is shown in, filtered as it was."""
        query = self.chosen.query()
        return f"{self.scope.url}?{query}" if query else self.scope.url


def place_of(user: User, task: Task, query: Mapping[str, Any]) -> Place:
    """The list that the URL names where the item can be in it, else the one that the item itself belongs to."""
    scope = scope_named(user, query.get("scope", ""))
    if scope is not None and _may_hold(scope, task):
        return Place(scope, Filter.of(query), named=True)
    return Place(_default_scope(user, task), Filter.of(query))


def list_of(user: User, query: Mapping[str, Any]) -> Place:
    """The list that the URL names, whatever items are looked at; the person's own where it names none."""
    scope = scope_named(user, query.get("scope", ""))
    return Place(scope or Scope("mine", user), Filter.of(query), named=scope is not None)


def _may_hold(scope: Scope, task: Task) -> bool:
    match scope.kind:
        case "mine" | "studio":
            return task.owner_id == scope.user.pk and task.deleted_at is None
        case "team":
            return scope.team is not None and task.team_id == scope.team.pk and task.deleted_at is None
        case "trash":
            return task.deleted_at is not None
    return task.deleted_at is None


def _default_scope(user: User, task: Task) -> Scope:
    if task.deleted_at:
        return Scope("trash", user)
    if task.owner_id == user.pk or task.team is None:
        return Scope("mine", user)
    return Scope("team", user, team=task.team)


def neighbours(place: Place, task: Task) -> Neighbours:
    """The items beside this one, in the order of the list that it is shown in."""
    collection = place.scope.collection
    if collection is not None and collection.order == Collection.Order.HAND:
        return _beside_by_hand(place.scope, collection, task.pk)
    if place.scope.kind == "studio":
        return _beside_in_feed(place, task)
    return pagination.neighbours(place.scope, place.chosen, task.pk)


def _beside_in_feed(place: Place, task: Task) -> Neighbours:
    """The feed has the newest submission first, and in it the first variation."""
    items = filtered(place.scope, place.chosen)
    run = items.filter(run_id=task.run_id)
    before = run.filter(variation__lt=task.variation).order_by("-variation")
    above = items.filter(run_id__gt=task.run_id).order_by("run_id", "-variation")
    after = run.filter(variation__gt=task.variation).order_by("variation")
    below = items.filter(run_id__lt=task.run_id).order_by("-run_id", "variation")
    return Neighbours(_first_of(before, above), _first_of(after, below))


def _first_of(near: TaskQuerySet, farther: TaskQuerySet) -> list[Task]:
    found = list(near[:BESIDE])
    return [*found, *farther[: BESIDE - len(found)]] if len(found) < BESIDE else found


def _beside_by_hand(scope: Scope, collection: Collection, task_id: int) -> Neighbours:
    items = CollectionItem.objects.filter(collection=collection)
    here = items.filter(task_id=task_id).first()
    if here is None:
        return Neighbours([], [])
    seen = items.filter(task__in=scope.tasks).select_related("task")
    before = Q(position__lt=here.position) | Q(position=here.position, pk__lt=here.pk)
    after = Q(position__gt=here.position) | Q(position=here.position, pk__gt=here.pk)
    newer = seen.filter(before).order_by("-position", "-pk")[:BESIDE]
    older = seen.filter(after).order_by("position", "pk")[:BESIDE]
    return Neighbours([one.task for one in newer], [one.task for one in older])


@dataclass(frozen=True)
class Position:
    """“12 of 248”; `total` is None where there are more than `most`, to which they are counted."""

    number: int
    total: int | None
    most: int


def position(place: Place, task: Task) -> Position | None:
    """Where the item is in its list. Counted for whole lists only, and not beyond 10,000: a filter may be rare."""
    is_listed = task.status == Task.Status.SUCCEEDED or place.scope.kind == "trash"
    if place.chosen or not is_listed or place.scope.kind == "collection":
        return None
    most = pagination.most_counted(place.scope)
    above = Q(pk__gt=task.pk)
    if place.scope.kind == "studio":
        above = Q(run_id__gt=task.run_id) | Q(run_id=task.run_id, variation__lt=task.variation)
    before = filtered(place.scope, Filter()).filter(above).order_by()[: most + 1].count()
    if before >= most:
        return None
    total = pagination.capped_count(place.scope)
    return Position(before + 1, total if total <= most else None, most)


def variations(user: User, task: Task) -> list[Task]:
    """The items of the same run that the person may see, in their order."""
    rows = Task.objects.visible_to(user).filter(run_id=task.run_id)
    return list(rows.order_by("variation", "pk")[:MAX_VARIATIONS])


def kin(user: User, task: Task) -> list[Task]:
    """The task that this one retries, and the one that retries it, where the person may see them."""
    seen = Task.objects.visible_to(user)
    # Two look-ups: for one with OR, SQLite reads the whole table.
    retried = seen.filter(pk=task.retry_of_id) if task.retry_of_id else []
    return [*retried, *seen.filter(retry_of_id=task.pk)]


@dataclass(frozen=True)
class Lineage:
    """Where an item comes from and what came of it, as far as the person may see it."""

    parent: Task | None
    children: list[Task]
    # What its prompt has that the parent's has not; empty where they are the same.
    pieces: list[Piece]

    def __bool__(self) -> bool:
        return bool(self.parent or self.children)


def lineage(user: User, task: Task) -> Lineage:
    seen = Task.objects.visible_to(user).select_related("prompt", "owner")
    parent = seen.filter(pk=task.parent_id).first() if task.parent_id else None
    children = list(seen.filter(parent_id=task.pk).order_by("-pk")[:MAX_CHILDREN])
    differs = parent and parent.prompt_id != task.prompt_id and parent.prompt.text
    return Lineage(parent, children, told(parent.prompt.text, task.prompt.text) if parent and differs else [])


def references(task: Task) -> list[TaskReference]:
    return list(task.task_references.select_related("reference"))


@dataclass(frozen=True)
class Likes:
    """Who likes an item: the viewer or not, how many others in the team, and the first few of them all."""

    mine: bool
    others: int
    people: list[User]


def likes(user: User, task: Task) -> Likes:
    """Favourites of an item (from `openable_by`): of the people who are in its team now, and of the viewer; of nobody
    else.
    """
    rows = Favourite.objects.filter(task_id=task.pk)
    mates = Membership.objects.filter(team_id=task.team_id).values("user_id") if task.team_id else []
    rows = rows.filter(Q(user_id=user.pk) | Q(user_id__in=mates)).select_related("user")
    count = rows.count()
    people = [row.user for row in rows.order_by("pk")[:FACES]] if count else []
    mine: bool = task.is_liked  # type: ignore[attr-defined]
    return Likes(mine, count - mine, people)
