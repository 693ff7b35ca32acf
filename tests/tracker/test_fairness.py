"""Fairness: one person's tasks, slow answers and slow files keep nobody else waiting, nor their own new tasks."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter

import pytest

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.services import keep_key
from omnistudio.gallery.models import Task
from omnistudio.studio.services import Submission, submit
from tests.conftest import KEY, picture
from tests.scripted_service import Behaviour, Exchange, answer, ok, task
from tests.tracker.files import Gate
from tests.tracker.helpers import is_now, now, tracking, until

pytestmark = pytest.mark.django_db(transaction=True)

THEIR_KEY = "sk-" + "Z9y8X7w6" * 4


@pytest.fixture
def neighbour(teammate: User) -> User:
    """A teammate with a key of their own."""
    keep_key(teammate, THEIR_KEY, ApiKey.State.VERIFIED)
    return teammate


def by_key(**behaviours: Behaviour) -> Behaviour:
    """Another behaviour for each person."""

    async def behave(exchange: Exchange) -> None:
        await behaviours["mine" if exchange.request.key == KEY else "theirs"](exchange)

    return behave


def test_forty_slow_tasks_do_not_delay_other_people(service, settings, owner, neighbour, make_task) -> None:
    settings.TRACKER["CONCURRENCY"] = 8
    service.on_create(then=by_key(mine=(gate := Gate(ok())), theirs=ok()))
    for _ in range(10):
        submit(owner, Submission("a vase", "gpt-image-2", "1:1", 4))
    with tracking():
        until(lambda: len(service.creates) == 4)
        theirs = make_task(neighbour)
        until(lambda: is_now(theirs, "succeeded"))
        assert sum(one.key == KEY for one in service.creates) == 4
        gate.open()
        until(lambda: not Task.objects.unfinished().exists(), 30)
    assert service.charges == 41


def test_a_person_has_at_most_four_calls_at_a_time(service, owner, neighbour) -> None:
    busy: Counter[str] = Counter()
    most: Counter[str] = Counter()

    def counted(behaviour: Behaviour) -> Behaviour:
        async def behave(exchange: Exchange) -> None:
            key = exchange.request.key
            busy[key] += 1
            most[key] = max(most[key], busy[key])
            await asyncio.sleep(0.02)
            await behaviour(exchange)
            busy[key] -= 1

        return behave

    service.on_create(then=counted(ok()))
    service.on_get(then=counted(task(2, 3)))
    for person in (owner, neighbour):
        for _ in range(3):
            submit(person, Submission("a vase", "gpt-image-2", "1:1", 4))
    with tracking():
        until(lambda: not Task.objects.unfinished().exists(), 30)
    assert most == {KEY: 4, THEIR_KEY: 4}


def test_keys_never_share_a_connection(service, owner, neighbour, make_task) -> None:
    for _ in range(3):
        make_task()
        make_task(neighbour)
    with tracking():
        until(lambda: not Task.objects.unfinished().exists())
    mine, theirs = ({one.connection for one in service.gets if one.key == key} for key in (KEY, THEIR_KEY))
    assert mine
    assert theirs
    assert not mine & theirs


def test_slow_files_delay_neither_others_nor_ones_own_new_tasks(service, neighbour, make_task) -> None:
    service.on_get(then=by_key(mine=task(3, image_url=f"{service.url}/files/slow.png"), theirs=task(3)))
    service.on_file("slow.png", then=(gate := Gate(answer(picture()))))
    slow = [make_task() for _ in range(6)]
    with tracking():
        until(lambda: len(service.fetches) == 4)
        theirs = make_task(neighbour)
        until(lambda: is_now(theirs, "succeeded"))
        new = make_task()
        until(lambda: now(new).remote_id)
        assert len([one for one in service.fetches if one.name == "slow.png"]) == 4
        gate.open()
        until(lambda: not Task.objects.unfinished().exists(), 20)
    assert {now(made).status for made in slow} == {"succeeded"}


def test_downloads_without_a_free_slot_are_tried_again(service, make_task, monkeypatch) -> None:
    monkeypatch.setattr("omnistudio.tracker.downloads.PLACE_SECONDS", 0.1)
    service.on_get(then=task(3))
    service.on_file("result.png", then=(gate := Gate(answer(picture()))))
    tasks = [make_task() for _ in range(12)]
    with tracking():
        until(lambda: Task.objects.exclude(remote_id="").count() == len(tasks) and len(service.fetches) >= 4)
        until(lambda: len({one.name for one in service.gets}) > 4)  # some came that far and found no place
        assert len(service.fetches) == 4
        gate.open()
        until(lambda: not Task.objects.unfinished().exists(), 20)
    assert {now(made).status for made in tasks} == {"succeeded"}
    assert len(service.fetches) == len(tasks)


def test_at_rest_a_new_task_is_sent_within_half_a_second(service, make_task) -> None:
    took = []
    with tracking():
        for number in range(5):
            begun = time.monotonic()
            make_task()
            until(lambda number=number: len(service.creates) == number + 1)
            took.append(time.monotonic() - begun)
            until(lambda: not Task.objects.unfinished().exists())
    assert statistics.median(took) < 0.5
