"""The circuit breaker: a service that does not answer gets one task at a time instead of all."""

from __future__ import annotations

import socket

import pytest
from django.db.models import Sum

from omnistudio.gallery.models import Task
from omnistudio.tracker.circuit_breaker import Breaker
from omnistudio.tracker.worker import Tracker
from tests.scripted_service import close_silently, status
from tests.tracker.files import Gate
from tests.tracker.helpers import track, tracking, until

pytestmark = pytest.mark.django_db(transaction=True)


def test_after_five_unanswered_calls_the_breaker_opens(settings, make_task) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        settings.OMNI_API_URL = f"http://127.0.0.1:{gone.getsockname()[1]}"
    for _ in range(20):
        make_task()
    track()
    calls = Task.objects.aggregate(calls=Sum("attempts"))["calls"]
    assert 5 <= calls <= 5 + settings.TRACKER["CONNECTIONS_PER_KEY"]
    assert set(Task.objects.values_list("status", flat=True)) == {"waiting"}


def test_after_the_pause_one_answered_call_closes_the_breaker(service, make_task, monkeypatch) -> None:
    tasks = [make_task(status="queued", remote_id=f"x{number}") for number in range(20)]
    service.on_get(then=close_silently())
    rounds = []
    take_up = Tracker._take_up

    async def note(tracker: Tracker) -> int:
        rounds.append(await take_up(tracker))
        return rounds[-1]

    monkeypatch.setattr(Tracker, "_take_up", note)
    with tracking() as tracker:
        until(lambda: tracker.breaker.is_open and not tracker.at_work)
        asked = len(service.gets)
        assert asked < len(tasks)
        service.on_get(then=(gate := Gate(status(500))))
        tracker.breaker._open_until = 0.0  # the rest is over
        until(lambda: len(service.gets) == asked + 1)
        so_far = len(rounds)
        until(lambda: len(rounds) > so_far + 3)
        assert len(service.gets) == asked + 1
        gate.open()
        until(lambda: {one.name for one in service.gets} == {made.remote_id for made in tasks})


def test_a_service_that_answers_nonsense_does_answer(service, make_task) -> None:
    service.on_get(then=status(500))
    tasks = [make_task(status="queued", remote_id=f"x{number}") for number in range(12)]
    track()
    assert len(service.gets) == len(tasks)


def test_one_answer_closes_it() -> None:
    breaker = Breaker(threshold=2, rest=60)
    breaker.missed()
    breaker.answered()
    breaker.missed()
    assert breaker.allowance(9) == 9
    breaker.missed()
    assert breaker.allowance(9) == 0
    breaker.answered()
    assert breaker.allowance(9) == 9
