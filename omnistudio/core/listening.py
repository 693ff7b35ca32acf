"""Where the studio listens (`BIND`, `PORT`), and the address at which this machine reaches it."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

# Each address of the machine, and one by which the machine reaches itself then.
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
LAST_PORT = 65_535
# Of each web process. Threads, because a slow reader of a video keeps one busy for as long as it reads.
THREADS = 48


def bare(bind: str) -> str:
    """An address without the brackets that it may have been written with: `::1` for `[::1]`."""
    bind = bind.strip()
    return bind[1:-1] if bind.startswith("[") and bind.endswith("]") else bind


def in_url(host: str) -> str:
    """A host as it stands in an address of the web: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def own_host(bind: str) -> str:
    """The host by which this machine reaches the studio, whatever its `PUBLIC_URL` is."""
    return EVERYWHERE.get(bind, bind)


def own_url(bind: str, port: int) -> str:
    """The same as a web address."""
    return f"http://{in_url(own_host(bind))}:{port}"


def is_loopback(bind: str) -> bool:
    """Whether this machine alone reaches what listens there."""
    try:
        return ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return bind == "localhost"


def split(url: str) -> SplitResult:
    """The parts of an address; of one that can't be read, none. Whether it is good is asked by a check."""
    try:
        parts = urlsplit(url)
        _ = parts.hostname, parts.port
    except ValueError:
        return urlsplit("")
    return parts


def fault_of_public_url(url: str) -> str:
    """What is wrong with a `PUBLIC_URL`, as the end of a sentence; empty where it is good."""
    parts = split(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is not a web address"
    if parts.username is not None or parts.password is not None:
        return "has a user name"
    if parts.path.strip("/"):
        return "has a path; the studio works at the root of a host only"
    if "?" in url or "#" in url:
        return "has a query or a fragment"
    if any(char.isspace() for char in url):
        return "has white space in it"
    return ""
