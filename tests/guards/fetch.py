"""Downloads through a proxy, and files that come compressed."""

from tests.guards.guard import Guard

_WAYS = "core/fetch/test_proxies.py"
_PACKED = "core/fetch/test_content_encoding.py"
_WHO = "who: a person, or the service, with an address"

FETCH = [
    Guard(
        "no proxy is led inside by a name that is not resolved here",
        (_WHO, "1.3.6"),
        "safe_fetch._addresses",
        "        if not private and is_private_name(host):\n",
        "        if False:\n",
        (f"{_WAYS}::test_private_hosts_are_never_requested_through_a_proxy",),
    ),
    Guard(
        "certificates behind a proxy are checked",
        ("12.3.2",),
        "safe_fetch._answer",
        "trust_env=False, verify=_tls(), proxy=target.proxy",
        "trust_env=False, verify=bool(target.proxy is None), proxy=target.proxy",
        (f"{_WAYS}::test_a_certificate_behind_a_proxy_is_checked",),
    ),
    Guard(
        "what is unpacked is counted",
        ("who: somebody on the internet", "5.2.3"),
        "safe_fetch._written",
        "                if max(came, length) > max_bytes:\n",
        "                if came > max_bytes:\n",
        (f"{_PACKED}::test_a_bomb_stops_at_the_bound",),
    ),
    Guard(
        "what comes is counted, too",
        ("who: somebody on the internet", "5.2.3"),
        "safe_fetch._written",
        "            if came > max_bytes:\n",
        "            if False:\n",
        (f"{_PACKED}::test_a_decompression_bomb_stops_at_the_limit",),
    ),
    Guard(
        "a chunk is unpacked in small pieces",
        ("who: somebody on the internet", "5.2.3"),
        "content_encoding.Unpacker._inflated",
        "inflater.decompress(data, PIECE)",
        "inflater.decompress(data)",
        (f"{_PACKED}::test_no_piece_is_large", f"{_PACKED}::test_a_bomb_stops_at_the_bound"),
    ),
]
