"""Fetching a file from an address that a person or the service named, without being led astray.

Only http and https; the name is resolved once and the connection goes to those very addresses, one after the
other, so that a second answer of the name server can't swap them; private, loopback and link-local addresses are
refused, except on hosts that the caller allows; each redirect is checked in the same way; size and time are
bounded. It leaves as requests of the API client do: the same proxies and the same certificate authorities, both
from the environment (docs/decisions/0005-downloads-proxies-and-certificates.md).
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

from omnistudio.core.fetch.addresses import in_turn, is_private_name, is_public
from omnistudio.core.fetch.content_encoding import CannotUnpack, Unpacker
from omnistudio.core.fetch.errors import FetchError, tls_fault, unreachable
from omnistudio.openapi_client.connections import proxy_for

__all__ = ["FetchError", "Fetched", "afetch", "fetch", "is_public"]

MAX_REDIRECTS = 4
LOOKUP_SECONDS = 3.0  # behind a proxy, where the name servers of the world may be out of reach; else the deadline
USER_AGENT = "OmniStudio"


@dataclass(frozen=True)
class Fetched:
    """What was written: its length in bytes and its sha256 in hexadecimal."""

    bytes: int
    sha256: str


def fetch(
    url: str,
    into: BinaryIO,
    *,
    max_bytes: int,
    seconds: float,
    private_hosts: Collection[str] = (),
    setting: str = "",
) -> Fetched:
    """`afetch`, for those who have no event loop."""
    return asyncio.run(
        afetch(url, into, max_bytes=max_bytes, seconds=seconds, private_hosts=private_hosts, setting=setting)
    )


async def afetch(
    url: str,
    into: BinaryIO,
    *,
    max_bytes: int,
    seconds: float,
    private_hosts: Collection[str] = (),
    setting: str = "",
) -> Fetched:
    """Write the file at `url` to `into`, unpacked where it comes compressed although nobody asked for that.

    Args:
        max_bytes: a longer file is refused, before it is read where its length is announced.
        seconds: for everything together, to the last byte. A loop can hold to that, also while an answer's
            head comes in drops; a thread that waits for a socket can't.
        private_hosts: `host` or `host:port` that may have a private address.
        setting: the operator's setting that adds to `private_hosts`; the error about a private address names it.

    Raises:
        FetchError: with a text for a person.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    for _hop in range(MAX_REDIRECTS + 1):
        target = await _target(url, private_hosts, setting, deadline)
        async with _answer(target, seconds, deadline) as response:
            if response.is_redirect:
                url = _joined(url, response.extensions.get("location", ""))
                continue
            try:
                async with asyncio.timeout_at(deadline):
                    return await _written(response, into, max_bytes, url)
            except TimeoutError as error:
                raise FetchError(_("%(host)s sends the file too slowly.") % {"host": _host(url)}) from error
    raise FetchError(_("The address redirects too many times."), permanent=True)


@dataclass(frozen=True)
class _Target:
    """Where a request goes: through `proxy`, or straight to one of `addresses`, all of which were checked."""

    url: httpx.URL
    addresses: Sequence[str]
    proxy: httpx.Proxy | None


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # reading the certificates takes some 20 ms


async def _hide_location(response: httpx.Response) -> None:
    # httpx builds the next request even where it is not to send it, and breaks off where it can't.
    response.extensions["location"] = response.headers.pop("location", "")


def _joined(url: str, location: str) -> str:
    try:
        return str(httpx.URL(url).join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(_("This is not a web address."), permanent=True) from error


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:80]
    except ValueError:
        return url[:80]


async def _target(url: str, private_hosts: Collection[str], setting: str, deadline: float) -> _Target:
    """Find out where a request for `url` goes, after checking every address that its host's name stands for now."""
    try:
        parts = httpx.URL(url)
        host, port = parts.host, parts.port or (443 if parts.scheme == "https" else 80)
    except (httpx.InvalidURL, ValueError) as error:  # a name that can't be one is a ValueError of idna's
        raise FetchError(_("This is not a web address."), permanent=True) from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchError(_("Only addresses that begin with http:// or https:// are fetched."), permanent=True)
    spellings = {host, f"{host}:{port}", f"[{host}]", f"[{host}]:{port}"}
    private = bool(spellings & {name.strip().lower() for name in private_hosts})
    try:
        proxy = proxy_for(parts, _tls())
    except (OSError, ValueError) as error:  # a start-up check saw them, and they are gone since
        words = _(
            "The studio’s certificates or its proxy setting can’t be read. “manage.py check” tells the operator more."
        )
        raise FetchError(words) from error
    try:
        async with asyncio.timeout_at(deadline):
            addresses = await _addresses(host, port, private=private, proxied=proxy is not None, setting=setting)
    except TimeoutError as error:
        raise unreachable(host, error, by_proxy=False) from error
    return _Target(parts, addresses, proxy)


