"""Middleware of the whole site."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from omnistudio.core import logs
from omnistudio.core.http.redirects import sign_in_address
from omnistudio.openapi_client.catalogue import MAX_REFERENCES

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
View = Callable[[HttpRequest], HttpResponse]


class LoginRequired(LoginRequiredMiddleware):
    """Login by default; a view that is open to all, such as the poll or the API, costs no look at the person."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        """To the sign-in page, and from there on to what was asked for."""
        return HttpResponseRedirect(sign_in_address(request.get_full_path()))


def request_ids(get_response: View) -> View:
    """Give each request an id: the proxy's, or one of our own. Every line of the log about it carries it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        name = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        request.META[logs.REQUEST_ID] = name  # for what Django writes after the answer has left this middleware
        token = logs.request_id.set(name)
        try:
            response = get_response(request)
        finally:
            logs.request_id.reset(token)
        response.headers["X-Request-ID"] = name
        return response

    return middleware


def readable_cookies(get_response: View) -> View:
    """Leave out cookies with characters that no cookie of ours has, before anything looks them up.

    In quotation marks a cookie may carry any character, NUL too, which PostgreSQL refuses as the key of a session.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if value.isprintable()}
        return get_response(request)

    return middleware


# Pages with keys, links that let somebody in, and where one is signed in: no browser keeps them on its disk.
NEVER_STORED = ("/account/", "/auth/", "/team/", "/open-api/")


def private_by_default(get_response: View) -> View:
    """Keep answers out of shared caches, and have the browser ask again, unless a view says otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        stored = "no-store" if request.path_info.startswith(NEVER_STORED) else "no-cache"
        response.headers.setdefault("Cache-Control", f"private, {stored}")
        return response

    return middleware


def bounded_bodies(get_response: View) -> View:
    """Refuse a body that nobody has a use for by its announced length, before anything reads it.

    Django bounds what it keeps in memory, and writes files of any size to the disk, also for whoever is not signed
    in: the CSRF check reads the form before anything asks who sends it. The API bounds its bodies by itself. What
    counts is the path that leads to the view (`path_info`), without the prefix that a server may say it is below.
    """
    with_files = {"submit", "add_reference"}

    def middleware(request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or ""
        length = int(announced) if announced.isdecimal() else 0  # Django reads no more than is announced
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length > most and not request.path_info.startswith("/api/"):
            if _name_of(request) in with_files and request.user.is_authenticated:
                most += settings.MAX_REFERENCE_BYTES * MAX_REFERENCES
            if length > most:
                text = _("This is too large: at most %(most)d MB are accepted at once.") % {"most": most // 1_000_000}
                return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def _name_of(request: HttpRequest) -> str | None:
    try:
        return resolve(request.path_info).url_name
    except Resolver404:
        return None


def language(get_response: View) -> View:
    """Speak the language of the session, else of the cookie, else of the browser.

    The session, and not the account, so that the hottest path (the poll) reads no `User` row.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.session.get("language") or translation.get_language_from_request(request)
        with translation.override(chosen):
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            patch_vary_headers(response, ("Accept-Language",))
            return response

    return middleware


def redirects_of_fragments(get_response: View) -> View:
    """Turn the redirect that answers a fragment's request into a visit of the whole page.

    Without this a lost session would swap the sign-in page into a card.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        htmx = getattr(request, "htmx", None)
        if htmx and response.status_code in (301, 302, 303, 307, 308):
            location = response.headers.get("Location", "/")
            if location.startswith(resolve_url(settings.LOGIN_URL)):
                # After signing in, back to the page, not to its fragment.
                location = sign_in_address(htmx.current_url_abs_path or "/")
            moved = HttpResponse(status=204)
            moved.headers["HX-Redirect"] = location
            moved.cookies = response.cookies
            return moved
        return response

    return middleware


def compressed_pages(get_response: View) -> View:
    """Send pages and fragments compressed; never media, archives or answers of the API.

    Django pads what it compresses by a random length, and masks the CSRF token anew each time, so that the length
    of a page tells nothing of what is in it (BREACH).
    """
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            gzip.process_response(request, response)  # changes it in place
        return response

    return middleware
