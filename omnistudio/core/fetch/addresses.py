"""Names of hosts that belong to a private network, and the order in which the addresses of a name are tried."""

from __future__ import annotations

import ipaddress
from itertools import zip_longest

MAX_ADDRESSES = 6
"""The most addresses of one name that are tried."""
PRIVATE_SUFFIXES = ("localhost", "local", "internal", "home.arpa", "lan", "intranet", "corp", "home")
"""Ends of names that mean something in a private network alone (RFC 6761, 6762, 8375; ICANN of 2024 and before)."""

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


def is_private_name(host: str) -> bool:
    """Whether a name that can't be resolved here would lead a proxy into a private network."""
    name = host.rstrip(".").lower()
    labels = name.split(".")
    is_number = labels[-1][:1].isdigit()  # 0x7f.1 and its like, which some resolvers take for addresses
    return len(labels) == 1 or is_number or any(name.endswith(f".{suffix}") for suffix in PRIVATE_SUFFIXES)


def in_turn(addresses: list[str]) -> list[str]:
    """The addresses to try, the preferred first, the two families by turns (RFC 8305, 4)."""
    unique = list(dict.fromkeys(addresses))
    first = [address for address in unique if (":" in address) == (":" in unique[0])]
    other = [address for address in unique if address not in first]
    return [address for pair in zip_longest(first, other) for address in pair if address][:MAX_ADDRESSES]


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
