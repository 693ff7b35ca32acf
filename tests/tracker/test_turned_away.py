"""A create that certainly was not processed: the task waits, is retried automatically, and costs once."""

from __future__ import annotations

import socket

import pytest

from omnistudio.gallery import text as wording
from tests.scripted_service import ok, reset_after_request, status, too_many
from tests.tracker.helpers import card, notice, now, seconds_until_due, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def nobody_listens(settings) -> None:
    """The address of the API is one where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        settings.OMNI_API_URL = f"http://127.0.0.1:{gone.getsockname()[1]}"


BUSY = [
    pytest.param(too_many(), id="429 in an envelope"),
    pytest.param(status(429), id="429 with a page"),
    pytest.param(too_many(status=503), id="503 in an envelope"),
    pytest.param(status(503), id="503 with a page"),
]


@pytest.mark.parametrize("behaviour", BUSY)
def test_a_busy_service_is_retried_and_charges_once(service, make_task, as_owner, behaviour) -> None:
    service.on_create(behaviour)
    made = make_task()
    track()
    assert (now(made).status, made.trouble, made.attempts, made.sent_at) == ("waiting", "busy", 1, None)
    assert (made.holder, made.lease_until) == ("", None)
    assert wording.trouble(made) == "The service is busy. Retrying automatically."
    assert wording.trouble(made) in card(as_owner, made)
    track_again()
    assert (now(made).status, made.trouble, made.attempts) == ("succeeded", "", 0)
    assert len(service.creates) == 2
    assert service.charges == 1


def test_retry_after_is_obeyed(service, make_task) -> None:
    service.on_create(too_many(120))
    made = make_task()
    track()
    assert 119 < seconds_until_due(made) < 140
    track()
    assert len(service.creates) == 1


def test_without_retry_after_the_waits_grow_to_a_minute(service, make_task) -> None:
    service.on_create(then=status(429))
    made = make_task()
    waits = []
    track()
    for _ in range(9):
        waits.append(seconds_until_due(made))
        track_again()
    assert waits[0] < 1.2
    assert waits[1] > 1.5
    assert waits[2] > 3
    assert all(50 < wait < 70 for wait in waits[6:])
    assert len({round(wait, 3) for wait in waits[6:]}) > 1, "all tasks would come back at the same moment"


@pytest.mark.parametrize("value", ["soon", "-5", "0", "1e9", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999"])
def test_a_retry_after_without_sense_makes_it_neither_a_storm_nor_for_ever(service, make_task, value) -> None:
    service.on_create(too_many(value))
    made = make_task()
    track()
    assert now(made).status == "waiting"
    assert 0.8 < seconds_until_due(made) < 4000


def test_a_task_whose_turn_comes_late_can_still_be_cancelled(service, make_task, as_owner) -> None:
    service.on_create(too_many(120))
    made = make_task()
    track()
    as_owner.post(f"/t/{made.pk}/cancel/")
    track_again()
    assert now(made).status == "cancelled"
    assert service.charges == 0
    assert "Nothing was charged" in card(as_owner, made)


@pytest.mark.usefixtures("nobody_listens")
def test_an_unreachable_service_is_reported_once_and_not_on_each_card(service, settings, make_task, as_owner) -> None:
    tasks = [make_task() for _ in range(3)]
    track()
    assert {(now(made).status, made.trouble) for made in tasks} == {("waiting", "unreachable")}
    assert [wording.trouble(made) for made in tasks] == ["", "", ""]
    assert card(as_owner, tasks[0]).startswith("Waiting")
    settings.OMNI_API_URL = service.url
    track_again()
    assert {now(made).status for made in tasks} == {"succeeded"}
    assert service.charges == 3


@pytest.mark.usefixtures("nobody_listens")
def test_a_service_out_of_reach_has_a_notice(make_task, as_owner, a_tracker_lives) -> None:
    make_task()
    track()
    assert notice(as_owner).startswith("The service does not answer. Your tasks are kept")


def test_an_unknown_host_name_is_unreachable(settings, make_task) -> None:
    settings.OMNI_API_URL = "http://no-such-host.invalid"
    made = make_task()
    track()
    assert (now(made).status, made.trouble) == ("waiting", "unreachable")


def test_a_lost_answer_after_a_refusal_is_unconfirmed(service, make_task) -> None:
    service.on_create(too_many(), reset_after_request(), then=ok())
    made = make_task()
    track()
    track_again()
    track_again()
    assert (now(made).status, made.trouble) == ("unconfirmed", "")
    assert len(service.creates) == 2
    assert service.charges == 1
