"""Writes of public links."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.gallery.models import Collection, ShareLink, Task
from omnistudio.gallery.share_links.queries import links_to, target_of

MAX_LINKS = 50


class TooManyLinks(ValueError):
    """An item or collection has as many links as it may have."""


def make(
    owner: User,
    thing: Task | Collection,
    *,
    password: str = "",
    good_for: timedelta | None = None,
    show_prompt: bool = False,
    allow_download: bool = False,
) -> ShareLink:
    """Make a link to an item or a collection; the password is kept hashed. Raises `TooManyLinks`."""
    if links_to(thing).count() >= MAX_LINKS:
        raise TooManyLinks
    return ShareLink.objects.create(
        owner=owner,
        **target_of(thing),
        password=make_password(password) if password else "",
        expires_at=timezone.now() + good_for if good_for else None,
        show_prompt=show_prompt,
        allow_download=allow_download,
    )


def revoke(link: ShareLink) -> bool:
    """End a link. Whether this call did it."""
    return ShareLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()) == 1


def count_view(link: ShareLink) -> None:
    """Count a visit, if the link still leads somewhere. Two at once are both counted."""
    ShareLink.objects.open().filter(pk=link.pk).update(views=F("views") + 1)
