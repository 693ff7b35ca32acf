"""Fetching what somebody named, without being led astray."""

import io
import time
from contextlib import contextmanager

import pytest

from omnistudio.core.fetch.safe_fetch import FetchError, fetch, is_public
from tests.scripted_service import PNG, ScriptedService, answer, endless, hang, redirect, status, trickle, truncated


@pytest.fixture
def service():
    with ScriptedService() as scripted:
        yield scripted


def get(service, name="a.png", max_bytes=1_000_000, seconds=5.0, allowed=True):
    into = io.BytesIO()
    host = service.url.removeprefix("http://")
    fetched = fetch(
        f"{service.url}/files/{name}",
        into,
        max_bytes=max_bytes,
        seconds=seconds,
        private_hosts=[host] if allowed else [],
    )
    return fetched, into.getvalue()


@contextmanager
def within(seconds):
    """What takes longer fails, also where it raises what it should."""
    started = time.monotonic()
    try:
        yield
    finally:
        assert time.monotonic() - started < seconds


def test_a_file_comes_with_its_length_and_sum(service):
    service.on_file("a.png", answer(PNG))
    fetched, content = get(service)
    assert content == PNG
    assert fetched.bytes == len(PNG)


def test_a_private_address_is_refused_where_it_is_not_allowed(service):
    with pytest.raises(FetchError, match="private network") as caught:
        get(service, allowed=False)
    assert caught.value.permanent


def test_a_redirect_to_a_private_address_is_refused(service):
    service.on_file("a.png", redirect("http://127.0.0.1:1/secret"))
    with pytest.raises(FetchError, match="private network"):
        get(service)


def test_a_circle_of_redirects_ends(service):
    service.on_file("a.png", then=redirect("/files/a.png"))
    with pytest.raises(FetchError, match="redirects too many times"):
        get(service)


def test_a_file_of_five_gigabytes_is_refused_before_it_is_read(service):
    service.on_file("a.png", endless())
    with pytest.raises(FetchError, match="larger than 1 MB"):
        get(service)


def test_a_file_that_breaks_off_is_no_file(service):
    service.on_file("a.png", truncated(PNG, len(PNG) + 100))
    with pytest.raises(FetchError, match="was interrupted"):
        get(service)


def test_a_slow_download_is_abandoned(service):
    service.on_file("a.png", trickle(bytes(600), 0.1))
    with pytest.raises(FetchError, match="too slowly"), within(5):
        get(service, seconds=0.5)


def test_a_server_that_never_answers_is_abandoned(service):
    service.on_file("a.png", hang())
    with pytest.raises(FetchError, match="does not answer"), within(5):
        get(service, seconds=0.5)


@pytest.mark.parametrize(("code", "permanent"), [(404, True), (410, True), (403, True), (500, False), (429, False)])
def test_another_answer_than_200_says_so(service, code, permanent):
    service.on_file("a.png", status(code))
    with pytest.raises(FetchError, match=str(code)) as caught:
        get(service)
    assert caught.value.permanent is permanent


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::"],
)  # fmt: skip
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_addresses_that_are_public(address):
    assert is_public(address)
