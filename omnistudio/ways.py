"""Where a form leads on: to a path of this studio, and nowhere else."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_on(request: HttpRequest) -> str | None:
    """The form's `next`, where it is a path of our own.

    A path, and no word: Django's `redirect` would take that for the name of a page.
    """
    target = request.POST.get("next", "")
    own = {request.get_host()}
    is_own = url_has_allowed_host_and_scheme(target, allowed_hosts=own, require_https=request.is_secure())
    return target if is_own and target.startswith("/") else None
