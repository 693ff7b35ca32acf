"""A tracker killed with SIGKILL in each state: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from collections import Counter

import pytest

from omnistudio.gallery.models import Task
from tests.concurrency.processes import kill, let_leases_pass, stuck_before_sending
from tests.conftest import picture
from tests.scripted_service import ScriptedService, answer, ok, task
from tests.tracker.files import Gate
from tests.tracker.helpers import now, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def are(tasks: list[Task]) -> Counter[str]:
    return Counter(now(made).status for made in tasks)


def all_end(tasks: list[Task]) -> None:
    until(lambda: not Task.objects.unfinished().exists(), 30)
    assert {(now(made).holder, made.lease_until, made.trouble) for made in tasks} == {("", None, "")}


def each_was_sent_once(service: ScriptedService, tasks: list[Task]) -> None:
    assert Counter(one.idempotency_key for one in service.creates) == {str(made.uuid): 1 for made in tasks}


def test_killed_while_it_holds_waiting_tasks(service, trackers, tmp_path, make_task) -> None:
    tasks = [make_task() for _ in range(6)]
    first = trackers.start(stuck_before_sending(tmp_path / "never"), wait=False)
    until(lambda: Task.objects.exclude(holder="").count() == 4, 30)
    kill(first)
    assert are(tasks) == {"waiting": 6}
    assert service.requests == []
    trackers.start()
    let_leases_pass()
    all_end(tasks)
    assert are(tasks) == {"succeeded": 6}
    each_was_sent_once(service, tasks)


def test_killed_while_it_sends(service, trackers, make_task) -> None:
    service.on_create(*[Gate(ok())] * 4)
    tasks = [make_task() for _ in range(6)]
    first = trackers.start()
    until(lambda: len(service.creates) == 4)
    kill(first)
    assert are(tasks) == {"sending": 4, "waiting": 2}
    trackers.start()
    until(lambda: are(tasks)["succeeded"] == 2, 20)
    assert are(tasks) == {"sending": 4, "succeeded": 2}, "a lease that has not passed yet is not touched"
    let_leases_pass()
    all_end(tasks)
    assert are(tasks) == {"unconfirmed": 4, "succeeded": 2}
    each_was_sent_once(service, tasks)


@pytest.mark.parametrize("state", ["queued", "running"])
def test_killed_while_it_follows(service, trackers, make_task, state: str) -> None:
    number = 1 if state == "queued" else 2
    tasks = [make_task() for _ in range(6)]
    service.on_get(then=task(number))
    first = trackers.start()
    until(lambda: are(tasks) == {state: 6}, 20)
    service.on_get(then=(gate := Gate(task(3))))
    until(lambda: Task.objects.exclude(holder="").count() == 4)
    kill(first)
    assert are(tasks) == {state: 6}
    gate.open()
    trackers.start()
    let_leases_pass()
    all_end(tasks)
    assert are(tasks) == {"succeeded": 6}
    each_was_sent_once(service, tasks)


def test_killed_while_it_saves(service, trackers, tmp_path, make_task) -> None:
    content = picture("PNG", (600, 400))
    service.on_get(then=task(3))
    service.on_file("result.png", then=(gate := Gate(answer(content))))
    tasks = [make_task() for _ in range(6)]
    first = trackers.start()
    until(lambda: len(service.fetches) == 4 and Task.objects.exclude(remote_id="").count() == 6, 20)
    kill(first)
    assert {now(made).is_saving for made in tasks} == {True, False}
    gate.open()
    trackers.start()
    let_leases_pass()
    all_end(tasks)
    assert are(tasks) == {"succeeded": 6}
    each_was_sent_once(service, tasks)
    assert [path.read_bytes() == content for path in (tmp_path / "media").rglob("*.png")] == [True] * 6
