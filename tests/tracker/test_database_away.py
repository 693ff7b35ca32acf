"""The database is locked or away just when the answer to a paid request has come: the answer must not be lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from omnistudio.gallery.models import Task
from omnistudio.studio import services as studio
from omnistudio.tracker import db, poll_transitions, submit_transitions, worker
from tests.scripted_service import envelope, ok, task
from tests.tracker.files import Gate
from tests.tracker.helpers import is_now, now, track, track_again, tracking, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def away(monkeypatch) -> Callable[..., None]:
    """`away(module, name, errors)`: the function raises each of `errors`, then does its work."""
    monkeypatch.setattr(db, "PAUSE_SECONDS", 0.02)

    def make(module, name: str, errors) -> None:
        real, left = getattr(module, name), iter(errors)

        def function(*args, **options):
            for error in left:
                raise error
            return real(*args, **options)

        monkeypatch.setattr(module, name, function)

    return make


LOCKED = OperationalError("database is locked")
CLOSED = InterfaceError("the connection is closed")


@pytest.mark.parametrize(
    ("behaviour", "module", "name", "end"),
    [
        pytest.param(ok(), submit_transitions, "accepted", ("succeeded", ""), id="an acceptance"),
        pytest.param(envelope(0, "no"), submit_transitions, "refused", ("failed", "refused"), id="a refusal"),
    ],
)
def test_the_answer_to_a_create_is_recorded_once_the_database_returns(
    service, make_task, away, behaviour, module, name, end
) -> None:
    away(module, name, [LOCKED, CLOSED, LOCKED])
    service.on_create(behaviour)
    made = make_task()
    track()
    assert (now(made).status, made.reason) == end
    assert len(service.creates) == 1


@pytest.mark.parametrize(("name", "number", "status"), [("failed", 4, "failed"), ("succeeded", 3, "succeeded")])
def test_an_end_is_recorded_when_the_database_is_back(service, make_task, away, name, number, status) -> None:
    away(poll_transitions, name, [LOCKED, CLOSED])
    service.on_get(then=task(number))
    made = make_task()
    track()
    assert now(made).status == status


def test_the_acceptance_of_a_locked_row_is_recorded_later(service, make_task) -> None:
    service.on_create(gate := Gate(ok()))
    made = make_task()
    with tracking():
        until(lambda: service.creates)
        with transaction.atomic():
            Task.objects.update(variation=1)  # on SQLite the whole database is locked now, elsewhere the row
            gate.open()
            until(lambda: service.charges)
            assert now(made).status == "sending"
        until(lambda: is_now(made, "succeeded"), 25)
    assert service.charges == 1


def test_an_acceptance_that_comes_after_the_lease_has_passed_is_recorded_all_the_same(
    service, make_task, away
) -> None:
    passed = []

    def passes() -> OperationalError:
        Task.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        passed.append(worker.services.expire_sending())
        return LOCKED

    away(submit_transitions, "accepted", (passes() for _ in range(1)))
    made = make_task()
    track()
    assert passed == [1], "it was unconfirmed for a moment"
    assert (now(made).status, made.reason, made.remote_id) == ("succeeded", "", "task00000001")
    assert len(service.creates) == 1


def test_a_database_that_stays_away_leaves_the_id_in_the_log_and_its_person_can_adopt_it(
    service, make_task, away, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(db, "PERSISTENCE_SECONDS", 0.1)
    away(submit_transitions, "accepted", [LOCKED] * 100)
    made = make_task()
    track()
    assert f"could not record the answer: task {made.pk}, remote task00000001" in caplog.text
    track_again()
    assert (now(made).status, len(service.creates)) == ("unconfirmed", 1)
    studio.adopt(made, "task00000001")
    track()
    assert (now(made).status, service.charges) == ("succeeded", 1)


def test_a_tracker_that_must_end_while_the_database_is_away_leaves_the_id_in_the_log(
    service, make_task, away, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.1)
    away(submit_transitions, "accepted", [LOCKED] * 10_000)
    made = make_task()
    with tracking():
        until(lambda: service.charges)
    assert f"ended before the answer could be recorded: task {made.pk}, remote task00000001" in caplog.text
    assert now(made).status == "unconfirmed"


def test_a_database_that_is_away_for_a_while_stops_no_tracker(service, make_task, away) -> None:
    away(worker, "claim", [LOCKED])
    away(worker.services, "expire_sending", [LOCKED, CLOSED])
    made = make_task()
    with tracking():
        until(lambda: is_now(made, "succeeded"))


def test_a_send_that_could_not_be_written_down_first_does_not_leave(service, make_task, away) -> None:
    away(submit_transitions, "sending", [LOCKED])
    made = make_task()
    track()
    assert (now(made).status, service.requests) == ("waiting", [])
    track_again()
    assert (now(made).status, service.charges) == ("succeeded", 1)


def test_an_answer_that_stands_in_line_is_written_also_when_the_tracker_ends() -> None:
    """There is one thread for the database; what waits for it would be taken out of the line by a cancel."""
    written: list[str] = []

    async def ended_meanwhile() -> None:
        before = asyncio.create_task(db.in_database(time.sleep)(0.5))
        await asyncio.sleep(0.05)
        waiting = asyncio.create_task(db.persist(lambda task: written.append(task))("the id"))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await before

    asyncio.run(ended_meanwhile())
    assert written == ["the id"]
