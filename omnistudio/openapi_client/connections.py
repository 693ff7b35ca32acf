"""The address of the service, connection pools and proxies, and whether a request may have been sent."""

from __future__ import annotations

import functools
import ipaddress
import os
import ssl
from collections.abc import Iterator, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

from .models import Timeouts

API_PATH = "/api/v1"

KEEP_ALIVE_SECONDS = 15.0
"""How long an idle connection is kept: longer than the first intervals at which a task is polled (2 s and more),
and shorter than most servers keep one (60 s and more). A connection that the server has closed earlier is noticed
before it is used."""

# Always raised before the first byte of a request is written. All other errors may also come later.
_NEVER_LEFT = (
    httpx.ConnectError,  # name, refusal, TLS
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)


def api_root(base_url: str) -> str:
    """Return ``base_url`` ending in ``/api/v1``, without a slash after it.

    Raises ``ValueError`` if it is not an http(s) URL, if it has a query or a fragment, or if it has a user name,
    which httpx would send in place of the key.
    """
    try:
        url = httpx.URL(base_url.strip())
        host, port = url.host, url.port
    except (httpx.InvalidURL, ValueError):  # a bad host name is a ValueError of idna's
        raise ValueError("the address of the Open API can't be read as a URL") from None
    if url.scheme not in ("http", "https") or not host:
        raise ValueError("the address of the Open API starts with http:// or https:// and a host")
    if port is not None and not 0 < port < 65_536:
        raise ValueError("the address of the Open API has a port that does not exist")
    if url.userinfo or "?" in base_url or "#" in base_url:  # also an empty one would stand before the path
        raise ValueError("the address of the Open API has no user name, no query and no fragment")
    path = url.path.rstrip("/")
    return str(url.copy_with(path=path if path.endswith(API_PATH) else path + API_PATH))


class Departure:
    """Records whether a request may have been sent, as a callback of httpcore's ``trace`` extension.

    This is exact, while the type of an exception is not: a time-out of the whole call may come before or after the
    request was sent. With a transport that does not trace, the type decides, and in doubt it counts as sent.
    """

    def __init__(self, *, traced: bool) -> None:
        self._traced = traced
        self._started = False

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        # CONNECT asks a proxy for a tunnel; the request itself comes after it.
        if event.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            self._started = True

    def possible(self, exc: Exception) -> bool:
        """Whether the request may have been sent before ``exc`` was raised."""
        return self._started or not (self._traced or isinstance(exc, _NEVER_LEFT))


@functools.cache
def _tls() -> ssl.SSLContext:
    # Cached: reading the certificates takes some 20 ms and a megabyte, and each key has two pools.
    return httpx.create_ssl_context()


def open_pool(
    root: str,
    headers: Mapping[str, str],
    connections: int,
    *,
    keep: bool,
    transport: httpx.AsyncBaseTransport | None,
) -> httpx.AsyncClient:
    """Return a pool of connections to the service at ``root``; idle ones are kept alive if ``keep``.

    Raises ``ValueError`` if the environment names a proxy whose address is invalid.
    """
    return httpx.AsyncClient(
        headers=headers,
        verify=_tls(),
        trust_env=False,  # `proxy_for` reads the proxies of the environment, in the same way as for downloads
        proxy=None if transport else proxy_for(httpx.URL(root), _tls()),
        limits=httpx.Limits(
            max_connections=connections,
            max_keepalive_connections=connections if keep else 0,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
        ),
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        event_hooks={"response": [_hide_location]},
        transport=transport,
    )


def proxy_for(url: httpx.URL, tls: ssl.SSLContext) -> httpx.Proxy | None:
    """Return the proxy for requests to ``url``, or None if they go directly.

    It is that of ``HTTP_PROXY`` or ``HTTPS_PROXY``, by the scheme of ``url``, else of ``ALL_PROXY``. None is used
    for the entries of ``NO_PROXY``: a host and its subdomains (each also with a port), an address, or a network
    such as ``10.0.0.0/8``. None is used for this machine either, because the built-in service has to work behind a
    company's proxy, too. ``tls`` is used if the proxy itself is reached by https.

    Raises ``ValueError`` if the proxy's address is invalid.
    """
    if _is_loopback(url.host) or _needs_no_proxy(url):
        return None
    proxies = getproxies()
    named = proxies.get(url.scheme) or proxies.get("all")
    if not named:
        return None
    try:
        proxy = httpx.URL(named if "://" in named else f"http://{named}")
    except httpx.InvalidURL as error:
        raise ValueError("the address of the proxy can't be read as a URL") from error
    return httpx.Proxy(proxy, ssl_context=tls if proxy.scheme == "https" else None)


def _needs_no_proxy(url: httpx.URL) -> bool:
    port = url.port or (443 if url.scheme == "https" else 80)
    if proxy_bypass(url.host) or proxy_bypass(f"{url.host}:{port}"):
        return True
    entries = [entry.strip() for entry in getproxies().get("no", "").split(",")]
    return "*" in entries or any(_is_in_network(url.host, entry) for entry in entries if "/" in entry)


def _is_in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:  # the host is a name, or the entry is not a network
        return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _hide_location(response: httpx.Response) -> None:
    # httpx builds the redirected request even if it is not to follow it, and raises if the address is invalid. That
    # would look like a lost answer.
    location = response.headers.pop("location", None)
    if location is not None:
        response.extensions["location"] = location


def why(exc: Exception, timeouts: Timeouts, total: float) -> str:
    """Describe an error in plain words. The text may quote the service: redact it before it is shown."""
    match exc:
        case httpx.ConnectTimeout():
            return f"no connection within {timeouts.connect:g} s"
        case httpx.PoolTimeout():
            return f"no connection was free within {timeouts.pool:g} s"
        case httpx.ReadTimeout():
            return f"nothing came for {timeouts.read:g} s"
        case httpx.WriteTimeout():
            return f"nothing could be sent for {timeouts.write:g} s"
        case TimeoutError():
            return f"not done within {total:g} s"
    # Prefer the message of the operating system, if it is the cause: the library only says "All attempts failed".
    for cause in _causes(exc):
        if isinstance(cause, ConnectionError) and cause.errno:
            return os.strerror(cause.errno)
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    return str(exc) or type(exc).__name__


def _causes(exc: BaseException | None) -> Iterator[BaseException]:
    while exc is not None:
        yield exc
        exc = exc.__cause__ or exc.__context__
