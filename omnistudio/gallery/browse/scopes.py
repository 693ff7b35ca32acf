"""Where a list of items looks: mine, the studio's feed, one team, favourites, the trash, a collection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import Q
from django.urls import reverse

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.core.http.params import parse_id
from omnistudio.core.sorting import sorted_by_name
from omnistudio.gallery.models import Collection, Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.permissions import shareable_in

Kind = Literal["mine", "studio", "team", "favourites", "trash", "collection"]


@dataclass(frozen=True)
class Scope:
    """One scope of one person. `team` and `collection` are set for those kinds alone."""

    kind: Kind
    user: User
    team: Team | None = None
    collection: Collection | None = None
    # A collection as a public link of the person's shows it: what they may share, which is less than what they see.
    is_public: bool = False

    @property
    def name(self) -> str:
        """How a URL names the scope: `mine`, `studio`, `favourites`, `trash`, `team:3`, `collection:7`."""
        thing = self.team or self.collection
        return f"{self.kind}:{thing.pk}" if thing else self.kind

    @property
    def url(self) -> str:
        """The page that shows the scope."""
        match self.kind:
            case "team":
                return reverse("team_gallery", args=[self.team.pk])  # type: ignore[union-attr]
            case "collection":
                return reverse("collection", args=[self.collection.pk])  # type: ignore[union-attr]
            case "mine":
                return reverse("gallery")
        return reverse(self.kind)

    @property
    def tasks(self) -> TaskQuerySet:
        """The items of the scope that the person may see, in no order yet."""
        match self.kind:
            case "team":
                return Task.objects.not_trashed().filter(team=self.team)
            case "favourites":
                liked = Q(pk__in=self.user.favourites.values("task_id"))
                return Task.objects.visible_to(self.user).filter(liked)
            case "trash":
                return Task.objects.trashed().filter(owner_id=self.user.pk)
            case "collection" if self.is_public:
                return shareable_in(self.collection, self.user)  # type: ignore[arg-type]
            case "collection":
                members = Q(pk__in=self.collection.items.values("task_id"))  # type: ignore[union-attr]
                return Task.objects.visible_to(self.user).filter(members)
        return Task.objects.not_trashed().filter(owner_id=self.user.pk)

    @property
    def people(self) -> list[User]:
        """Whose items the scope may hold; for the filter by person and for names in a search."""
        if self.kind == "team":
            return sorted_by_name(User.objects.filter(memberships__team=self.team).order_by("email"))
        if self.kind in ("favourites", "collection"):
            mates = Membership.objects.filter(team__memberships__user=self.user).values("user_id")
            return sorted_by_name(User.objects.filter(Q(pk__in=mates) | Q(pk=self.user.pk)).order_by("email"))
        return [self.user]


def scope_named(user: User, name: str) -> Scope | None:
    """The scope that a URL names, or None where there is none of that name for this person."""
    kind, _colon, number = name.partition(":")
    pk = parse_id(number) or 0
    match kind:
        case "mine" | "studio" | "favourites" | "trash" if not number:
            return Scope(kind, user)
        case "team":
            team = Team.objects.visible_to(user).filter(pk=pk).first()
            return Scope("team", user, team=team) if team else None
        case "collection":
            collection = Collection.objects.visible_to(user).filter(pk=pk).first()
            return Scope("collection", user, collection=collection) if collection else None
    return None
