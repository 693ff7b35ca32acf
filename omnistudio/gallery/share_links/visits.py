"""What a browser has done at a share link: unlocked it, been counted; and how often it may try a password."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from omnistudio.accounts.security import client_ip
from omnistudio.gallery.models import ShareLink

# Of one network at one link; and of all networks together, which somebody may have many of. With eight letters a
# password is then not found by trying.
TRIES, TRIES_SECONDS = 10, 600
TRIES_OF_ALL, TRIES_OF_ALL_SECONDS = 100, 3600
_signer = signing.Signer(salt="omnistudio.share-link")
# Programs that say in their `User-Agent` that they are one: of chats, search engines, developers. Cubot makes phones.
_PROGRAMS = re.compile(
    r"(?<!cu)bot\b|crawler|spider|preview|scrap|facebookexternalhit|facebookcatalog|whatsapp|embedly|iframely|vkshare|line-poker"
    r"|\b(curl|wget|python|okhttp|go-http-client|java|node)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Visit:
    """One browser at one link. Kept in a signed cookie for the link's own path, until the browser is closed."""

    link_id: int
    unlocked: bool = False
    counted: bool = False


def visit_of(request: HttpRequest, link: ShareLink) -> Visit:
    """What the browser's cookie says; a forged one, and one of another link, say nothing."""
    try:
        pk, unlocked, counted = _signer.unsign_object(request.COOKIES.get(settings.LINK_COOKIE_NAME, ""))
    except (signing.BadSignature, ValueError, TypeError):
        return Visit(link.pk)
    return Visit(pk, bool(unlocked), bool(counted)) if pk == link.pk else Visit(link.pk)


def is_program(request: HttpRequest) -> bool:
    """Whether a program asks, as far as it says so; most of them run no scripts and don't come this far."""
    return bool(_PROGRAMS.search(request.headers.get("User-Agent", "")[:500]))


def remember(response: HttpResponseBase, link: ShareLink, visit: Visit, **changes: bool) -> None:
    """Put the visit into the browser."""
    now = replace(visit, **changes)
    response.set_cookie(
        settings.LINK_COOKIE_NAME,
        _signer.sign_object([now.link_id, now.unlocked, now.counted]),
        path=reverse("shared", args=[link.token]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


class Tries:
    """Ten tries in ten minutes for one link and one network, and a hundred in an hour for one link in all.

    Each try takes a place in the cache that comes free by itself later. Taking a place is atomic, so many tries at
    once get no more of them than one after the other. Who has opened the link before is not asked again, and so not
    kept out by the tries of others.
    """

    def __init__(self, request: HttpRequest, link: ShareLink) -> None:
        who = hashlib.sha256(client_ip.of(request).encode()).hexdigest()[:24]
        self._name = f"share-link-tries:{link.pk}"
        self._of_network = f"{self._name}:{who}"
        self._taken: list[str] = []
        # Whether it was the link, and not the network alone, that had no place left.
        self.are_all_used = False

    def take(self) -> bool:
        """Take a place for one try; False where there is none."""
        if not self._take(self._of_network, TRIES, TRIES_SECONDS):
            return False
        self.are_all_used = not self._take(f"{self._name}:all", TRIES_OF_ALL, TRIES_OF_ALL_SECONDS)
        return not self.are_all_used

    def _take(self, name: str, most: int, seconds: int) -> bool:
        places = [f"{name}:{number}" for number in range(most)]
        taken = cache.get_many(places)
        for place in places:
            if place not in taken and cache.add(place, 1, timeout=seconds):
                self._taken.append(place)
                return True
        return False

    def give_back(self) -> None:
        """The try was right: it does not count."""
        cache.delete_many(self._taken)
