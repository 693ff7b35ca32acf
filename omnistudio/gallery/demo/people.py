"""The people of the demo and their team; how to tell them from real people, and how they go again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from omnistudio.accounts import services
from omnistudio.accounts.models import Membership, Team, User
from omnistudio.gallery.models import Collection, Prompt, Reference, Run, Task

TEAM = "Atelier Srisai"
# Nobody can have such an address: `.example` is kept free for examples (RFC 2606).
DOMAIN = "@demo.example"
NAMES = (
    ("nok", "Nok Srisai", "en"),
    ("maya", "Maya Okafor", "en"),
    ("linwei", "林薇", "zh-hans"),
    ("somchai", "สมชาย ใจดี", "th"),
    ("elena", "Elena Petrova", "en"),
    ("chen", "陈伟", "zh-hans"),
    ("preeya", "ปรียา วงศ์สวัสดิ์", "th"),
    ("jonas", "Jonas Weber", "en"),
    ("wangfang", "王芳", "zh-hans"),
    ("amara", "Amara Nwosu", "en"),
    ("thana", "ธนา ศรีสุข", "th"),
    ("lucia", "Lucía Romero", "en"),
)
_AT_ONCE = 2000


@dataclass(frozen=True)
class Cast:
    """The team and its people: the owner first, the viewer last."""

    team: Team
    people: list[User]

    @property
    def owner(self) -> User:
        return self.people[0]

    @property
    def viewer(self) -> User:
        return self.people[-1]


def demo_people() -> QuerySet[User]:
    """The people whom the demo made."""
    return User.objects.filter(email__endswith=DOMAIN)


def real_tasks_exist() -> bool:
    """Whether somebody who is not of the demo has a task here."""
    return Task.objects.exclude(owner__email__endswith=DOMAIN).exists()


def make_people(number: int, password: str) -> Cast:
    """An owner, members and a viewer, who all sign in with `password` and have a key of the built-in API."""
    sealed = make_password(password)
    people = [
        User.objects.create(email=f"{word}{DOMAIN}", name=name, language="", password=sealed)
        for word, name, _language in NAMES[:number]
    ]
    team = Team.objects.create(name=TEAM)
    roles = [Membership.Role.OWNER, *[Membership.Role.MEMBER] * (number - 2), Membership.Role.VIEWER]
    Membership.objects.bulk_create(
        Membership(team=team, user=user, role=role) for user, role in zip(people, roles, strict=True)
    )
    for person in people:
        services.welcome(person)  # credits and a key, as for whoever signs up
    return Cast(team, people)


def remove_people(tell: Callable[[str], None]) -> None:
    """Take the demo's people away with all that is theirs, in steps that fit into memory."""
    ids = list(demo_people().values_list("pk", flat=True))
    Collection.objects.filter(owner_id__in=ids).delete()
    gone = 0
    for model in (Task, Run):
        rows = model._default_manager.filter(owner_id__in=ids).order_by("pk")
        while some := list(rows.values_list("pk", flat=True)[:_AT_ONCE]):
            model._default_manager.filter(pk__in=some).delete()
            gone += len(some)
            if gone % 50_000 < _AT_ONCE:
                tell(f"{gone:,} rows removed")
    for reference in Reference.objects.filter(owner_id__in=ids):
        reference.file.delete(save=False)
        reference.thumbnail.delete(save=False)
        reference.delete()
    last = 0
    while some := list(Prompt.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
        Prompt.objects.filter(pk__in=some, tasks__isnull=True).delete()
        last = some[-1]
    Team.objects.filter(name=TEAM, memberships__user_id__in=ids).delete()
    User.objects.filter(pk__in=ids).delete()
