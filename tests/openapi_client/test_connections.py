"""Which connection a request goes out on: warm ones for questions, a fresh one for each create."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from omnistudio.openapi_client import OpenAPIClient
from tests.openapi_client.helpers import KEY, PATIENT
from tests.scripted_service import Behaviour, Exchange, ScriptedService, answer, ok, slow, task

SUBMISSION = {"model_id": "gpt-image-2", "prompt": "a garden"}


def test_questions_share_a_warm_connection(service: ScriptedService) -> None:
    service.on_get(then=answer(b'{"code": 200, "data": {"task_status": 1}}'))

    async def ask_three_times() -> None:
        async with OpenAPIClient(service.url, KEY) as client:
            for _ in range(3):
                await client.get_task("a")

    asyncio.run(ask_three_times())
    assert [one.connection for one in service.gets] == [1, 1, 1]


def test_a_create_never_goes_out_on_a_connection_that_was_used_before(service: ScriptedService) -> None:
    async def mix() -> None:
        async with OpenAPIClient(service.url, KEY) as client:
            for _ in range(3):
                created = await client.create_task(**SUBMISSION)
                await client.get_task(created.task_id)

    asyncio.run(mix())
    creates = [one.connection for one in service.creates]
    gets = {one.connection for one in service.gets}
    assert len(set(creates)) == 3
    assert not gets & set(creates)
    assert all(one.headers["connection"] == "close" for one in service.creates)


def closing_as_the_second_request_leaves() -> Behaviour:
    """What may always happen to a kept-alive connection: the service closes it during the next request."""
    used = set[int]()

    async def behave(exchange: Exchange) -> None:
        if exchange.request.connection in used:
            exchange.over = True
        else:
            used.add(exchange.request.connection)
            await ok()(exchange)

    return behave


def test_a_create_lost_on_a_kept_alive_connection_never_arrived(service: ScriptedService) -> None:
    service.on_create(then=closing_as_the_second_request_leaves())

    async def keep() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.post(f"{service.url}/api/v1/tasks/create", json=SUBMISSION)
            with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
                await client.post(f"{service.url}/api/v1/tasks/create", json=SUBMISSION)

    asyncio.run(keep())
    assert service.charges == 1


def test_our_creates_never_meet_that(service: ScriptedService) -> None:
    service.on_create(then=closing_as_the_second_request_leaves())

    async def many() -> None:
        async with OpenAPIClient(service.url, KEY) as client:
            for _ in range(10):
                await client.create_task(**SUBMISSION)

    asyncio.run(many())
    assert service.charges == 10


def test_a_connection_that_the_service_has_closed_is_not_used_again() -> None:
    async def ask_twice(url: str) -> None:
        async with OpenAPIClient(url, KEY) as client:
            await client.check_key()
            await asyncio.sleep(0.4)
            assert await client.check_key() == "verified"

    with ScriptedService(keep_alive=0.1) as service:
        asyncio.run(ask_twice(service.url))
        assert [one.connection for one in service.gets] == [1, 2]


@pytest.mark.parametrize("most", [1, 3])
def test_so_many_requests_are_in_flight_at_most(service: ScriptedService, most: int) -> None:
    flying, seen = set[int](), set[int]()

    async def count(exchange: Exchange) -> None:
        flying.add(id(exchange))
        seen.add(len(flying))
        await slow(task(1) if exchange.request.method == "GET" else ok(), 0.05)(exchange)
        flying.discard(id(exchange))

    service.on_create(then=count)
    service.on_get(then=count)

    async def crowd() -> None:
        async with OpenAPIClient(service.url, KEY, timeouts=PATIENT, max_connections=most) as client:
            creates = [client.create_task(**SUBMISSION) for _ in range(6)]
            await asyncio.gather(*creates, *(client.check_key() for _ in range(6)))

    asyncio.run(crowd())
    assert max(seen) == most
    assert service.charges == 6


def test_there_is_at_least_one_connection(service: ScriptedService) -> None:
    with pytest.raises(ValueError, match="max_connections"):
        OpenAPIClient(service.url, KEY, max_connections=0)


def test_a_closed_client_says_so(service: ScriptedService) -> None:
    async def ask_too_late() -> None:
        client = OpenAPIClient(service.url, KEY)
        await client.aclose()
        await client.aclose()
        with pytest.raises(RuntimeError, match="closed"):
            await client.create_task(**SUBMISSION)

    asyncio.run(ask_too_late())
    assert service.requests == []


def test_cookies_are_not_stored(service: ScriptedService) -> None:
    service.on_get(then=answer(b'{"code": 0}', set_cookie="session=abc; Path=/"))

    async def ask_twice() -> None:
        async with OpenAPIClient(service.url, KEY) as client:
            await client.check_key()
            await client.check_key()

    asyncio.run(ask_twice())
    assert len(service.gets) == 2
    assert all("cookie" not in one.headers for one in service.gets)


def test_the_service_learns_who_asks(service: ScriptedService) -> None:
    async def ask() -> None:
        async with OpenAPIClient(service.url, KEY, user_agent="OmniStudio/1.0") as client:
            await client.check_key()

    asyncio.run(ask())
    assert service.gets[0].headers["user-agent"] == "OmniStudio/1.0"
    assert service.gets[0].headers["accept-encoding"] == "identity"
