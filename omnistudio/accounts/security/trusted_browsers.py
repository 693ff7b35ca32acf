"""Recognise browsers in which somebody has signed in before, so that others' wrong passwords don't lock them out.

Failed sign-ins are counted by email address and network, so an attacker in another network does not use up the
person's tries. Within one network (an office, a proxy), a browser that has signed in to the account before is
recognised by a signed cookie, and its tries are counted separately.
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
    """Set a signed cookie that later proves that this browser has signed in to the account with this address."""
    response.set_cookie(
        settings.BROWSER_COOKIE_NAME,
        _signer.sign_object([_mark(email), secrets.token_hex(8)]),
        max_age=GOOD_FOR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known(request: HttpRequest, email: str) -> str | None:
    """Return a name that only this browser has, if it has signed in to the account with this address before."""
    try:
        cookie = request.COOKIES.get(settings.BROWSER_COOKIE_NAME, "")
        mark, name = _signer.unsign_object(cookie, max_age=GOOD_FOR_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(name) if constant_time_compare(str(mark), _mark(email)) else None


def _mark(email: str) -> str:
    """Return a hash of the address, so that the cookie does not reveal whose it is."""
    return salted_hmac("omnistudio.known-browser", email.strip().lower(), algorithm="sha256").hexdigest()[:32]
