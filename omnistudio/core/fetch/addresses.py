"""Names of hosts that belong to a private network, and the order in which the addresses of a name are tried."""

from __future__ import annotations

from itertools import zip_longest

MAX_ADDRESSES = 6
"""The most addresses of one name that are tried."""
PRIVATE_SUFFIXES = ("localhost", "local", "internal", "home.arpa", "lan", "intranet", "corp", "home")
"""Ends of names that mean something in a private network alone (RFC 6761, 6762, 8375; ICANN of 2024 and before)."""


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
