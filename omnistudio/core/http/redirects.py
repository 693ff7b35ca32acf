"""Where a form or the sign-in leads on: to a path of this studio, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.encoding import uri_to_iri
from django.utils.http import url_has_allowed_host_and_scheme

# gunicorn takes a request line of 4,094 bytes unless it is told otherwise; a proxy may take no more either.
MAX_ADDRESS = 4000


def safe_next_url(request: HttpRequest) -> str | None:
    """The form's `next`, where it is a path of our own.

    A path, and no word: Django's `redirect` would take that for the name of a page.
    """
    target = request.POST.get("next", "")
    own = {request.get_host()}
    is_own = url_has_allowed_host_and_scheme(target, allowed_hosts=own, require_https=request.is_secure())
    return target if is_own and target.startswith("/") else None


def sign_in_address(target: str) -> str:
    """The sign-in page that leads on to `target`, a path of our own with its query.

    Letters that are escaped in `target` are escaped once here and not twice, which would make nine bytes of a
    Thai letter fifteen. Where that is still no address that a server takes, it leads on without the query.
    """
    page = resolve_url(settings.LOGIN_URL)
    for way in (uri_to_iri(target), uri_to_iri(target.partition("?")[0])):
        address = f"{page}?{urlencode({'next': way}, safe='/')}"
        if len(address) <= MAX_ADDRESS:
            return address
    return page
