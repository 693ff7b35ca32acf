"""Browsers in which somebody has signed in before: nobody else's wrong passwords keep them out.

Wrong passwords are counted by the address that they are for and the network that they come from, so an attacker
elsewhere takes no try away from the person. In the same network (an office, a proxy) the cookie of a browser that
knows the password of this very account gets a count of its own.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

GOOD_FOR_SECONDS = 180 * 86_400
_signer = signing.TimestampSigner(salt="omnistudio.known-browser")


def remember(response: HttpResponseBase, email: str) -> None:
    """Let the browser prove later that the account with this address was signed in to from it."""
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        _signer.sign_object([_mark(email), secrets.token_hex(8)]),
        max_age=GOOD_FOR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known(request: HttpRequest, email: str) -> str | None:
    """What tells this browser from all others, where it has been signed in to the account with this address."""
    try:
        cookie = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
        mark, name = _signer.unsign_object(cookie, max_age=GOOD_FOR_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(name) if constant_time_compare(str(mark), _mark(email)) else None


def _mark(email: str) -> str:
    """The address, so that a cookie tells nobody whose it is."""
    return salted_hmac("omnistudio.known-browser", email.strip().lower(), algorithm="sha256").hexdigest()[:32]
