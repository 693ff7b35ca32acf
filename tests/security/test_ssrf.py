"""Addresses that a person names must not lead our machine into its own network.

What the service names is in tests/tracker/test_result_addresses.py, redirects, sizes and times in
tests/core/fetch/test_safe_fetch.py, references of the built-in API in tests/openapi_server/test_references.py.
"""

from __future__ import annotations

import asyncio
import io
import socket
import threading
from urllib.parse import urlsplit

import pytest

from omnistudio.core.fetch import safe_fetch
from omnistudio.gallery.media import references
from omnistudio.gallery.models import Reference
from tests.conftest import picture
from tests.scripted_service import ScriptedService, answer, redirect

PUBLIC = "93.184.216.34"

INSIDE = [
    "http://127.0.0.1:{port}/files/a.png",
    "http://localhost:{port}/files/a.png",
    "http://LOCALHOST:{port}/files/a.png",
    "http://localhost.:{port}/files/a.png",
    "http://127.1:{port}/files/a.png",
    "http://2130706433:{port}/files/a.png",
    "http://0x7f000001:{port}/files/a.png",
    "http://0177.0.0.1:{port}/files/a.png",
    "http://0:{port}/files/a.png",
    "http://0.0.0.0:{port}/files/a.png",
    "http://①②⑦.⓪.⓪.①:{port}/files/a.png",
    "http://[::1]:{port}/files/a.png",
    "http://[::]:{port}/files/a.png",
    "http://[::ffff:127.0.0.1]:{port}/files/a.png",
    "http://[::ffff:7f00:1]:{port}/files/a.png",
    "http://[::127.0.0.1]:{port}/files/a.png",
    "http://[64:ff9b::127.0.0.1]:{port}/files/a.png",
    "http://[2002:7f00:1::]:{port}/files/a.png",
    "http://example.com@127.0.0.1:{port}/files/a.png",
    "http://127.0.0.1:{port}#@example.com/files/a.png",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "gopher://127.0.0.1:{port}/_GET",
    "file:///etc/passwd",
    "dict://127.0.0.1:{port}/",
]


@pytest.fixture
def inside():
    """A server on this machine that is nobody's business."""
    with ScriptedService() as running:
        running.on_file("a.png", then=answer(picture()))
        yield running


@pytest.mark.parametrize("address", INSIDE)
def test_no_reference_is_fetched_from_inside(as_owner, inside, address):
    url = address.format(port=urlsplit(inside.url).port)
    response = as_owner.post("/references/", {"url": url})
    assert response.status_code == 422
    assert not inside.requests
    assert not Reference.objects.exists()


def test_the_studio_does_not_fetch_references_from_itself(as_owner, inside, settings):
    settings.PUBLIC_URL = settings.OMNI_API_URL = inside.url
    assert as_owner.post("/references/", {"url": f"{inside.url}/files/a.png"}).status_code == 422
    assert not inside.requests


@pytest.mark.parametrize(
    "address",
    ["::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "64:ff9b:1::7f00:1", "64:ff9b::a9fe:a9fe", "100::1", "ff02::1",
     "2002:a9fe:a9fe::", "2001:db8::1", "2001:0:7f00:1::", "198.18.0.1", "192.0.0.1", "240.0.0.1", "255.255.255.255",
     "100.100.100.200", "169.254.170.2", "::ffff:169.254.169.254", "4000::1"],
)  # fmt: skip
def test_more_addresses_that_are_not_public(address):
    assert not safe_fetch.is_public(address)


def test_nat64_of_a_public_address_is_public():
    assert safe_fetch.is_public("64:ff9b::5db8:d822")


class NameServer:
    """Answers look-ups with one list of addresses after the other, the last for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def getaddrinfo(self, host, port, **_options):
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


@pytest.fixture
def name_server(monkeypatch):
    def make(*answers: list[str]) -> NameServer:
        server = NameServer(*answers)
        look_up = lambda _loop, *names, **options: server.getaddrinfo(*names, **options)  # noqa: E731
        monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)
        return server

    return make


def fetch(url: str) -> bytes:
    into = io.BytesIO()
    safe_fetch.fetch(url, into, max_bytes=1_000_000, seconds=2.0)
    return into.getvalue()


def test_a_name_that_stands_for_an_address_inside_is_refused(name_server, inside):
    name_server(["127.0.0.1"])
    with pytest.raises(safe_fetch.FetchError, match="private network"):
        fetch(f"http://rebind.example:{urlsplit(inside.url).port}/files/a.png")
    assert not inside.requests


def test_a_name_with_one_address_inside_is_refused(name_server, inside):
    name_server([PUBLIC, "127.0.0.1"])
    with pytest.raises(safe_fetch.FetchError, match="private network"):
        fetch(f"http://rebind.example:{urlsplit(inside.url).port}/files/a.png")


def test_a_name_that_changes_its_address_after_the_look_is_not_followed(name_server, inside, monkeypatch):
    """DNS rebinding: public for whoever looks, inside for whoever connects."""
    names = name_server([PUBLIC], ["127.0.0.1"])
    asked_for = []

    async def connect(self, host, port, **_options):
        asked_for.append(host)
        raise OSError("no way out of here")

    monkeypatch.setattr("httpcore._backends.auto.AutoBackend.connect_tcp", connect)
    with pytest.raises((safe_fetch.FetchError, OSError)):
        fetch(f"http://rebind.example:{urlsplit(inside.url).port}/files/a.png")
    assert names.asked == 1
    assert asked_for == [PUBLIC]
    assert not inside.requests


def test_each_redirect_is_checked(name_server, inside):
    """Also one that comes from a host whose private address is allowed, such as the configured service's."""
    host = urlsplit(inside.url).netloc
    inside.on_file("start", redirect("http://rebind.example/secret"))
    names = name_server(["127.0.0.1"], ["169.254.169.254"])
    with pytest.raises(safe_fetch.FetchError, match=r"rebind\.example is an address inside"):
        safe_fetch.fetch(
            f"http://{host}/files/start", io.BytesIO(), max_bytes=1000, seconds=2.0, private_hosts=[host]
        )
    assert names.asked == 2


def test_strangers_servers_hold_no_more_than_a_few_threads(as_owner, monkeypatch):
    """Each fetch may take 15 seconds; 48 of them would leave no thread for anybody's page."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    def slow(*_args, **_options):
        begun.release()
        go_on.wait(10)
        raise safe_fetch.FetchError("gone")

    monkeypatch.setattr(references, "fetch", slow)
    answers = []

    def add():
        try:
            references.fetch_reference(None, "http://slow.example/")
        except safe_fetch.FetchError as error:
            answers.append(str(error))

    threads = [threading.Thread(target=add) for _ in range(12)]
    for thread in threads:
        thread.start()
    for _number in range(8):
        assert begun.acquire(timeout=5)
    refused = as_owner.post("/references/", {"url": "http://slow.example/"})
    assert refused.status_code == 422
    assert "in a minute" in refused.text
    go_on.set()
    for thread in threads:
        thread.join()
    assert answers.count("gone") == 8
