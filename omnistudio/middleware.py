"""Middleware of the whole site."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.utils import translation
from django.utils.cache import patch_vary_headers

View = Callable[[HttpRequest], HttpResponse]


class LoginRequired(LoginRequiredMiddleware):
    """Login by default; a view that is open to all, such as the poll or the API, costs no look at the person."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


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
                page = urlencode({"next": htmx.current_url_abs_path or "/"})
                location = f"{resolve_url(settings.LOGIN_URL)}?{page}"
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
