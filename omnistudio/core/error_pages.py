"""Answers to what a view has no words for: trouble outside the program, and forms that are refused."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_NO_CSRF_COOKIE, get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as plain_csrf_failure
from django.views.defaults import server_error as plain_server_error

from omnistudio.core import trouble

# What was typed comes back to be sent again, but never a secret; a whole prompt has 10,000 characters.
SECRET_FIELDS = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "key"}
MAX_FIELDS, MAX_TYPED = 200, 200_000


def server_error(request: HttpRequest) -> HttpResponse:
    """503 where a disk, the database, the storage or the like is in trouble, in plain words; else 500.

    Django calls it while it handles the error, so the error is at hand.
    """
    kind = trouble.kind_of(sys.exc_info()[1])
    if kind is None:
        return plain_server_error(request)
    return unavailable(request, kind)


def unavailable(request: HttpRequest, kind: trouble.Kind) -> HttpResponse:
    """503, without asking the database, the session or a person.

    A page with what was typed, to be sent again; for a script's request a line that `page.js` shows.
    """
    language = getattr(request, "LANGUAGE_CODE", "") or translation.get_language_from_request(request)
    with translation.override(language):
        text = trouble.words(kind)
        if request.headers.get("HX-Request"):
            response = told(text, status=503)
        else:
            context = {"text": text, "LANGUAGE_CODE": language, **_typed(request)}
            response = HttpResponse(render_to_string("503.html", context), status=503)
    response.headers["Retry-After"] = str(trouble.RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def told(text: str, *, status: int) -> HttpResponse:
    """A toast for a script's request. `HX-Reswap` tells `page.js` that it is ours and not a proxy's page."""
    html = render_to_string("shared/_message.html", {"text": text})
    response = HttpResponse(html, status=status)
    response.headers["HX-Reswap"] = "none"
    return response


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The fields of a form that was sent, and a token to send it again.

    Only of a form whose token was right: nobody shall be led to send what another site has written.
    """
    if request.method != "POST" or not getattr(request, "csrf_processing_done", False):
        return {}
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [(name, value) for name, value in fields if name not in SECRET_FIELDS]
    secret = any(name in request.POST for name in SECRET_FIELDS - {"csrfmiddlewaretoken"})
    if secret or len(fields) > MAX_FIELDS or sum(len(value) for _name, value in fields) > MAX_TYPED:
        return {}
    return {
        "action": request.get_full_path(),
        "fields": fields,
        "texts": [value for _name, value in fields if " " in value or not value.isascii() or len(value) > 80],
        "token": get_token(request),
        "had_files": bool(request.FILES),
    }


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open for too long; or the studio was opened at another address than its own.

    That is so where the browser names an origin that is not ours (a proxy hides the host or the https from us), and
    where it came by http and has left out the cookies, which are for https alone.
    """
    opened = _opened_at(request)
    is_elsewhere = reason == REASON_BAD_ORIGIN % request.headers.get("Origin")
    is_open = settings.CSRF_COOKIE_SECURE and reason == REASON_NO_CSRF_COOKIE and opened.startswith("http://")
    if not opened or opened == _origin(settings.PUBLIC_URL) or not (is_elsewhere or is_open):
        return plain_csrf_failure(request, reason)
    facts = {"opened": opened, "address": settings.PUBLIC_URL}
    if request.headers.get("HX-Request"):
        text = _(
            "You opened the studio at %(opened)s, but its address is %(address)s. Open it there; nothing was sent."
        )
        return told(text % facts, status=403)
    return HttpResponse(render_to_string("403_address.html", facts, request), status=403)


def _opened_at(request: HttpRequest) -> str:
    """The scheme and host that the browser has in its address bar; empty where nothing tells."""
    origin = request.headers.get("Origin") or f"{request.scheme}://{request.get_host()}"
    return "" if origin == "null" else _origin(origin)


def _origin(url: str) -> str:
    """`scheme://host:port` as a browser says it: in small letters, without the port that is the scheme's own."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return ""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    own = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" if port in (None, own) else f"{parts.scheme}://{host}:{port}"
