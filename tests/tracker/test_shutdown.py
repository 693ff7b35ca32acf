"""The end: what is under way ends, what takes too long is given back, and nothing is left behind."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from django.db import connection

from omnistudio.core.models import Heartbeat
from omnistudio.gallery.models import Task
from omnistudio.tracker import db, worker
from omnistudio.tracker.worker import Tracker
from tests.conftest import picture
from tests.scripted_service import answer, ok, task
from tests.tracker.files import Gate, endless_head
from tests.tracker.helpers import now, track, track_again, tracking, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _short_drain(monkeypatch) -> None:
    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.2)


def test_a_shutdown_records_sends_and_claims_nothing_new(service, make_task, monkeypatch) -> None:
    draining, drain = threading.Event(), Tracker._drain

    async def drain_aloud(tracker: Tracker) -> None:
        draining.set()
        await drain(tracker)

    monkeypatch.setattr(Tracker, "_drain", drain_aloud)
    service.on_create(gate := Gate(ok()))
    first = make_task()
    with tracking() as tracker:
        until(lambda: service.creates)
        tracker.stop()
        assert draining.wait(10)
        second = make_task()
        gate.open()
    assert (now(first).status, now(second).status) == ("queued", "waiting")
    assert (now(first).holder, now(second).holder) == ("", "")
    assert service.charges == 1
    track()
    assert {now(first).status, now(second).status} == {"succeeded"}
    assert service.charges == 2


@pytest.mark.usefixtures("_short_drain")
def test_a_create_that_does_not_end_in_time_is_unconfirmed_at_once(service, make_task) -> None:
    service.on_create(Gate(ok()))
    made = make_task()
    with tracking():
        until(lambda: service.creates)
    assert (now(made).status, made.reason, made.lease_until) == ("unconfirmed", "answer_lost", None)
    track_again()
    assert len(service.creates) == 1


@pytest.mark.usefixtures("_short_drain")
def test_a_poll_that_is_too_slow_releases_its_lease(service, make_task) -> None:
    service.on_get(Gate(task(1)))
    made = make_task(status="queued", remote_id="x")
    with tracking():
        until(lambda: service.gets)
    assert (now(made).status, made.holder, made.lease_until) == ("queued", "", None)


@pytest.mark.parametrize("behaviour", [Gate(answer(b"")), endless_head()], ids=["no answer", "in drops"])
@pytest.mark.usefixtures("_short_drain")
def test_a_download_releases_its_lease_at_once(service, settings, make_task, behaviour) -> None:
    settings.TRACKER["COLLECT_SECONDS"] = 3600.0
    service.on_get(then=task(3))
    service.on_file("result.png", behaviour)
    made = make_task()
    with tracking():
        until(lambda: service.fetches)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert (now(made).status, made.holder, made.file.name) == ("running", "", "")
    track()
    assert now(made).status == "succeeded"


def test_a_shutdown_leaves_no_threads_or_heartbeat(service, make_task) -> None:
    before = set(threading.enumerate())
    service.on_file("result.png", answer(picture()))
    make_task()
    with tracking():
        until(lambda: not Task.objects.unfinished().exists())
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert not {name for name in left if not name.startswith("ThreadPoolExecutor")}
    assert not Heartbeat.objects.exists()
    assert asyncio.run(db.in_database(lambda: connection.connection)()) is None, "the thread's own connection"
