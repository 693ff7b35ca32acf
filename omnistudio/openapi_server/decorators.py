"""Decorators of the views below `/api/v1/`: errors as JSON, the check of the key, the rate limit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from omnistudio.core import trouble
from omnistudio.openapi_server import queries, responses
from omnistudio.openapi_server.models import Key
from omnistudio.openapi_server.request_body import Refused
from omnistudio.openapi_server.services import keys
from omnistudio.openapi_server.throttle import throttle

logger = logging.getLogger(__name__)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
ViewWithKey = Callable[Concatenate[HttpRequest, Key, P], HttpResponseBase]


def endpoint(*methods: str) -> Callable[[View[P]], View[P]]:
    """Make a view of the API: it accepts only `methods` (any, if none are given), and needs no session or CSRF token.

    Errors are answered in the envelope, in the language of the request; for a failing database see
    `_database_away`.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            with translation.override(responses.language_of(request)):
                response = _answer(request, *args, **kwargs)
                response.headers["Content-Language"] = translation.get_language() or ""
            return response

        def _answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if methods and request.method not in methods:
                response: HttpResponseBase = responses.refused(
                    _("%(method)s is not supported at this address.") % {"method": request.method}, status=405
                )
                response.headers["Allow"] = ", ".join(methods)
                return response
            try:
                return view(request, *args, **kwargs)
            except Refused as reason:
                return responses.refused(str(reason))
            except DatabaseError:
                logger.exception("%s %s", request.method, request.path)
                return _database_away(request)
            except Exception as error:
                logger.exception("%s %s", request.method, request.path)
                if trouble.kind_of(error):
                    return _database_away(request)
                return responses.refused(_("Something went wrong on this server."), status=500)

        return csrf_exempt(login_not_required(guarded))

    return decorate


def _database_away(request: HttpRequest) -> HttpResponseBase:
    """Return the answer when the database or a disk failed, perhaps just when a charge was committed.

    It is 503 with `Retry-After` if repeating the request is safe, because it only reads or has an
    `Idempotency-Key`, which returns the first task again. Otherwise it is 500 without an envelope: a `code` would
    say that nothing was charged, and that is unknown.
    """
    if request.method in ("GET", "HEAD") or request.headers.get("Idempotency-Key", "").strip():
        response: HttpResponseBase = responses.refused(_("Something went wrong on this server."), status=503)
        response.headers["Retry-After"] = "2"
        return response
    return JsonResponse({"error": "The database or the storage does not answer."}, status=500)


def with_key(view: ViewWithKey[P]) -> View[P]:
    """Pass the key of the request to the view; answer 401 without a live key, and 429 above the rate limit."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        authorization = request.headers.get("Authorization", "")
        key = queries.key_for(authorization)
        if key is None:
            missing = _("The API key is missing: Authorization: Bearer sk-…")
            return responses.unauthorised(_("This API key is not valid.") if authorization else missing)
        if seconds := throttle.seconds_to_wait(key.pk):
            response = responses.refused(
                _("Too many requests with this key. Try again in %(seconds)d s.") % {"seconds": seconds}, status=429
            )
            response.headers["Retry-After"] = str(seconds)
            return response
        keys.note_use(key)
        return view(request, key, *args, **kwargs)

    return guarded
