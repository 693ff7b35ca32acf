"""What the demo's people did with the items: collections and comments; and when all of it was."""

from __future__ import annotations

import random
from datetime import timedelta

from django.db.models import F, Model, OuterRef, Subquery

from omnistudio.gallery.demo.people import Cast
from omnistudio.gallery.models import Collection, CollectionItem, Comment, Favourite, Prompt, Run, Task

_COLLECTIONS = (
    ("Lookbook autumn", True),
    ("งานลูกค้า", True),
    ("灵感", True),
    ("For the book", False),
)
_MAX_ITEMS, _MAX_COMMENTS = 120, 3000
_SAID = (
    "This one is the cover.",
    "Can we try it in warmer tones?",
    "Love the light here.",
    "ภาพนี้สวยมาก ขอใช้ในสไลด์นะ",
    "ลองมุมต่ำกว่านี้อีกนิดได้ไหม",
    "这张构图很好。",
    "颜色再淡一点会更好。",
    "Client said yes!",
)


def add_talk(cast: Cast, seed: int) -> None:
    """A few collections with items in them, and comments on shared items, mostly on newer ones."""
    chance = random.Random(f"talk {seed}")  # noqa: S311
    done = Task.objects.not_trashed().filter(status=Task.Status.SUCCEEDED)
    shared = list(done.filter(team=cast.team).order_by("-pk").values_list("pk", flat=True)[: 20 * _MAX_ITEMS])
    for number, (name, is_shared) in enumerate(_COLLECTIONS):
        owner = cast.people[number % (len(cast.people) - 1)]
        if is_shared:
            items = shared
        else:
            items = list(done.filter(owner=owner).order_by("-pk").values_list("pk", flat=True)[:_MAX_ITEMS])
        chosen = chance.sample(items, min(len(items) // 2, _MAX_ITEMS))
        order = Collection.Order.HAND if number % 2 else Collection.Order.DATE
        collection = Collection.objects.create(
            owner=owner,
            team=cast.team if is_shared else None,
            name=name,
            order=order,
            cover_id=chosen[0] if chosen else None,
        )
        CollectionItem.objects.bulk_create(
            CollectionItem(collection=collection, task_id=pk, position=place, added_by=owner)
            for place, pk in enumerate(chosen, 1)
        )
    said = min(len(shared) // 8, _MAX_COMMENTS)
    Comment.objects.bulk_create(
        Comment(task_id=pk, author=chance.choice(cast.people[:-1]), text=chance.choice(_SAID))
        for pk in chance.sample(shared, said)
    )


def set_times() -> None:
    """Give each row the time that its item tells: when rows are made, these columns take the clock's."""
    of_run = Task.objects.filter(run=OuterRef("pk")).values("created_at")[:1]
    Run.objects.filter(owner__in=_demo_owners()).update(created_at=Subquery(of_run))
    of_prompt = Task.objects.filter(prompt=OuterRef("pk")).order_by("pk").values("created_at")[:1]
    Prompt.objects.update(created_at=Subquery(of_prompt))
    _later(Favourite, "created_at", timedelta(hours=3))
    _later(Comment, "created_at", timedelta(hours=5))
    _later(CollectionItem, "added_at", timedelta(hours=6))


def _demo_owners() -> Subquery:
    return Subquery(Task.objects.order_by().values("owner_id").distinct())


def _later(model: type[Model], column: str, by: timedelta) -> None:
    of_task = Task.objects.filter(pk=OuterRef("task_id")).values("finished_at")[:1]
    model._default_manager.update(**{column: Subquery(of_task)})
    model._default_manager.update(**{column: F(column) + by})
