"""System checks of how requests leave: proxies, certificate authorities, private hosts.

They look at settings and files alone. What is wrong here would be noticed otherwise when a task is paid and its
result can't be fetched.
"""

from __future__ import annotations

import importlib.util
import os
import re
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.request import getproxies

import httpx
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from omnistudio.core.checks import is_local
from omnistudio.openapi_client.connections import proxy_for

_SCHEMES = ("http", "https", "socks5", "socks5h")
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")  # the names under which OpenSSL looks for certificates in a folder
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s/:@*?#\[\]]+)(:[0-9]{1,5})?|[0-9A-Fa-f:.]+")


@register()
def certificates_can_be_read(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """`SSL_CERT_FILE`, or else `SSL_CERT_DIR`, takes the place of the usual authorities, so it must have some."""
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        return _certificates_of_a_file(file)
    if not folder:
        return []
    names = [name for part in folder.split(os.pathsep) for name in _names_in(Path(part))]
    if any(_HASHED.fullmatch(name) for name in names):
        return []
    hint = "Without certificates no https:// address can be reached. Name a folder that was prepared by "
    hint += "“openssl rehash”, or a file in PEM as SSL_CERT_FILE, or leave both out."
    return [Error(f"SSL_CERT_DIR is {folder}, which holds no certificates.", hint=hint, id="omnistudio.E022")]


def _names_in(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []


def _certificates_of_a_file(file: str) -> list[CheckMessage]:
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:  # ssl.SSLError, too, where there is no certificate in it
        why = error.strerror if error.errno and not isinstance(error, ssl.SSLError) else "it is no certificate in PEM"
        hint = "No https:// address can be reached, neither the service nor a result. Name a file in PEM that has "
        hint += "your certificate authority and the usual ones, or leave it out."
        return [Error(f"SSL_CERT_FILE is {file}, which can't be read: {why}.", hint=hint, id="omnistudio.E021")]
    return []


@register()
def proxies_can_be_used(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A proxy is an http(s) address, or one of SOCKS where httpx can speak it."""
    messages: list[CheckMessage] = []
    for kind in ("http", "https", "all"):
        named = getproxies().get(kind)
        if named and not _is_proxy(named):
            hint = (
                f"Write it like http://proxy.example.com:3128, in the environment or in .env: {kind.upper()}_PROXY=…"
            )
            if named.startswith("socks"):
                hint = "SOCKS needs a library: .venv/bin/python -m pip install 'httpx[socks]'"
            # The value may hold a password, so it is not quoted.
            messages.append(Error(f"{kind.upper()}_PROXY is no proxy.", hint=hint, id="omnistudio.E023"))
    return messages


def _is_proxy(named: str) -> bool:
    try:
        url = httpx.URL(named if "://" in named else f"http://{named}")
    except (httpx.InvalidURL, ValueError):
        return False
    if url.scheme not in _SCHEMES or not url.host:
        return False
    return not url.scheme.startswith("socks") or importlib.util.find_spec("socksio") is not None


@register()
def the_service_and_its_results_go_one_way(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """What is reached by a proxy, and what straight: said where it is likely that one of them is meant otherwise."""
    proxies = {kind: bool(named) for kind, named in getproxies().items() if kind in ("http", "https", "all")}
    if not any(proxies.values()) or proxies_can_be_used(None) or certificates_can_be_read(None):
        return []  # or first things first
    try:
        url = httpx.URL(settings.OMNI_API_URL)
        proxied = proxy_for(url, ssl.create_default_context()) is not None
    except (httpx.InvalidURL, ValueError):
        return []  # another check says so
    if proxied and is_local(url.host):
        hint = f"A proxy seldom reaches into a private network. Add {url.host} to NO_PROXY where it does not."
        message = f"OMNI_API_URL is {url}, inside a private network, and is reached through the proxy."
        return [Warning(message, hint=hint, id="omnistudio.W021")]
    if is_local(url.host) or proxies.get("all") or proxies.get("http", False) == proxies.get("https", False):
        return []
    has, lacks = ("http", "https") if proxies.get("http") else ("https", "http")
    return [
        Warning(
            f"{has.upper()}_PROXY is set and {lacks.upper()}_PROXY is not: {lacks}:// is reached without a proxy.",
            hint="The service may name results by either, and what can't be fetched is paid all the same. Set "
            "both, or ALL_PROXY.",
            id="omnistudio.W022",
        )
    ]


@register()
def private_hosts_are_hosts(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """`RESULT_HOSTS` and `OPENAPI_PRIVATE_HOSTS` are compared as they stand: no scheme, no path, no star."""
    hosts = {"RESULT_HOSTS": settings.RESULT_HOSTS, "OPENAPI_PRIVATE_HOSTS": settings.OPENAPI_SERVER["PRIVATE_HOSTS"]}
    return [
        Error(
            f"{setting} has {host!r}, which is no host.",
            hint=f"Write hosts as host or host:port, divided by commas: {setting}=minio.example.lan:9000,10.0.0.5",
            id="omnistudio.E024",
        )
        for setting, named in hosts.items()
        for host in named
        if not _HOST.fullmatch(host.strip())
    ]