async def _addresses(host: str, port: int, *, private: bool, proxied: bool, setting: str) -> list[str]:
    """Resolve `host` once; refuse it when any of its addresses is not a public one.

    Where a proxy does the resolving, this machine may know no names of the world outside: then there are none.
    """
    try:
        async with asyncio.timeout(LOOKUP_SECONDS if proxied else None):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if not proxied:
            raise FetchError(_("There is no host named %(host)s.") % {"host": host}) from error
        if not private and is_private_name(host):
            raise _private(host, port, setting) from error
        return []
    addresses = [str(info[4][0]) for info in found]
    if not private and not all(is_public(address) for address in addresses):
        raise _private(host, port, setting)
    return in_turn(addresses)


def _private(host: str, port: int, setting: str) -> FetchError:
    words = _("%(host)s is an address inside a private network; it is not fetched.")
    if setting:
        words = _(
            "%(host)s is an address inside a private network; it is not fetched. The operator can allow it with "
            "%(setting)s=%(host)s:%(port)d."
        )
    return FetchError(words % {"host": host, "port": port, "setting": setting}, permanent=True)


@asynccontextmanager
async def _answer(target: _Target, seconds: float, deadline: float) -> AsyncIterator[httpx.Response]:
    """The head of the answer, open to be read on."""
    # Addresses where nobody answers leave time for the others, and for the file.
    connect = min(5.0, seconds / (1 + max(1, len(target.addresses))))
    timeout = httpx.Timeout(min(20.0, seconds), connect=connect)
    hooks = {"response": [_hide_location]}
    async with httpx.AsyncClient(
        timeout=timeout, trust_env=False, verify=_tls(), proxy=target.proxy, event_hooks=hooks
    ) as client:
        response = await _first_answer(client, target, deadline)
        try:
            yield response
        finally:
            await response.aclose()


async def _first_answer(client: httpx.AsyncClient, target: _Target, deadline: float) -> httpx.Response:
    """Ask the addresses in turn until one of them can be connected to; a proxy is asked once, by the name."""
    host, proxied = target.url.host, target.proxy is not None
    failure: httpx.TransportError = httpx.ConnectError("no address")
    for address in [host] if proxied else target.addresses:
        try:
            async with asyncio.timeout_at(deadline):
                return await client.send(_request(client, target.url, address), stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failure = failure if tls_fault(failure) else error  # a certificate says more than a closed port
        except (httpx.HTTPError, TimeoutError) as error:
            raise unreachable(host, error, by_proxy=proxied) from error
    raise unreachable(host, failure, by_proxy=proxied) from failure


def _request(client: httpx.AsyncClient, url: httpx.URL, address: str) -> httpx.Request:
    """A request to `address`, in the name of the host of `url`."""
    return client.build_request(
        "GET",
        url.copy_with(host=address),
        headers={
            "Host": url.netloc.decode("ascii").rpartition("@")[2],
            "User-Agent": USER_AGENT,
            "Accept-Encoding": "identity",
        },
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )


def _require_success(response: httpx.Response, url: str) -> None:
    if response.status_code != 200:
        raise FetchError(
            _("%(host)s answered %(status)d instead of the file.")
            % {"host": _host(url), "status": response.status_code},
            permanent=response.status_code in (400, 401, 403, 404, 405, 410, 414, 451),
            status_code=response.status_code,
        )


async def _written(response: httpx.Response, into: BinaryIO, max_bytes: int, url: str) -> Fetched:
    _require_success(response, url)
    too_long = FetchError(
        _("The file is larger than %(most)d MB.") % {"most": max_bytes // 1_000_000}, permanent=True
    )
    announced = response.headers.get("Content-Length", "")  # of what is sent, which may be less than what it holds
    if announced.isdigit() and int(announced) > max_bytes:
        raise too_long
    broke_off = FetchError(_("The download from %(host)s was interrupted.") % {"host": _host(url)})
    digest, length, came = hashlib.sha256(), 0, 0
    try:
        unpacker = Unpacker(response.headers.get("Content-Encoding", ""))
        async for chunk in response.aiter_raw():
            came += len(chunk)
            for piece in unpacker.pieces(chunk):
                length += len(piece)
                if max(came, length) > max_bytes:
                    raise too_long
                digest.update(piece)
                into.write(piece)
                await asyncio.sleep(0)  # a chunk may hold a thousand pieces, and others wait for the loop
            if came > max_bytes:
                raise too_long
    except CannotUnpack as error:
        words = _("%(host)s sends the file compressed as “%(encoding)s”, which the studio can’t unpack.")
        raise FetchError(words % {"host": _host(url), "encoding": error}, permanent=True) from error
    except zlib.error as error:
        raise FetchError(_("The compressed file from %(host)s is damaged.") % {"host": _host(url)}) from error
    except httpx.HTTPError as error:
        raise broke_off from error
    if not unpacker.is_whole or (announced.isdigit() and came != int(announced)):
        raise broke_off
    return Fetched(length, digest.hexdigest())
