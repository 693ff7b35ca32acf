"""Requests that certainly never left: they may be sent again by themselves."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from omnistudio.openapi_client import AnswerLost, NotSent, OpenAPIClient, Timeouts
from tests.openapi_client.helpers import KEY, QUICK, create, failure
from tests.scripted_service import ScriptedService, hang, slow, task

UNTRACED = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("late"),
    httpx.PoolTimeout("full"),
    httpx.ProxyError("407"),
    httpx.UnsupportedProtocol("gopher"),
    httpx.LocalProtocolError("bad header"),
    httpx.InvalidURL("no host"),
]
UNSURE = [
    httpx.ReadError("reset"),
    httpx.ReadTimeout("late"),
    httpx.WriteError("pipe"),
    httpx.WriteTimeout("late"),
    httpx.CloseError("close"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
    RuntimeError("anything else"),
]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where a connection is made and nobody ever says anything."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port whose queue is full, so that no further connection is made."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def never_left(url: str, timeouts: Timeouts = QUICK) -> NotSent:
    error = failure(create, url, timeouts=timeouts)
    assert type(error) is NotSent
    assert error.may_have_been_processed is False
    assert error.status_code is None
    return error


def test_a_name_that_is_not_resolved() -> None:
    assert "service" in str(never_left("http://nowhere.invalid")).lower()


def test_a_connection_that_is_refused() -> None:
    assert "refused" in str(never_left(f"http://127.0.0.1:{closed_port()}"))


def test_a_connection_that_is_not_made_in_time(full_port: int) -> None:
    assert "no connection within 0.4 s" in str(never_left(f"http://127.0.0.1:{full_port}"))


def test_a_call_that_is_over_before_the_connection_is_made(full_port: int) -> None:
    short = Timeouts(connect=30, total=0.3)
    assert "not done within 0.3 s" in str(never_left(f"http://127.0.0.1:{full_port}", short))


def test_a_tls_handshake_that_hangs(silent_port: int) -> None:
    never_left(f"https://127.0.0.1:{silent_port}")


def test_a_tls_handshake_that_fails() -> None:
    async def talk() -> NotSent:
        async def answer_in_plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(answer_in_plain, "127.0.0.1", 0)
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, OpenAPIClient(url, KEY, timeouts=QUICK) as client:
            with pytest.raises(NotSent) as caught:
                await client.create_task(model_id="gpt-image-2", prompt="a garden")
        return caught.value

    assert "SSL" in str(asyncio.run(talk()))


def test_a_proxy_that_will_not_connect(service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", service.url)
    never_left("https://api.example.org")
    assert [(one.method, one.path) for one in service.requests] == [("CONNECT", "api.example.org:443")]


def test_a_proxy_that_hangs(silent_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{silent_port}")
    never_left("https://api.example.org")


def test_a_local_service_is_reached_without_the_proxy(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    assert create(service.url).task_id


def test_a_call_for_which_no_connection_came_free(service: ScriptedService) -> None:
    service.on_get(then=hang())

    async def crowd() -> NotSent:
        timeouts = Timeouts(pool=0.2)
        async with OpenAPIClient(service.url, KEY, timeouts=timeouts, max_connections=2) as client:
            looks = [asyncio.create_task(client.get_task(f"t{n}")) for n in range(2)]
            await asyncio.to_thread(service.wait_for, lambda s: len(s.gets) == 2)
            with pytest.raises(NotSent) as caught:
                await client.create_task(model_id="gpt-image-2", prompt="a garden")
            for one in looks:
                one.cancel()
            await asyncio.gather(*looks, return_exceptions=True)
        return caught.value

    assert "no connection was free within 0.2 s" in str(asyncio.run(crowd()))
    assert service.creates == []


def test_a_place_comes_free_again_after_every_kind_of_end(service: ScriptedService) -> None:
    service.on_get(slow(task(1), 0.6), hang(), task(1), then=task(1))

    async def one_after_the_other() -> list[str]:
        ends = []
        async with OpenAPIClient(service.url, KEY, timeouts=QUICK, max_connections=1) as client:
            cancelled = asyncio.create_task(client.get_task("a"))
            await asyncio.to_thread(service.wait_for, lambda s: len(s.gets) == 1)
            cancelled.cancel()
            for task_id in ("b", "c", "d"):
                try:
                    await client.get_task(task_id)
                except Exception as error:
                    ends.append(type(error).__name__)
        return ends

    assert asyncio.run(one_after_the_other()) == ["AnswerLost", "Refused", "Refused"]


@pytest.mark.parametrize("fault", UNTRACED, ids=lambda fault: type(fault).__name__)
def test_faults_that_come_before_the_first_byte(fault: Exception) -> None:
    assert never_left_with(fault) is False


@pytest.mark.parametrize("fault", UNSURE, ids=lambda fault: type(fault).__name__)
def test_any_other_fault_of_a_transport_that_does_not_tell_counts_as_left(fault: Exception) -> None:
    assert never_left_with(fault) is True


def never_left_with(fault: Exception) -> bool:
    def fail(request: httpx.Request) -> httpx.Response:
        raise fault

    error = failure(create, "https://api.example.org", transport=httpx.MockTransport(fail))
    assert type(error) is (AnswerLost if error.may_have_been_processed else NotSent)
    return error.may_have_been_processed
