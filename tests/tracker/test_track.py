"""`manage.py track --once`, and the heartbeat."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from omnistudio.core.models import Heartbeat
from omnistudio.studio.services import Submission, submit
from omnistudio.tracker import worker
from tests.scripted_service import task
from tests.tracker.helpers import notice, now, tracking, until

pytestmark = pytest.mark.django_db(transaction=True)


def test_once_does_all_that_is_due_and_ends(service, owner) -> None:
    runs = [submit(owner, Submission("a vase", "gpt-image-2", "1:1", 4))[0] for _ in range(5)]
    call_command("track", once=True)
    assert {made.status for run in runs for made in run.tasks.all()} == {"succeeded"}
    assert service.charges == 20


def test_once_ends_without_tasks(service) -> None:
    call_command("track", once=True)
    assert service.requests == []


def test_once_does_not_wait_for_tasks_that_are_not_due(service, make_task) -> None:
    made = make_task(due_at=timezone.now() + timedelta(minutes=1))
    call_command("track", once=True)
    assert (now(made).status, service.requests) == ("waiting", [])


@pytest.mark.usefixtures("step_by_step")
def test_once_polls_running_tasks_once(service, make_task) -> None:
    service.on_get(then=task(2))
    made = make_task(status="queued", remote_id="x")
    call_command("track", once=True)
    assert (now(made).status, len(service.gets)) == ("queued", 1)


def test_once_handles_lost_tasks(service, make_task) -> None:
    made = make_task(status="sending", lease_until=timezone.now() - timedelta(seconds=1))
    call_command("track", once=True)
    assert now(made).status == "unconfirmed"


def test_a_tracker_beats_while_running_and_removes_its_row_at_the_end(owner, monkeypatch) -> None:
    monkeypatch.setattr(Heartbeat, "EVERY", timedelta(0))
    monkeypatch.setattr(worker, "CHORES_SECONDS", 0.02)
    with tracking() as tracker:
        until(lambda: Heartbeat.objects.alive("tracker").exists())
        first = Heartbeat.objects.get()
        assert first.process == tracker.process
        until(lambda: Heartbeat.objects.get().beat_at > first.beat_at)
    assert not Heartbeat.objects.exists()


def test_an_idle_tracker_accumulates_nothing(db, monkeypatch) -> None:
    rounds, take_up = [], worker.Tracker._take_up

    async def count(tracker: worker.Tracker) -> int:
        rounds.append(len(asyncio.all_tasks()))
        return await take_up(tracker)

    monkeypatch.setattr(worker, "REST_SECONDS", 0.001)
    monkeypatch.setattr(worker.Tracker, "_take_up", count)
    with tracking():
        until(lambda: len(rounds) > 50)
    assert max(rounds) <= 3, "the loop, its chores, and the wait that was cut short"


def test_without_a_heartbeat_the_page_says_that_tasks_are_paused(make_task, as_owner) -> None:
    make_task(due_at=timezone.now() + timedelta(minutes=1))
    said = "Tasks are paused: the tracker isn’t running."
    assert notice(as_owner).startswith(said)
    with tracking():
        until(lambda: notice(as_owner) == "")
    assert notice(as_owner).startswith(said)
    Heartbeat.objects.create(role="tracker", process="died", beat_at=timezone.now() - Heartbeat.SILENCE)
    assert notice(as_owner).startswith(said)


def test_beats_of_yesterday_are_forgotten(db) -> None:
    Heartbeat.objects.create(role="tracker", process="old", beat_at=timezone.now() - timedelta(days=2))
    with tracking():
        until(lambda: not Heartbeat.objects.filter(process="old").exists())


def test_a_chore_that_breaks_off_does_not_stop_the_heart(service, make_task, monkeypatch, caplog) -> None:
    monkeypatch.setattr(Heartbeat, "EVERY", timedelta(0))
    monkeypatch.setattr(worker, "CHORES_SECONDS", 0.02)
    broken = iter([RuntimeError("no"), OSError("no")])

    def expire() -> int:
        for error in broken:
            raise error
        return 0

    monkeypatch.setattr(worker.services, "expire_sending", expire)
    with tracking():
        until(lambda: caplog.text.count("a chore broke off") == 2)
        last = Heartbeat.objects.get().beat_at
        until(lambda: Heartbeat.objects.get().beat_at > last)
