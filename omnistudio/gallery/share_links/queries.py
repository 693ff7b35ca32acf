"""Reads of public links, and what is seen through one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.accounts.queries import teams_to_share_with
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.collections.queries import items_of as items_of_collection
from omnistudio.gallery.models import Collection, CollectionItem, ShareLink, Task
from omnistudio.gallery.models.sharing import ShareLinkQuerySet
from omnistudio.gallery.models.task import TaskQuerySet

PAGE = 50


def target_of(thing: Task | Collection) -> dict[str, Any]:
    return {"task": thing} if isinstance(thing, Task) else {"collection": thing}


def links_to(thing: Task | Collection) -> ShareLinkQuerySet:
    """The links to an item or a collection that were not revoked, newest first; also those that have expired."""
    return (
        ShareLink.objects.filter(**target_of(thing), revoked_at__isnull=True).select_related("owner").order_by("-pk")
    )


def open_links_to(task: Task) -> ShareLinkQuerySet:
    """The links to an item that work at this moment."""
    return ShareLink.objects.open().filter(task=task)


def links_of(teams: QuerySet[Team]) -> ShareLinkQuerySet:
    """The links that show something of these teams and still work, newest first: to items that are shared with one,
    to its collections, and to people's own collections, as far as their links show what the team shares.
    """
    sharing = Membership.objects.filter(role__in=Membership.CHANGING, team_id=OuterRef("task__team_id"))
    own = Q(task__owner_id=OuterRef("owner_id")) | Exists(sharing.filter(user_id=OuterRef(OuterRef("owner_id"))))
    items = CollectionItem.objects.filter(own, collection_id=OuterRef("collection_id"), task__team__in=teams)
    of_person = Q(collection__isnull=False, collection__team__isnull=True) & Exists(items)
    of_team = Q(task__team__in=teams) | Q(collection__team__in=teams)
    links = ShareLink.objects.open().filter(of_team | of_person, owner__is_active=True)
    return links.select_related("owner", "task", "collection__team").order_by("-pk")


def page_of_team(team: Team, before: int | None) -> tuple[list[ShareLink], int | None]:
    """Some of a team's links, from the one before `before` on, and where the next page begins (None at the end)."""
    links = links_of(Team.objects.filter(pk=team.pk))
    found = list((links.filter(pk__lt=before) if before else links)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def show_addresses(user: User, links: list[ShareLink]) -> None:
    """Give each link the `address` that the person may copy and hand on; empty where it is for its maker alone.

    One's own links, and those to a collection of a team in which one may share: they show what one may share oneself.
    """
    teams = {team.pk for team in teams_to_share_with(user)}
    for link in links:
        of_team = link.collection is not None and link.collection.team_id in teams
        link.address = address_of(link) if link.owner_id == user.pk or of_team else ""  # type: ignore[attr-defined]


def revocable(user: User, link_id: int) -> ShareLink | None:
    """A link that the person may revoke: their own, those to collections that they may change, and, as an owner,
    those that show something of their team.
    """
    link = ShareLink.objects.filter(pk=link_id).select_related("task", "collection").first()
    if link is None or link.owner_id == user.pk:
        return link
    keeps = link.collection_id and Collection.objects.changeable_by(user).filter(pk=link.collection_id).exists()
    owned = Team.objects.filter(memberships__user=user, memberships__role=Membership.Role.OWNER)
    return link if keeps or links_of(owned).filter(pk=link.pk).exists() else None


def kept_by(user: User, link: ShareLink) -> Task | Collection | None:
    """What a link leads to, where the person may see all links to it: their own item, a collection they may change.

    Whoever has left a team may still end their own link to its collection, and must not see those of the others.
    """
    if link.collection_id:
        return Collection.objects.changeable_by(user).filter(pk=link.collection_id).first()
    return Task.objects.not_trashed().filter(owner_id=user.pk, pk=link.task_id or 0).select_related("prompt").first()


def address_of(link: ShareLink) -> str:
    """The absolute address to hand on."""
    return settings.PUBLIC_URL + reverse("shared", args=[link.token])


def open_link(token: str) -> ShareLink | None:
    """The link of a token, where it still works: neither revoked nor expired, of an active person who may still share
    what it is to.
    """
    links = ShareLink.objects.open().filter(token=token, owner__is_active=True)
    link = links.select_related("owner", "task__prompt", "collection").first()
    if link is None or link.collection is None:
        return link
    return link if Collection.objects.changeable_by(link.owner).filter(pk=link.collection.pk).exists() else None


def items_of(link: ShareLink) -> TaskQuerySet:
    """The items behind a link: finished, not in the trash, and what its maker may share at this moment."""
    if link.collection is None:
        items = Task.objects.not_trashed().filter(
            pk=link.task_id or 0, owner_id=link.owner_id, status=Task.Status.SUCCEEDED
        )
    else:
        items = public_scope(link.owner, link.collection).tasks.filter(status=Task.Status.SUCCEEDED).order_by("-pk")
    return items.exclude(file="")


def public_scope(maker: User, collection: Collection) -> Scope:
    """A collection as a link of `maker` shows it."""
    return Scope("collection", maker, collection=collection, is_public=True)


def not_shown(maker: User, collection: Collection) -> int:
    """How many items of a collection its maker sees, and a link of theirs does not show."""
    shown = public_scope(maker, collection).tasks.values("pk")
    return items_of_collection(collection, maker).exclude(pk__in=shown).count()
