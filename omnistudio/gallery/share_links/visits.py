"""What a browser has done at a share link: unlocked it, been counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from omnistudio.gallery.models import ShareLink

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
