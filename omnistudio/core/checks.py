"""System checks of the configuration, each with a hint that says what to do."""

import importlib.util
import ipaddress
import os
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from omnistudio.core import listening
from omnistudio.core.fetch.addresses import PRIVATE_SUFFIXES
from omnistudio.openapi_client.connections import api_root


@register()
def urls_are_absolute(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """`PUBLIC_URL` must be the root of a host, and `OMNI_API_URL` what the client of the Open API takes.

    Where they are not given they follow from `BIND` and `PORT`, which are tried when the studio starts to listen.
    """
    messages: list[CheckMessage] = []
    given = {settings.PUBLIC_URL, settings.OMNI_API_URL} - {settings.OWN_URL}
    fault = listening.fault_of_public_url(settings.PUBLIC_URL) if settings.PUBLIC_URL in given else ""
    if fault:
        hint = "Write it like https://studio.example.com, in the environment or in .env: PUBLIC_URL=…"
        messages.append(
            Error(f"PUBLIC_URL {fault}: {redact_url(settings.PUBLIC_URL)}.", hint=hint, id="omnistudio.E001")
        )
    try:
        if settings.OMNI_API_URL in given:
            api_root(settings.OMNI_API_URL)
    except ValueError as error:
        hint = "Write it like https://your-site.com, in the environment or in .env: OMNI_API_URL=…"
        text = f"OMNI_API_URL can't be used: {error}: {redact_url(settings.OMNI_API_URL)}."
        messages.append(Error(text, hint=hint, id="omnistudio.E002"))
    return messages


def redact_url(url: str) -> str:
    """An address as it may stand in an error: what may be a password in it is left out."""
    start, at, rest = url.rpartition("@")
    return repr(f"{start.partition('//')[0]}//…@{rest}" if at else url)


@register()
def references_reach_the_service(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A remote service fetches references from `PUBLIC_URL`, so that must not be a local address."""
    if settings.OMNI_API_IS_BUILT_IN or not is_local(listening.split(settings.PUBLIC_URL).hostname or ""):
        return []
    if is_local(listening.split(settings.OMNI_API_URL).hostname or ""):
        return []
    return [
        Warning(
            f"PUBLIC_URL is {settings.PUBLIC_URL}, which {redact_url(settings.OMNI_API_URL)} can't reach.",
            hint="Reference pictures are sent as links below PUBLIC_URL. Set it to the studio's public address; "
            "until then tasks with references will fail at the service.",
            id="omnistudio.W001",
        )
    ]


@register()
def nginx_is_told_a_place(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """`MEDIA_X_ACCEL` is joined with names of files, so it is a path with a slash at both ends."""
    place = settings.MEDIA_X_ACCEL
    if not place or (place.startswith("/") and place.endswith("/") and len(place) > 2):
        return []
    hint = "Write it as in docs/deploy/nginx.conf: MEDIA_X_ACCEL=/stored-media/"
    return [Error(f"MEDIA_X_ACCEL is {place!r}, which is no place in nginx.", hint=hint, id="omnistudio.E003")]


@register()
def cache_is_shared(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The limits of sign-in, of links with a password and of API keys are counted in the cache, by all processes."""
    if not settings.CACHES["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache")):
        return []
    return [
        Warning(
            "CACHE_URL is a cache that each process has for itself.",
            hint="Every process then counts wrong passwords and requests by itself, so that limits are many times "
            "what they say. Leave CACHE_URL out (the database), or use redis://host:6379/0.",
            id="omnistudio.W002",
        )
    ]


@register(deploy=True)
def proxies_are_counted(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """https:// is spoken by a proxy; unless that is told, all visitors have its address."""
    if listening.split(settings.PUBLIC_URL).scheme != "https" or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "PUBLIC_URL is https://, so a proxy stands before the studio, and TRUSTED_PROXIES is 0.",
            hint="Limits by network would take all visitors for one. Set TRUSTED_PROXIES=1, or to how many there "
            "are; each of them must add the address that it is asked from to X-Forwarded-For.",
            id="omnistudio.W003",
        )
    ]


@register(deploy=True)
def slow_visitors_meet_a_proxy(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Where others reach the server itself, each slow connection keeps one of its threads."""
    if not needs_proxy():
        return []
    return [
        Warning(
            f"BIND is {settings.BIND}, which others can reach, and TRUSTED_PROXIES is 0: no proxy stands in front.",
            hint="Slow connections would stop the studio. Put nginx before it (docs/deploy/nginx.conf) and set "
            "TRUSTED_PROXIES=1, or use BIND=127.0.0.1.",
            id="omnistudio.W005",
        )
    ]


@register()
def redis_can_be_spoken(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Redis needs its client, which is not installed with the rest."""
    if not settings.CACHES["default"]["BACKEND"].endswith("RedisCache") or importlib.util.find_spec("redis"):
        return []
    hint = "Install it into the same environment: .venv/bin/python -m pip install 'redis>=5'"
    return [Error("CACHE_URL is Redis, and its Python client is not installed.", hint=hint, id="omnistudio.E004")]


@register(deploy=True)
def secrets_are_given_where_machines_share_a_database(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A database on another machine is most likely one of several machines, which need the same secrets."""
    host = str(settings.DATABASES["default"].get("HOST") or "")
    here = not host or host.startswith("/") or host in ("localhost", "127.0.0.1", "::1")
    given = os.environ.get("SECRET_KEY") and settings.ENCRYPTION_KEYS
    if here or given:
        return []
    return [
        Warning(
            f"The database is on {host}, and the secrets are in this machine's {settings.DATA_DIR}.",
            hint="Set SECRET_KEY and ENCRYPTION_KEYS to the same values on every machine that uses the database. "
            "One machine alone can keep them in its folder, which is part of every backup then.",
            id="omnistudio.W004",
        )
    ]


def needs_proxy() -> bool:
    """Whether others reach the server itself, whose threads a slow visitor keeps busy."""
    return not listening.is_loopback(settings.BIND) and not settings.TRUSTED_PROXIES


def is_local(host: str) -> bool:
    """Whether `host` names this machine or a private network."""
    if host in ("localhost", "") or host.endswith(tuple(f".{suffix}" for suffix in PRIVATE_SUFFIXES)):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
