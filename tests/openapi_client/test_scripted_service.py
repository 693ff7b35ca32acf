"""The scripted service itself: other tests believe what it says, so it has to be right."""

from __future__ import annotations

import asyncio
import threading
import time

import httpx
import pytest

from tests.openapi_client.helpers import KEY, QUICK, create, failure, look
from tests.scripted_service import (
    PNG,
    Exchange,
    ScriptedService,
    answer,
    close_silently,
    endless,
    hang,
    html,
    ok,
    redirect,
    reset_after_request,
    reset_before_reading,
    slow,
    status,
    task,
    trickle,
    truncated,
)


def fetch(url: str) -> httpx.Response:
    return httpx.get(url, timeout=2, trust_env=False)


def test_it_plays_its_queue_and_then_its_default(service: ScriptedService) -> None:
    service.on_create(status(500), status(404), then=ok(credits=7))
    assert failure(create, service.url).status_code == 500
    assert failure(create, service.url).status_code == 404
    assert [create(service.url).credits for _ in range(2)] == [7, 7]


def test_a_task_may_have_a_script_of_its_own(service: ScriptedService) -> None:
    one, two = create(service.url), create(service.url)
    service.on_get(then=task(4, msg="content policy"), task_id=two.task_id)
    assert look(service.url, one.task_id).status == 1
    assert look(service.url, two.task_id).reason == "content policy"


def test_it_counts_charged_credits_and_not_estimates(service: ScriptedService) -> None:
    service.on_create(status(500), reset_before_reading(), reset_after_request(), close_silently(), ok())
    for _ in range(4):
        failure(create, service.url)
    create(service.url)
    assert len(service.requests) == 5
    assert len(service.creates) == 4
    assert service.charges == 3
    assert [one.credits for one in service.tasks] == [15, 15, 15]


def test_it_charges_twice_for_a_create_that_is_sent_twice(service: ScriptedService) -> None:
    for _ in range(2):
        create(service.url, {"idempotency_key": "one"})
    assert service.charges == 2


def test_with_idempotency_it_charges_once() -> None:
    with ScriptedService(idempotent=True) as service:
        first = create(service.url, {"idempotency_key": "one"})
        assert create(service.url, {"idempotency_key": "one"}).task_id == first.task_id
        assert create(service.url, {"idempotency_key": "two"}).task_id != first.task_id
        assert service.charges == 2


def test_a_rejected_key_is_rejected_until_it_is_not(service: ScriptedService) -> None:
    service.rejected_keys.add(KEY)
    assert failure(create, service.url).status_code == 401
    service.rejected_keys.clear()
    assert create(service.url).task_id


def test_it_gives_files(service: ScriptedService) -> None:
    url = service.on_file("a b.mp4", then=answer(b"movie", content_type="video/mp4"))
    got = fetch(url)
    assert (got.content, got.headers["content-type"]) == (b"movie", "video/mp4")
    assert fetch(f"{service.url}/files/result.png").content == PNG
    assert fetch(f"{service.url}/files/nothing").status_code == 404
    assert [one.name for one in service.fetches] == ["a b.mp4", "result.png", "nothing"]


def test_files_misbehave_too(service: ScriptedService) -> None:
    url = service.on_file("a.png", truncated(PNG), html(), redirect("/files/b.png"), reset_after_request())
    with pytest.raises(httpx.RemoteProtocolError):
        fetch(url)
    assert fetch(url).headers["content-type"] == "text/html"
    assert fetch(url).headers["location"] == "/files/b.png"
    with pytest.raises(httpx.ReadError):
        fetch(url)


def test_an_endless_file_goes_on_until_the_client_goes_away(service: ScriptedService) -> None:
    url = service.on_file("big.mp4", endless(head=b"ftyp", content_type="video/mp4"))
    with httpx.stream("GET", url, timeout=2, trust_env=False) as got:
        assert got.headers["content-length"] == "5000000000"
        chunks = got.iter_raw(1 << 20)
        assert next(chunks).startswith(b"ftyp\0")
        assert sum(len(next(chunks)) for _ in range(20)) == 20 << 20


def test_a_trickle_comes_byte_by_byte(service: ScriptedService) -> None:
    url = service.on_file("slow.txt", trickle(b"abc", seconds=0.1))
    started = time.monotonic()
    assert fetch(url).content == b"abc"
    assert time.monotonic() - started >= 0.2


def test_it_closes_at_once_whatever_it_is_doing() -> None:
    def try_to(name: str) -> None:
        with pytest.raises(httpx.HTTPError):
            fetch(f"{service.url}/files/{name}")

    with ScriptedService() as service:
        for name, behaviour in {"hang": hang(), "trickle": trickle(), "slow": slow(html(), 60)}.items():
            service.on_file(name, behaviour)
        clients = [threading.Thread(target=try_to, args=[name]) for name in ("hang", "trickle", "slow")]
        for client in clients:
            client.start()
        service.wait_for(lambda s: len(s.fetches) == 3)
        started = time.monotonic()
    assert time.monotonic() - started < 1
    for client in clients:
        client.join()


def test_waiting_in_vain_is_a_failure(service: ScriptedService) -> None:
    with pytest.raises(AssertionError, match="not within"):
        service.wait_for(lambda s: s.creates, seconds=0.05)


def test_a_behaviour_with_a_bug_does_not_pass_unseen() -> None:
    async def broken(exchange: Exchange) -> None:
        raise LookupError("a bug of the test's own")

    def use_it() -> None:
        with ScriptedService() as service:
            service.on_create(broken)
            failure(create, service.url, timeouts=QUICK)

    with pytest.raises(LookupError, match="own"):
        use_it()


def test_many_at_once(service: ScriptedService) -> None:
    async def crowd() -> list[int]:
        async with httpx.AsyncClient(trust_env=False) as client:
            got = await asyncio.gather(*(client.get(f"{service.url}/files/result.png") for _ in range(50)))
        return [one.status_code for one in got]

    assert asyncio.run(crowd()) == [200] * 50
    assert len(service.fetches) == 50
