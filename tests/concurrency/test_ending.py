"""How a tracker ends: by a signal, by two, and when its supervisor is gone."""

from __future__ import annotations

import signal
import subprocess

import pytest

from omnistudio.core.models import Heartbeat
from omnistudio.gallery.models import Task
from tests.concurrency.processes import ENDS_WITHIN, kill, let_leases_pass, supervised
from tests.scripted_service import ok
from tests.tracker.files import Gate
from tests.tracker.helpers import now, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains(service, trackers, make_task, number) -> None:
    gate = Gate(ok())
    service.on_create(*[gate] * 4)
    tasks = [make_task() for _ in range(6)]
    tracker = trackers.start()
    until(lambda: len(service.creates) == 4)
    tracker.send_signal(number)
    with pytest.raises(subprocess.TimeoutExpired):
        tracker.wait(0.3)  # it does not end while a create waits for its answer
    gate.open()
    assert tracker.wait(ENDS_WITHIN) == 0
    assert sorted(now(made).status for made in tasks) == ["queued"] * 4 + ["waiting"] * 2
    assert set(Task.objects.values_list("holder", "lease_until")) == {("", None)}
    assert len(service.creates) == 4
    assert not Heartbeat.objects.exists()


def test_a_second_signal_ends_it_at_once_and_leases_see_to_the_rest(service, trackers, make_task) -> None:
    service.on_create(Gate(ok()))
    made = make_task()
    tracker = trackers.start()
    until(lambda: service.creates)
    tracker.terminate()
    with pytest.raises(subprocess.TimeoutExpired):
        tracker.wait(0.3)
    tracker.terminate()
    assert tracker.wait(5) == 1
    assert now(made).status == "sending"
    trackers.start()
    let_leases_pass()
    until(lambda: now(made).status == "unconfirmed")
    assert len(service.creates) == 1


def test_a_tracker_ends_with_its_supervisor(trackers, make_task) -> None:
    environment = {"OMNISTUDIO_SUPERVISED": "1"}
    supervisor = trackers.start(supervised(), environment=environment, stdout=subprocess.PIPE)
    kill(supervisor)
    supervisor.communicate(timeout=ENDS_WITHIN)  # the pipe ends with the last process that has it: the tracker
    assert not Heartbeat.objects.exists()
    assert "the supervisor is gone; ending" in trackers.log(0).read_text()
