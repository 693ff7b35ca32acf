"""A create whose answer was not read: it may have been charged, so no program sends it again."""

from __future__ import annotations

import pytest

from omnistudio.gallery import text as wording
from omnistudio.gallery.models import Task
from omnistudio.openapi_client.answers import MAX_BODY
from tests.scripted_service import (
    Behaviour,
    answer,
    charged,
    close_silently,
    envelope,
    half_json,
    hang,
    html,
    huge_body,
    json,
    redirect,
    reset_after_request,
    reset_before_reading,
    status,
    trickle,
    truncated,
)
from tests.tracker.helpers import card, now, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)

READ_AND_NO_USE = [
    pytest.param(charged(html()), "Welcome", id="a page in HTML"),
    pytest.param(half_json(), '"da', id="half a JSON"),
    pytest.param(charged(envelope(200)), '"data": null', id="data null"),
    pytest.param(charged(envelope(200, data={"credits": 15})), '"credits": 15', id="no task id"),
    pytest.param(charged(envelope(200, data={"task_id": ""})), '"task_id": ""', id="an empty task id"),
    pytest.param(charged(envelope(200, data={"task_id": "x" * 256})), "xxx", id="a task id too long to keep"),
    pytest.param(charged(envelope(200, data=["a"])), '["a"]', id="data that is a list"),
    pytest.param(charged(json("ok")), '"ok"', id="JSON that is a word"),
    pytest.param(charged(json({"msg": "taken on"})), "taken on", id="neither a code nor a task id"),
    pytest.param(charged(json({"task_id": "abc"}, 503)), "abc", id="503 that names a task"),
    pytest.param(charged(answer(b"")), "", id="nothing at all"),
    pytest.param(charged(answer(b"\xff\xfe\x00{")), "", id="bytes that are no text"),
    pytest.param(charged(status(500)), "<h1>Error</h1>", id="500"),
    pytest.param(charged(status(502)), "<h1>Error</h1>", id="502"),
    pytest.param(charged(status(504)), "<h1>Error</h1>", id="504"),
    pytest.param(charged(redirect("/elsewhere", 303)), "", id="303, done and the result is elsewhere"),
    pytest.param(truncated(b'{"code": 200, "data": {"ta'), '"ta', id="an answer that broke off"),
    pytest.param(charged(huge_body()), "", id="an answer of two megabytes"),
]
NOT_READ = [
    pytest.param(reset_after_request(), id="a reset after the request was read"),
    pytest.param(reset_before_reading(), id="a reset while it was sent"),
    pytest.param(close_silently(), id="closed without a word"),
]
TOO_LATE = [pytest.param(hang(), id="no answer"), pytest.param(trickle(seconds=0.1), id="an answer in drops")]


def is_unconfirmed_for_good(service, made: Task, client) -> None:
    """The row and the card say so, the service saw it once, and no later look sends it again."""
    track_again()
    assert (now(made).status, made.reason) == ("unconfirmed", "answer_lost")
    assert (made.remote_id, made.credits, made.holder, made.lease_until) == ("", None, "", None)
    assert made.sent_at is not None
    assert made.finished_at is not None
    assert made.reason_words
    assert len([one for one in service.requests if one.method == "POST"]) == 1
    assert service.charges <= 1
    words = wording.what_happened(made)
    assert words == "We could not confirm that the service accepted this. It may have been charged."
    shown = card(client, made)
    assert shown.startswith(f"Unconfirmed {words}")
    assert "Send again" in shown


@pytest.mark.parametrize(("behaviour", "kept"), READ_AND_NO_USE)
def test_an_unusable_answer_is_recorded_and_nothing_is_sent_again(
    service, make_task, as_owner, behaviour: Behaviour, kept: str
) -> None:
    service.on_create(behaviour)
    made = make_task()
    track()
    is_unconfirmed_for_good(service, made, as_owner)
    assert service.charges == 1
    assert kept in made.raw_answer
    assert kept in card(as_owner, made)
    assert len(made.raw_answer) <= 4000 < MAX_BODY


@pytest.mark.parametrize("behaviour", NOT_READ)
def test_no_answer_makes_it_unconfirmed(service, make_task, as_owner, behaviour: Behaviour) -> None:
    service.on_create(behaviour)
    made = make_task()
    track()
    is_unconfirmed_for_good(service, made, as_owner)
    assert made.raw_answer == ""
    assert made.reason_words.startswith("No answer came: ")


@pytest.mark.parametrize("behaviour", TOO_LATE)
def test_an_answer_that_does_not_come_in_time_makes_it_unconfirmed(
    service, settings, make_task, as_owner, behaviour: Behaviour
) -> None:
    settings.TRACKER["CALL_SECONDS"] = 0.4
    service.on_create(behaviour)
    made = make_task()
    track()
    is_unconfirmed_for_good(service, made, as_owner)
    assert service.charges == 1


def test_one_lost_answer_leaves_the_other_variations_alone(service, make_task) -> None:
    service.on_create(reset_after_request())
    tasks = [make_task() for _ in range(3)]
    track()
    assert sorted(now(made).status for made in tasks) == ["succeeded", "succeeded", "unconfirmed"]
    assert len(service.creates) == 3
