"""Share links: every read and write of them, and what is seen through one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.gallery.collections import works_of as works_of_collection
from omnistudio.gallery.models import Collection, ShareLink, Task
from omnistudio.gallery.models.sharing import ShareLinkQuerySet
from omnistudio.gallery.models.task import TaskQuerySet

MOST_LINKS = 50


class TooManyLinks(ValueError):
    """A work or collection has as many links as it may have."""


def make(
    owner: User,
    thing: Task | Collection,
    *,
    password: str = "",
    good_for: timedelta | None = None,
    show_prompt: bool = False,
    allow_download: bool = False,
) -> ShareLink:
    """Make a link to a work or a collection; the password is kept hashed. Raises `TooManyLinks`."""
    if links_to(thing).count() >= MOST_LINKS:
        raise TooManyLinks
    return ShareLink.objects.create(
        owner=owner,
        **_target(thing),
        password=make_password(password) if password else "",
        expires_at=timezone.now() + good_for if good_for else None,
        show_prompt=show_prompt,
        allow_download=allow_download,
    )


def _target(thing: Task | Collection) -> dict[str, Any]:
    return {"task": thing} if isinstance(thing, Task) else {"collection": thing}


def links_to(thing: Task | Collection) -> ShareLinkQuerySet:
    """The links to a work or a collection that were not revoked, newest first; also those that have expired."""
    return ShareLink.objects.filter(**_target(thing), revoked_at__isnull=True).select_related("owner").order_by("-pk")


def revocable(user: User, link_id: int) -> ShareLink | None:
    """A link that the person may revoke: their own, and those to collections that they may change."""
    link = ShareLink.objects.filter(pk=link_id).select_related("task", "collection").first()
    if link is None:
        return None
    mine = link.owner_id == user.pk
    keeps = link.collection_id and Collection.objects.changeable_by(user).filter(pk=link.collection_id).exists()
    return link if mine or keeps else None


def kept_by(user: User, link: ShareLink) -> Task | Collection | None:
    """What a link leads to, where the person may see all links to it: their own work, a collection they may change.

    Whoever has left a team may still end their own link to its collection, and must not see those of the others.
    """
    if link.collection_id:
        return Collection.objects.changeable_by(user).filter(pk=link.collection_id).first()
    return Task.objects.hung().filter(owner_id=user.pk, pk=link.task_id or 0).select_related("prompt").first()


def revoke(link: ShareLink) -> bool:
    """Make a link lead nowhere. Whether this call did it."""
    return ShareLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()) == 1


def address_of(link: ShareLink) -> str:
    """The absolute address to hand on."""
    return settings.PUBLIC_URL + reverse("shared", args=[link.token])


def open_link(token: str) -> ShareLink | None:
    """The link of a token, where it still leads somewhere: neither revoked nor expired, and of an active person."""
    links = ShareLink.objects.open().filter(token=token, owner__is_active=True)
    return links.select_related("owner", "task__prompt", "collection").first()


def works_of(link: ShareLink) -> TaskQuerySet:
    """The works behind a link: finished, not in the trash, and seen by the link's owner at this moment."""
    if link.collection is None:
        works = Task.objects.hung().filter(pk=link.task_id or 0, owner_id=link.owner_id, status=Task.Status.SUCCEEDED)
    elif Collection.objects.visible_to(link.owner).filter(pk=link.collection.pk).exists():
        works = works_of_collection(link.collection, link.owner)
    else:
        works = Task.objects.none()
    return works.exclude(file="")


def opens(link: ShareLink, password: str) -> bool:
    """Whether a password opens the link; the hash says nothing of how near a wrong one was."""
    return check_password(password, link.password)


def count_view(link: ShareLink) -> None:
    """Count a visit, if the link still leads somewhere. Two at once are both counted."""
    ShareLink.objects.open().filter(pk=link.pk).update(views=F("views") + 1)
