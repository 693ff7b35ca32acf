"""Two trackers on the same rows: each task is sent once, and each comes to its end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from omnistudio.gallery.models import Task
from omnistudio.studio.services import Submission, submit
from tests.concurrency.processes import let_leases_pass, stuck_before_sending
from tests.tracker.helpers import is_now, now, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_each_of_forty_tasks_is_sent_once_and_succeeds(service, trackers, owner) -> None:
    trackers.start()
    trackers.start()
    for _ in range(10):
        submit(owner, Submission("a celadon vase", "gpt-image-2", "1:1", 4))
    until(lambda: not Task.objects.unfinished().exists(), 60)
    assert set(Task.objects.values_list("status", flat=True)) == {"succeeded"}
    sent = Counter(one.idempotency_key for one in service.creates)
    assert sent == {str(uuid): 1 for uuid in Task.objects.values_list("uuid", flat=True)}
    assert service.charges == 40
    assert len(set(Task.objects.values_list("remote_id", flat=True))) == 40
    assert all(Path(made.file.path).stat().st_size == made.bytes for made in Task.objects.all())
    shares = [trackers.log(number).read_text().count("was accepted as") for number in (0, 1)]
    assert sum(shares) == 40
    assert min(shares) > 0, "one did it all"


def test_a_suspended_tracker_sends_nothing_after_its_lease_ended(service, trackers, tmp_path, make_task) -> None:
    gate = tmp_path / "go-on"
    made = make_task()
    sleeper = trackers.start(stuck_before_sending(gate), wait=False)
    until(lambda: now(made).holder, 30)
    let_leases_pass()
    trackers.start()
    until(lambda: is_now(made, "succeeded"), 20)
    gate.touch()
    other = make_task()
    until(lambda: is_now(other, "succeeded"), 20)
    sleeper.terminate()
    assert sleeper.wait(20) == 0
    assert [one.idempotency_key for one in service.creates] == [str(made.uuid), str(other.uuid)]
