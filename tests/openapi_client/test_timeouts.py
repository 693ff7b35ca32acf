"""Every wait ends."""

from __future__ import annotations

import asyncio
import time

import pytest

from omnistudio.openapi_client import AnswerLost, OpenAPIClient, Timeouts
from tests.openapi_client.helpers import KEY, create, failure, look
from tests.scripted_service import Exchange, ScriptedService, hang, trickle


def test_the_bounds_are_these() -> None:
    bounds = Timeouts()
    assert (bounds.connect, bounds.read, bounds.write, bounds.pool, bounds.total) == (5, 30, 30, 10, 60)


@pytest.mark.parametrize("name", ["connect", "read", "write", "pool", "total"])
@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_bound_is_a_positive_number(name: str, seconds: float) -> None:
    with pytest.raises(ValueError, match=name):
        Timeouts(**{name: seconds})


def test_a_service_that_says_nothing_is_left_after_the_read_time_out(service: ScriptedService) -> None:
    service.on_create(hang())
    started = time.monotonic()
    error = failure(create, service.url, timeouts=Timeouts(read=0.3))
    assert 0.3 <= time.monotonic() - started < 2
    assert isinstance(error, AnswerLost)
    assert "nothing came for 0.3 s" in str(error)


def test_a_body_that_trickles_ends_with_the_whole_call(service: ScriptedService) -> None:
    service.on_create(trickle(seconds=0.05))
    started = time.monotonic()
    error = failure(create, service.url, timeouts=Timeouts(read=5, total=0.6))
    assert 0.6 <= time.monotonic() - started < 2
    assert isinstance(error, AnswerLost)
    assert error.status_code == 200
    assert "not done within 0.6 s" in str(error)


def test_a_head_that_trickles_ends_with_the_whole_call(service: ScriptedService) -> None:
    async def never_get_to_the_body(exchange: Exchange) -> None:
        await exchange.read()
        exchange.writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            exchange.writer.write(b"X-Wait: 1\r\n")
            await exchange.writer.drain()
            await asyncio.sleep(0.05)

    service.on_create(never_get_to_the_body)
    error = failure(create, service.url, timeouts=Timeouts(read=5, total=0.6))
    assert isinstance(error, AnswerLost)
    assert error.may_have_been_processed
    assert error.status_code is None


def test_a_slow_service_does_not_hold_up_another_call(service: ScriptedService) -> None:
    service.on_get(hang())

    async def both() -> float:
        async with OpenAPIClient(service.url, KEY) as client:
            waiting = asyncio.create_task(client.get_task("a"))
            await asyncio.to_thread(service.wait_for, lambda s: len(s.gets) == 1)
            started = time.monotonic()
            await client.create_task(model_id="gpt-image-2", prompt="a garden")
            spent = time.monotonic() - started
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        return spent

    assert asyncio.run(both()) < 2


def test_a_cancelled_call_is_cancelled_and_nothing_else(service: ScriptedService) -> None:
    service.on_create(hang())

    async def cancel() -> None:
        async with OpenAPIClient(service.url, KEY) as client:
            call = asyncio.create_task(client.create_task(model_id="gpt-image-2", prompt="a garden"))
            await asyncio.to_thread(service.wait_for, lambda s: s.creates)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    asyncio.run(cancel())


def test_a_time_out_of_the_callers_own_is_the_callers(service: ScriptedService) -> None:
    service.on_get(hang())

    async def give_up() -> None:
        async with OpenAPIClient(service.url, KEY) as client, asyncio.timeout(0.2):
            await client.get_task("a")

    with pytest.raises(TimeoutError):
        asyncio.run(give_up())


def test_a_body_without_an_end_is_bounded(service: ScriptedService) -> None:
    async def never_stop(exchange: Exchange) -> None:
        await exchange.read()
        await exchange.send(b"", length=5_000_000_000)
        while True:
            exchange.writer.write(b"x" * 65536)
            await exchange.writer.drain()

    service.on_get(never_stop)
    started = time.monotonic()
    assert "larger than 1,048,576 bytes" in str(failure(look, service.url))
    assert time.monotonic() - started < 3
