"""Leases: a dead tracker loses its lease, a live one keeps it, and a create that may be sent is never repeated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from omnistudio.gallery import text as wording
from omnistudio.gallery.models import Task
from omnistudio.tracker import worker
from omnistudio.tracker.services import expire_sending
from tests.conftest import picture
from tests.scripted_service import answer, ok
from tests.tracker.files import Gate
from tests.tracker.helpers import card, is_now, now, track, tracking, until

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("status", ["waiting", "queued", "running"])
def test_a_task_of_a_dead_tracker_is_taken_over(service, make_task, status: str) -> None:
    gone = {"holder": "a tracker that is gone", "lease_until": timezone.now() - SECOND}
    made = make_task(status=status, remote_id="" if status == "waiting" else "x", **gone)
    track()
    assert now(made).holder == ""
    assert (len(service.creates), len(service.gets)) == ((1, 3) if status == "waiting" else (0, 1))


@pytest.mark.parametrize("status", ["waiting", "queued", "running", "sending"])
def test_a_leased_task_is_left_alone(service, make_task, status: str) -> None:
    made = make_task(status=status, remote_id="x", holder="another", lease_until=timezone.now() + 60 * SECOND)
    track()
    assert (now(made).status, made.holder, service.requests) == (status, "another", [])


def test_a_task_whose_tracker_died_while_sending_is_unconfirmed(service, make_task, as_owner) -> None:
    made = make_task(status="sending", sent_at=timezone.now(), holder="gone", lease_until=timezone.now() - SECOND)
    track()
    assert (now(made).status, made.reason, made.holder, made.lease_until) == ("unconfirmed", "answer_lost", "", None)
    assert made.reason_words
    assert made.finished_at is not None
    assert made.revision == 2, "the page must see it"
    assert service.requests == []
    assert wording.what_happened(made) in card(as_owner, made)
    assert expire_sending() == 0


def test_a_create_under_way_is_not_declared_lost(service, make_task) -> None:
    service.on_create(gate := Gate(ok()))
    made = make_task()
    with tracking():
        until(lambda: service.creates)
        assert now(made).lease_until > timezone.now()
        track()  # another tracker comes by
        assert now(made).status == "sending"
        gate.open()
        until(lambda: is_now(made, "succeeded"))
    assert service.charges == 1


def test_the_lease_of_a_create_begins_when_it_is_sent(service, make_task) -> None:
    service.on_create(gate := Gate(ok()))
    made = make_task()
    with tracking():
        until(lambda: service.creates)
        assert now(made).lease_until >= made.sent_at + timedelta(seconds=19)
        gate.open()


def test_a_long_download_renews_its_lease(service, settings, make_task, monkeypatch) -> None:
    monkeypatch.setattr(worker, "CHORES_SECONDS", 0.05)
    settings.TRACKER |= {"LEASE_SECONDS": 1.0, "CALL_SECONDS": 0.9}
    service.on_file("result.png", gate := Gate(answer(picture())))
    made = make_task()
    with tracking():
        until(lambda: service.fetches)
        first = now(made).lease_until
        until(lambda: timezone.now() > first + SECOND / 2)
        assert now(made).lease_until > timezone.now()
        track()
        gate.open()
        until(lambda: is_now(made, "succeeded"))
    assert len(service.fetches) == 1


def test_a_tracker_without_the_lease_overwrites_nothing(service, make_task) -> None:
    service.on_file("result.png", gate := Gate(answer(picture())))
    made = make_task()
    with tracking() as tracker:
        until(lambda: service.fetches)
        Task.objects.update(holder="another", lease_until=timezone.now() + 60 * SECOND)
        gate.open()
        until(lambda: not tracker.at_work)
    assert (now(made).status, made.holder, made.file.name) == ("running", "another", "")


def test_a_tracker_that_lost_the_lease_does_not_send(service, make_task, monkeypatch) -> None:
    read = worker.queries.tasks_at_work

    def read_late(ids):
        made = read(ids)
        Task.objects.update(holder="another", lease_until=timezone.now() + 60 * SECOND)
        return made

    made = make_task()
    monkeypatch.setattr(worker.queries, "tasks_at_work", read_late)
    track()
    assert (now(made).status, made.holder, service.requests) == ("waiting", "another", [])


def test_a_lease_that_is_shorter_than_a_call_is_an_error_of_the_configuration(settings) -> None:
    assert not [error for error in run_checks() if error.id == "omnistudio.E011"]
    settings.TRACKER["LEASE_SECONDS"] = settings.TRACKER["CALL_SECONDS"]
    [error] = [error for error in run_checks() if error.id == "omnistudio.E011"]
    assert "TRACKER_LEASE_SECONDS" in error.msg
    assert error.hint
