"""The address of a result comes from the service, which may be led astray or lie: where we do not go."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpcore
import pytest

from tests.conftest import KEY, picture
from tests.scripted_service import ScriptedService, answer, redirect, task
from tests.tracker.helpers import card, now, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def inside() -> Iterator[ScriptedService]:
    """Another server on this machine that is none of the service's business."""
    with ScriptedService() as running:
        running.on_file("secret.png", then=answer(picture()))
        yield running


PRIVATE = [
    "http://127.0.0.1:{port}/files/secret.png",
    "http://localhost:{port}/files/secret.png",
    "http://user:password@127.0.0.1:{port}/files/secret.png",
    "http://[::1]:{port}/files/secret.png",
    "http://[::ffff:127.0.0.1]:{port}/files/secret.png",
    "http://0.0.0.0:{port}/files/secret.png",
    "http://2130706433:{port}/files/secret.png",
    "http://0x7f.1:{port}/files/secret.png",
    "http://10.0.0.1/latest/meta-data",
    "http://169.254.169.254/latest/meta-data",
    "http://[fd00:ec2::254]/latest/meta-data",
]
NO_ADDRESS = ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:image/png;base64,AA", "javascript:alert(1)", "//x"]
NONSENSE = [
    "http://",
    "http://[broken",
    "http://127.0.0.1:99999/x",
    "http://127.0.0.1:0/x",
    "http://a..b/x",
    f"http://{'a' * 70}.example/x",
    "http://xn--/x",
    "http://%00/x",
    "result.png",
    "\u202ehttp://x/",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_result_inside_our_own_network_is_not_fetched(service, inside, make_task, as_owner, address) -> None:
    service.on_get(then=task(3, image_url=address.format(port=urlsplit(inside.url).port)))
    made = make_task()
    track()
    assert (now(made).trouble, made.file.name) == ("fetch", "")
    assert " is an address inside a private network; it is not fetched. " in made.trouble_words
    assert "The operator can allow it with RESULT_HOSTS=" in made.trouble_words
    assert made.trouble_words in card(as_owner, made)
    assert inside.requests == []


def test_a_redirect_into_our_own_network_is_not_followed(service, inside, make_task) -> None:
    service.on_file("result.png", then=redirect(f"{inside.url}/files/secret.png"))
    made = make_task()
    track()
    assert now(made).trouble_words.startswith("127.0.0.1 is an address inside a private network; it is not fetched.")
    assert inside.requests == []


@pytest.mark.parametrize("allowed", ["127.0.0.1:{port}", "127.0.0.1", " 127.0.0.1:{port}"])
def test_a_result_comes_from_a_private_host_that_the_operator_allows(
    service, inside, settings, make_task, as_owner, allowed
) -> None:
    port = urlsplit(inside.url).port
    service.on_get(then=task(3, image_url=f"{inside.url}/files/secret.png"))
    made = make_task()
    track()
    assert f"The operator can allow it with RESULT_HOSTS=127.0.0.1:{port}." in card(as_owner, made)
    settings.RESULT_HOSTS = [allowed.format(port=port)]
    track_again()
    assert now(made).status == "succeeded"
    assert len(inside.requests) == 1


def test_a_private_host_that_is_allowed_lets_no_other_port_in(service, inside, settings, make_task) -> None:
    settings.RESULT_HOSTS = ["127.0.0.1:9", "localhost"]
    service.on_get(then=task(3, image_url=f"{inside.url}/files/secret.png"))
    made = make_task()
    track()
    assert now(made).trouble == "fetch"
    assert inside.requests == []


@pytest.mark.parametrize("address", ["http://[broken", "http://xn--/x", "http://127.0.0.1:99999/x", "\\\\\\"])
def test_a_redirect_without_sense_is_trouble_and_no_fault_of_ours(service, caplog, make_task, address) -> None:
    service.on_file("result.png", then=redirect(address))
    made = make_task()
    track()
    assert (now(made).status, made.trouble) == ("running", "fetch")
    assert "broke off" not in caplog.text
    assert "can't be stored" not in caplog.text


def test_a_name_is_resolved_once_and_the_connection_goes_there(service, monkeypatch, make_task) -> None:
    port = urlsplit(service.url).port
    asked = []

    def resolve(host, *args, **options):
        asked.append(host)
        address = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected = []
    service.on_get(then=task(3, image_url=f"http://rebinding.example:{port}/files/result.png"))
    made = make_task()
    with monkeypatch.context() as patched:
        patched.setattr("omnistudio.core.fetch.safe_fetch.socket.getaddrinfo", _only("rebinding.example", resolve))
        patched.setattr("httpcore.AsyncConnectionPool.handle_async_request", _note(connected))
        track()
    assert asked == ["rebinding.example"]
    assert "93.184.216.34" in connected
    assert now(made).trouble == "fetch"


def _only(name, resolve):
    real = socket.getaddrinfo
    return lambda host, *args, **options: (resolve if host == name else real)(host, *args, **options)


def _note(connected):
    """Note where a request goes; those to the service go through."""
    real = httpcore.AsyncConnectionPool.handle_async_request

    async def handle(self, request):
        host = request.url.host.decode()
        connected.append(host)
        if host == "127.0.0.1":
            return await real(self, request)
        raise httpcore.ConnectError("not from a test")

    return handle


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_only_the_web_is_fetched_from(service, make_task, as_owner, address) -> None:
    service.on_get(then=task(3, image_url=address))
    made = make_task()
    for _ in range(3):
        track_again()
    assert (now(made).status, made.reason) == ("failed", "result_lost")
    assert "Only addresses that begin with http:// or https:// are fetched." in card(as_owner, made)


@pytest.mark.parametrize("address", NONSENSE)
def test_an_address_without_sense_is_trouble_and_no_fault_of_ours(service, caplog, make_task, address) -> None:
    service.on_get(then=task(3, image_url=address))
    made = make_task()
    track()
    assert (now(made).status, made.trouble) == ("running", "fetch")
    assert made.trouble_words
    assert "broke off" not in caplog.text
    assert "can't be stored" not in caplog.text


def test_the_key_does_not_travel_with_the_fetch_of_a_file(service, make_task) -> None:
    make_task()
    track()
    assert KEY not in str(service.fetches[0].headers)
    assert "authorization" not in service.fetches[0].headers
