"""The pace: close to the end often, otherwise seldom, and never more looks than the trackers keep up with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omnistudio.core.models import Heartbeat
from omnistudio.tracker.poll_interval import Pace

pytestmark = pytest.mark.django_db(transaction=True)

USUAL = 100


@pytest.fixture
def running(make_task, settings):
    """Make a task that the service took on so many seconds ago; its model usually takes 100 s."""
    settings.TRACKER = {**settings.TRACKER, "POLL_SECONDS": 2.0, "MAX_POLL_SECONDS": 30.0}
    now = timezone.now()
    make_task(status="succeeded", accepted_at=now - timedelta(seconds=USUAL), finished_at=now)

    def make(waited: float):
        return make_task(status="running", remote_id="x", followed_since=timezone.now() - timedelta(seconds=waited))

    return make


@pytest.mark.parametrize(("waited", "seconds"), [(0, 10), (75, 5), (79.5, 2), (100, 2), (150, 5), (2000, 30)])
def test_seldom_at_first_often_at_the_end_and_seldom_when_it_is_overdue(
    running, waited: float, seconds: float
) -> None:
    assert Pace().next_look(running(waited)) == pytest.approx(seconds, abs=0.3)


def test_under_load_each_task_is_polled_less_often(running, settings) -> None:
    tasks = [running(90) for _ in range(12)]
    settings.TRACKER = {**settings.TRACKER, "LOOKS_PER_SECOND": 1}
    pace = Pace()
    pace.measure()
    assert pace.next_look(tasks[0]) == 12
    for name in ("one", "two"):
        Heartbeat.beat(Heartbeat.Role.TRACKER, name)
    pace.measure()
    assert pace.next_look(tasks[0]) == 6, "two trackers share them"


def test_waiting_and_held_tasks_are_not_polled(running, make_task, owner, settings) -> None:
    make_task()
    running(90)
    owner.api_key.state = owner.api_key.State.REJECTED
    owner.api_key.save()
    settings.TRACKER = {**settings.TRACKER, "LOOKS_PER_SECOND": 0.01}
    pace = Pace()
    pace.measure()
    assert pace.least == 0


def test_usual_durations_are_not_queried_at_each_poll(running) -> None:
    pace, task = Pace(), running(50)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(5):
            pace.next_look(task)
    assert len(asked) == 1
