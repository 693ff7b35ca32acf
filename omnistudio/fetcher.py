"""Fetching a file from an address that a person or the service named, without being led astray.

Only http and https; the name is resolved once and the connection goes to that very address, so that a
second answer of the name server can't swap it; private, loopback and link-local addresses are refused,
except on hosts that the caller allows; each redirect is checked in the same way; size and time are bounded.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import ipaddress
import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

MAX_REDIRECTS = 4
USER_AGENT = "OmniStudio"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")  # all of IPv6 that the internet routes (RFC 4291, 2.4)
# Nobody's files are there, although a version of Python or the registry calls some of them global: the entries of
# IANA's registries of special-purpose addresses (as of 2025) within what is routed, and where clouds answer their
# own machines at an address that looks like any other.
_SPECIAL = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments; at .192 Oracle's machines are told their secrets
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.175.48.0/24",  # AS112
        "168.63.129.16/32",  # Azure's wire server
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID, DRIP …
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
]


class FetchError(Exception):
    """The file can't be had; the text says why, for a person.

    Attributes:
        permanent: asking again won't help (a wrong address, too large), unlike a time-out.
        status_code: the HTTP status of the answer, where there was one.
    """

    def __init__(self, message: str, *, permanent: bool = False, status_code: int | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.status_code = status_code


@dataclass(frozen=True)
class Fetched:
    """What was written: its length in bytes and its sha256 in hexadecimal."""

    bytes: int
    sha256: str


def fetch(
    url: str, into: BinaryIO, *, max_bytes: int, seconds: float, private_hosts: Collection[str] = ()
) -> Fetched:
    """`afetch`, for those who have no event loop."""
    return asyncio.run(afetch(url, into, max_bytes=max_bytes, seconds=seconds, private_hosts=private_hosts))


async def afetch(
    url: str, into: BinaryIO, *, max_bytes: int, seconds: float, private_hosts: Collection[str] = ()
) -> Fetched:
    """Write the file at `url` to `into`.

    Args:
        max_bytes: a longer file is refused, before it is read where its length is announced.
        seconds: for everything together, to the last byte. A loop can hold to that, also while an answer's
            head comes in drops; a thread that waits for a socket can't.
        private_hosts: `host` or `host:port` that may have a private address.

    Raises:
        FetchError: with a text for a person.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    timeout = httpx.Timeout(min(20.0, seconds), connect=min(5.0, seconds))
    hooks = {"response": [_hide_location]}
    async with httpx.AsyncClient(timeout=timeout, trust_env=False, verify=_tls(), event_hooks=hooks) as client:
        for _hop in range(MAX_REDIRECTS + 1):
            try:
                async with asyncio.timeout_at(deadline):
                    response = await client.send(await _request(client, url, private_hosts), stream=True)
            except (httpx.HTTPError, TimeoutError) as error:
                raise FetchError(_("%(host)s does not answer.") % {"host": _host(url)}) from error
            try:
                if response.is_redirect:
                    url = _joined(url, response.extensions.get("location", ""))
                    continue
                async with asyncio.timeout_at(deadline):
                    return await _written(response, into, max_bytes, url)
            except TimeoutError as error:
                raise FetchError(_("%(host)s sends the file too slowly.") % {"host": _host(url)}) from error
            finally:
                await response.aclose()
    raise FetchError(_("The address leads on to others again and again."), permanent=True)


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)  # reading the certificates takes some 20 ms


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


async def _request(client: httpx.AsyncClient, url: str, private_hosts: Collection[str]) -> httpx.Request:
    """A request to the one address that the host's name stands for now, after checking that address."""
    try:
        parts = httpx.URL(url)
        host, port = parts.host, parts.port or (443 if parts.scheme == "https" else 80)
    except (httpx.InvalidURL, ValueError) as error:  # a name that can't be one is a ValueError of idna's
        raise FetchError(_("This is not a web address."), permanent=True) from error
    if parts.scheme not in ("http", "https") or not host:
        raise FetchError(_("Only addresses that begin with http:// or https:// are fetched."), permanent=True)
    allowed = {host, f"{host}:{port}"} & set(private_hosts)
    address = await _address(host, port, private=bool(allowed))
    return client.build_request(
        "GET",
        parts.copy_with(host=address),
        headers={
            "Host": parts.netloc.decode("ascii").rpartition("@")[2],
            "User-Agent": USER_AGENT,
            "Accept-Encoding": "identity",
        },
        extensions={"sni_hostname": parts.raw_host.decode("ascii")},
    )


async def _address(host: str, port: int, *, private: bool) -> str:
    """Resolve `host` once; refuse it when any of its addresses is not a public one."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(_("There is no host named %(host)s.") % {"host": host}) from error
    addresses = [str(info[4][0]) for info in found]
    if not private and not all(is_public(address) for address in addresses):
        raise FetchError(
            _("%(host)s is an address inside a private network; it is not fetched.") % {"host": host},
            permanent=True,
        )
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also in IPv6 forms that carry an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner: ipaddress.IPv4Address | None = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _UNICAST:  # also ::127.0.0.1, ::ffff:0:127.0.0.1, fec0::/10 and 64:ff9b:1::/48
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL)


async def _written(response: httpx.Response, into: BinaryIO, max_bytes: int, url: str) -> Fetched:
    if response.status_code != 200:
        raise FetchError(
            _("%(host)s answered %(status)d instead of the file.")
            % {"host": _host(url), "status": response.status_code},
            permanent=response.status_code in (400, 401, 403, 404, 405, 410, 414, 451),
            status_code=response.status_code,
        )
    too_long = FetchError(
        _("The file is larger than %(most)d MB.") % {"most": max_bytes // 1_000_000}, permanent=True
    )
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > max_bytes:
        raise too_long
    digest, length = hashlib.sha256(), 0
    try:
        async for chunk in response.aiter_raw():
            length += len(chunk)
            if length > max_bytes:
                raise too_long
            digest.update(chunk)
            into.write(chunk)
    except httpx.HTTPError as error:
        raise FetchError(
            _("The file broke off while it was fetched from %(host)s.") % {"host": _host(url)}
        ) from error
    if announced.isdigit() and length != int(announced):
        raise FetchError(_("The file broke off while it was fetched from %(host)s.") % {"host": _host(url)})
    return Fetched(length, digest.hexdigest())
