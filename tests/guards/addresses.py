"""Addresses that others name: not into our network, not for ever, and only ways of our own after a form."""

from tests.guards.guard import Change, Guard

_SSRF = "security/test_ssrf.py"
_INSIDE = f"{_SSRF}::test_no_reference_is_fetched_from_inside"
_WHO = "who: a person, or the service, with an address"
_FETCHING = "core/fetch/test_safe_fetch.py"
_WAYS = "security/test_injection.py::test_no_next_url_leaves_the_site"
_ANOTHER = "who: another site that a person visits"

ADDRESSES = [
    Guard(
        "public addresses only",
        (_WHO, "1.3.6"),
        "safe_fetch._addresses",
        "    if not private and not all(is_public(address) for address in addresses):\n",
        "    if False:\n",
        (_INSIDE, "tracker/test_result_addresses.py::test_a_result_inside_our_own_network_is_not_fetched"),
    ),
    Guard(
        "also where an IPv6 address holds one of IPv4",
        (_WHO, "1.3.6"),
        "addresses.is_public",
        "            return is_public(str(inner))\n",
        "            return True\n",
        (
            f"{_INSIDE}[http://[::ffff:127.0.0.1]:{{port}}/files/a.png]",
            f"{_SSRF}::test_more_addresses_that_are_not_public",
        ),
    ),
    Guard(
        "of IPv6 what the internet routes",
        (_WHO, "1.3.6"),
        "addresses.is_public",
        "        if ip not in _UNICAST:",
        "        if False:",
        (f"{_SSRF}::test_more_addresses_that_are_not_public",),
    ),
    Guard(
        "http and https only",
        (_WHO, "1.3.6"),
        "safe_fetch._target",
        '    if parts.scheme not in ("http", "https") or not host:\n',
        "    if not host:\n",
        ("tracker/test_result_addresses.py::test_only_the_web_is_fetched_from",),
    ),
    Guard(
        "a person's addresses are not excused by being ours",
        (_WHO, "1.3.6"),
        "references.fetch_reference",
        "seconds=FETCH_SECONDS)",
        "seconds=FETCH_SECONDS, private_hosts={settings.PUBLIC_URL.rpartition('/')[2]})",
        (f"{_SSRF}::test_the_studio_does_not_fetch_references_from_itself",),
    ),
    Guard(
        "the connection goes to the address that was looked at",
        (_WHO, "1.3.6"),
        "safe_fetch._request",
        "        url.copy_with(host=address),\n",
        "        url,\n",
        (
            f"{_SSRF}::test_a_name_that_changes_its_address_after_the_look_is_not_followed",
            "tracker/test_result_addresses.py::test_a_name_is_resolved_once_and_the_connection_goes_there",
        ),
    ),
    Guard(
        "each redirect is looked at anew",
        (_WHO, "1.3.6"),
        "safe_fetch.afetch",
        '                url = _joined(url, response.extensions.get("location", ""))\n',
        '                url = _joined(url, response.extensions.get("location", ""))\n'
        '                private_hosts = {*private_hosts, urlsplit(url).netloc, urlsplit(url).hostname or ""}\n',
        (
            f"{_SSRF}::test_each_redirect_is_checked",
            "tracker/test_result_addresses.py::test_a_redirect_into_our_own_network_is_not_followed",
        ),
    ),
    Guard(
        "redirects end",
        ("15.3.2",),
        "safe_fetch.afetch",
        "    for _hop in range(MAX_REDIRECTS + 1):\n",
        "    while True:\n",
        (f"{_FETCHING}::test_a_circle_of_redirects_ends",),
    ),
    Guard(
        "what comes too slowly is given up",
        ("who: somebody on the internet", "15.2.2"),
        "safe_fetch.afetch",
        "                async with asyncio.timeout_at(deadline):\n                    return await _written",
        "                async with asyncio.timeout_at(None):\n                    return await _written",
        (f"{_FETCHING}::test_a_slow_download_is_abandoned",),
    ),
    Guard(
        "what never answers is given up",
        ("15.2.2",),
        "safe_fetch._answer",
        "    timeout = httpx.Timeout(min(20.0, seconds), connect=connect)\n",
        "    timeout = httpx.Timeout(20.0)\n",
        (f"{_FETCHING}::test_a_server_that_never_answers_is_abandoned",),
        also=(
            Change(
                "safe_fetch._first_answer",
                "            async with asyncio.timeout_at(deadline):\n                return await client.send",
                "            async with asyncio.timeout_at(None):\n                return await client.send",
            ),
        ),
    ),
    Guard(
        "eight fetches at once",
        ("15.2.2",),
        "references._FETCHES",
        "_FETCHES = threading.BoundedSemaphore(8)",
        "_FETCHES = threading.BoundedSemaphore(48)",
        (f"{_SSRF}::test_strangers_servers_hold_no_more_than_a_few_threads",),
    ),
    Guard(
        "forms lead on to paths of our own",
        (_ANOTHER, "3.7.2"),
        "redirects.safe_next_url",
        '    return target if is_own and target.startswith("/") else None\n',
        "    return target or None\n",
        (_WAYS,),
    ),
    Guard(
        "a word is no way on",
        (_ANOTHER, "3.7.2"),
        "redirects.safe_next_url",
        "    own = {request.get_host()}\n",
        '    own = {request.get_host(), "evil.example"}\n',
        (_WAYS,),
        also=(
            Change(
                "redirects.safe_next_url",
                ' if is_own and target.startswith("/") else None',
                " if is_own else None",
            ),
        ),
    ),
    Guard(
        "signing in leads on to paths of our own (allauth's)",
        (_ANOTHER, "3.7.2"),
        "adapter.AccountAdapter.add_message",
        "    def add_message(self",
        "    def is_safe_url(self, url: str | None) -> bool:\n        return True\n\n    def add_message(self",
        (_WAYS,),
    ),
]
