"""A service that runs a few tasks of a key at once, and says 429 without a time to the others."""

from __future__ import annotations

import time

import pytest

from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.services import keep_key
from omnistudio.gallery.models import Task
from omnistudio.studio.services import Submission, submit
from omnistudio.tracker import throttle as throttle_module
from omnistudio.tracker.throttle import ENOUGH_ACCEPTED, Throttle
from tests.scripted_service import Exchange, ScriptedService, ok, task, too_many
from tests.tracker.helpers import tracking, until

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 0.5


class FewAtOnce:
    """A service that runs `most` tasks of a key at once, each for `SECONDS`, and turns the others away."""

    def __init__(self, service: ScriptedService, most: int) -> None:
        self.most, self.began = most, dict[str, float]()
        self.order: list[str] = []
        self.peaks: list[int] = []
        service.on_create(then=self.create)
        service.on_get(then=self.look)

    def _runs(self, task_id: str) -> bool:
        return time.monotonic() < self.began[task_id] + SECONDS

    async def create(self, exchange: Exchange) -> None:
        running = sum(map(self._runs, self.began))
        if running >= self.most:
            await too_many()(exchange)
            return
        self.peaks.append(running + 1)
        await ok()(exchange)
        made = exchange.service.tasks[-1]
        self.began[made.task_id] = time.monotonic()
        self.order.append(exchange.request.body["prompt"])

    async def look(self, exchange: Exchange) -> None:
        await exchange.read()
        await task(2 if self._runs(exchange.request.name) else 3)(exchange)


def test_a_key_goes_on_when_one_of_its_tasks_ends_and_the_oldest_comes_first(service, owner, monkeypatch) -> None:
    # Whoever waits for a back-off waits for longer than this test does.
    monkeypatch.setattr(throttle_module, "back_off", lambda attempts: 600.0)
    few = FewAtOnce(service, 2)
    for number in range(4):
        submit(owner, Submission(f"a vase, {number}", "gpt-image-2", "1:1", 2))
    with tracking():
        until(lambda: not Task.objects.unfinished().exists(), 30)
    assert set(Task.objects.values_list("status", flat=True)) == {"succeeded"}
    assert service.charges == 8
    assert max(few.peaks) == 2
    # Two at once may overtake each other; nobody is left behind.
    assert all(abs(place - sorted(few.order).index(prompt)) <= 2 for place, prompt in enumerate(few.order)), few.order


def test_a_throttled_key_does_not_delay_other_people(service, owner, teammate, make_task) -> None:
    theirs = "sk-" + "Z9y8X7w6" * 4
    keep_key(teammate, theirs, ApiKey.State.VERIFIED)

    async def behave(exchange: Exchange) -> None:
        await (ok() if exchange.request.key == theirs else too_many())(exchange)

    service.on_create(then=behave)
    submit(owner, Submission("a vase", "gpt-image-2", "1:1", 4))
    with tracking():
        until(lambda: service.creates)
        made = make_task(teammate)
        until(lambda: Task.objects.filter(pk=made.pk, status="succeeded").exists(), 5)
    assert set(Task.objects.filter(owner=owner).values_list("status", flat=True)) == {"waiting"}


def test_a_time_that_the_service_named_is_not_made_shorter_by_a_task_that_ends() -> None:
    throttle = Throttle()
    assert 30 <= throttle.turned_away(7, 30.0) <= 33
    throttle.ended(7)
    assert not throttle.waits(7)
    assert (throttle.keys(), throttle.next_in_turn()) == ([7], [])


def test_one_create_of_the_key_is_under_way_until_enough_were_taken() -> None:
    throttle = Throttle()
    throttle.turned_away(7, None)
    assert throttle.next_in_turn() == []
    assert throttle.waits(7)
    throttle.ended(7)
    assert throttle.next_in_turn() == [7]
    with throttle.creating(7):
        assert throttle.next_in_turn() == []
    for _ in range(ENOUGH_ACCEPTED):
        throttle.accepted(7)
    assert throttle.keys() == []
