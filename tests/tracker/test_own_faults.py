"""Faults of our own: a step that breaks off loses no task, sends nothing twice, and does not run hot."""

from __future__ import annotations

import pytest
from django.core.files.storage import FileSystemStorage

from omnistudio.gallery.models import Task
from omnistudio.tracker import outputs, poll_transitions, steps, submit_transitions
from tests.scripted_service import task
from tests.tracker.helpers import card, now, seconds_until_due, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)


def broken(*args, **options):
    raise ZeroDivisionError("a fault of our own")


def test_a_step_that_breaks_off_before_the_send_waits_a_minute_and_is_logged(
    service, make_task, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(steps, "_wanted", broken)
    made = make_task()
    track()
    assert (now(made).status, made.holder, made.lease_until) == ("waiting", "", None)
    assert 50 < seconds_until_due(made) < 70
    assert caplog.text.count("the step broke off") == 1
    assert service.requests == []
    monkeypatch.undo()
    track_again()
    assert (now(made).status, service.charges) == ("succeeded", 1)


def test_one_poisoned_task_does_not_stop_the_others(service, make_task, monkeypatch) -> None:
    poisoned, wanted = make_task(), steps._wanted
    monkeypatch.setattr(steps, "_wanted", lambda made: broken() if made.pk == poisoned.pk else wanted(made))
    others = [make_task() for _ in range(6)]
    track()
    assert {now(made).status for made in others} == {"succeeded"}
    assert now(poisoned).status == "waiting"


def test_a_step_that_breaks_off_after_the_send_is_never_repeated(service, make_task, monkeypatch, caplog) -> None:
    monkeypatch.setattr(submit_transitions, "accepted", broken)
    made = make_task()
    track()
    track_again()
    assert (now(made).status, made.reason) == ("unconfirmed", "answer_lost")
    assert service.charges == len(service.creates) == 1
    assert "was accepted as task00000001" in caplog.text, "whoever adopts it finds the id"


@pytest.mark.parametrize(
    ("module", "name", "number", "end"),
    [
        (poll_transitions, "seen", 2, "running"),
        (outputs, "saving", 3, "succeeded"),
        (poll_transitions, "succeeded", 3, "succeeded"),
    ],
)
@pytest.mark.usefixtures("step_by_step")
def test_a_look_that_breaks_off_is_repeated(service, make_task, monkeypatch, module, name, number, end) -> None:
    service.on_get(then=task(number))
    made = make_task()
    track()
    monkeypatch.setattr(module, name, broken)
    track_again()
    assert now(made).status in ("queued", "running")
    assert (made.holder, made.lease_until) == ("", None)
    assert 50 < seconds_until_due(made) < 70
    monkeypatch.undo()
    track_again()
    assert now(made).status == end
    assert len(service.creates) == 1


def test_a_full_disk_is_reported_as_our_fault_and_retried(service, make_task, as_owner, monkeypatch, caplog) -> None:
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    made = make_task()
    track()
    for _ in range(12):
        track_again()
    assert (now(made).status, made.trouble) == ("running", "fetch")
    assert 50 < seconds_until_due(made) < 70
    words = "The file can’t be downloaded yet: The studio can’t save the file at the moment."
    assert words in card(as_owner, made)
    assert "No space left" in caplog.text
    monkeypatch.undo()
    track_again()
    assert (now(made).status, made.trouble) == ("succeeded", "")
    assert service.charges == 1


def test_a_task_that_is_deleted_while_it_is_sent_leaves_its_id_in_the_log(
    service, make_task, monkeypatch, caplog
) -> None:
    accepted = submit_transitions.accepted

    def too_late(made, created):
        Task.objects.all().delete()
        return accepted(made, created)

    monkeypatch.setattr(submit_transitions, "accepted", too_late)
    make_task()
    track()
    assert "accepted also as task00000001, which nobody follows" in caplog.text
