"""Warnings at the start of a studio that other machines can reach."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from omnistudio.accounts.queries import has_no_accounts
from omnistudio.core import listening
from omnistudio.core.checks import is_local, needs_proxy

FIRST_VISITOR = (
    "There is no account yet, and others can reach this studio: the first visitor becomes its administrator. "
    "Create yours now: manage.py create_owner EMAIL"
)
NO_PROXY = (
    "BIND is {bind}, which others can reach, and no proxy stands in front: about {threads} slow connections stop the "
    "studio. Put nginx before it (docs/deploy/nginx.conf) and set TRUSTED_PROXIES=1, or use BIND=127.0.0.1."
)


def lines() -> Iterator[str]:
    """Yield a sentence for each danger. Queries the database."""
    others_reach_it = not listening.is_loopback(settings.BIND) or not is_local(
        listening.split(settings.PUBLIC_URL).hostname or ""
    )
    if others_reach_it and has_no_accounts():
        yield FIRST_VISITOR
    if needs_proxy():
        yield NO_PROXY.format(bind=settings.BIND, threads=settings.WEB_WORKERS * listening.THREADS)
