"""Following: what the service says of a task, and what is said and done where it says nothing of use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from omnistudio.gallery import text as wording
from omnistudio.gallery.models import Task
from tests.conftest import KEY
from tests.scripted_service import (
    Behaviour,
    answer,
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
    task,
    too_many,
    trickle,
    truncated,
)
from tests.tracker.helpers import card, notice, now, seconds_until_due, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)

STRANGE = [
    pytest.param(html(), id="a page in HTML"),
    pytest.param(half_json(), id="half a JSON"),
    pytest.param(envelope(200), id="data null"),
    pytest.param(envelope(200, data={"task_id": "abc"}), id="no task_status"),
    pytest.param(envelope(200, data={"task_status": "soon"}), id="a task_status in words"),
    pytest.param(envelope(0, "no such task"), id="code 0"),
    pytest.param(answer(b""), id="nothing at all"),
    pytest.param(json([]), id="a list"),
    pytest.param(huge_body(), id="an answer of two megabytes"),
    pytest.param(status(404), id="404"),
    pytest.param(status(500), id="500"),
    pytest.param(status(502), id="502"),
    pytest.param(redirect("https://elsewhere.example/"), id="a redirect"),
]
UNREACHABLE = [
    pytest.param(reset_after_request(), id="a reset after the request was read"),
    pytest.param(reset_before_reading(), id="a reset before it"),
    pytest.param(close_silently(), id="closed without a word"),
    pytest.param(hang(), id="no answer"),
    pytest.param(trickle(seconds=0.1), id="an answer in drops"),
    pytest.param(truncated(b'{"code": 200, "da'), id="an answer that broke off"),
]


@pytest.mark.usefixtures("step_by_step")
def test_queued_then_running_then_done_is_what_the_card_says(service, make_task, as_owner) -> None:
    made = make_task()
    track()
    track_again()
    assert now(made).status == "queued"
    assert card(as_owner, made).startswith("Queued")
    track_again()
    assert now(made).status == "running"
    assert made.started_at is not None
    assert card(as_owner, made).startswith("Running")
    track_again()
    assert now(made).status == "succeeded"


@pytest.mark.parametrize("behaviour", STRANGE)
def test_an_unusable_answer_delays_polling_and_not_the_task(
    service, make_task, as_owner, behaviour: Behaviour
) -> None:
    service.on_get(behaviour)
    made = make_task()
    track()
    assert (now(made).status, made.trouble, made.attempts) == ("queued", "strange", 1)
    assert made.remote_id == "task00000001"
    assert 0.5 < seconds_until_due(made) < 3
    assert wording.trouble(made).startswith("The service’s response can’t be read: ")
    assert wording.trouble(made) in card(as_owner, made)
    track_again()
    assert (now(made).status, made.trouble, made.trouble_words) == ("succeeded", "", "")
    assert service.charges == len(service.creates) == 1


@pytest.mark.parametrize("behaviour", UNREACHABLE)
@pytest.mark.usefixtures("a_tracker_lives")
def test_no_answer_delays_polling_and_not_the_task(
    service, settings, make_task, as_owner, behaviour: Behaviour
) -> None:
    made = make_task(status="queued", remote_id="abc", accepted_at=timezone.now(), followed_since=timezone.now())
    settings.TRACKER["CALL_SECONDS"] = 0.4
    service.on_get(behaviour)
    track()
    said = now(made).trouble
    assert (made.status, made.attempts) == ("queued", 1)
    assert said == ("strange" if "broke off" in made.trouble_words else "unreachable")
    if said == "unreachable":
        assert notice(as_owner).startswith("The service does not answer.")
    assert service.creates == []


@pytest.mark.parametrize("number", [0, 5, -1, 99, 2**31 - 1])
@pytest.mark.usefixtures("step_by_step")
def test_an_unknown_task_status_is_shown_and_polled_again(service, make_task, as_owner, number: int) -> None:
    service.on_get(task(number))
    made = make_task()
    track()
    track_again()
    assert (now(made).status, made.trouble, made.trouble_words) == ("queued", "strange", f"task_status {number}")
    assert f'"task_status": {number}' in made.raw_answer
    assert f"can’t be read: task_status {number}. Checking again automatically." in card(as_owner, made)
    track_again()
    assert (now(made).status, made.trouble) == ("running", "")


def test_a_busy_service_is_retried_after_its_delay(service, make_task, as_owner) -> None:
    service.on_get(too_many(300))
    made = make_task()
    track()
    assert (now(made).status, made.trouble) == ("queued", "busy")
    assert 299 < seconds_until_due(made) < 340
    assert "The service is busy." in card(as_owner, made)
    track()
    assert len(service.gets) == 1


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        pytest.param(task(4, msg="content policy"), "The service said: “content policy”", id="in msg"),
        pytest.param(task(4, fail_reason="ภาพไม่ผ่าน"), "The service said: “ภาพไม่ผ่าน”", id="in fail_reason"),
        pytest.param(
            task(4, msg="SUCCEED", failMsg="content policy"), "The service said: “content policy”", id="in failMsg"
        ),
        pytest.param(
            task(4, error={"message": "content policy"}), "The service said: “content policy”", id="in an object"
        ),
        pytest.param(
            task(4), "The service could not generate this and gave no reason that can be read.", id="without a word"
        ),
    ],
)
def test_a_failure_at_the_service_keeps_its_reason_and_refunds_credits(
    service, make_task, as_owner, behaviour: Behaviour, words: str
) -> None:
    service.on_get(behaviour)
    made = make_task()
    track()
    assert (now(made).status, made.reason) == ("failed", "service_failed")
    assert (made.credits, made.refunded) == (15, 15)
    assert (made.holder, made.lease_until, made.trouble) == ("", None, "")
    assert wording.what_happened(made) == words
    shown = card(as_owner, made)
    assert shown.startswith(f"Failed {words}")
    assert "15 credits refunded" in shown
    track_again()
    assert len(service.gets) == 1


def test_an_unreadable_reason_is_shown_in_the_details(service, make_task, as_owner) -> None:
    service.on_get(task(4, msg="SUCCEED", why_not="the model is asleep"))
    made = make_task()
    track()
    shown = card(as_owner, made)
    assert "gave no reason that can be read" in shown
    assert '"why_not": "the model is asleep"' in shown.partition(f"#{made.pk} failed")[2]


def test_space_around_the_address_of_a_result_does_no_harm(service, make_task) -> None:
    service.on_get(then=task(3, image_url=f" {service.url}/files/result.png\n"))
    made = make_task()
    track()
    assert now(made).status == "succeeded"


def test_credits_named_only_by_a_poll_are_recorded(service, make_task) -> None:
    service.on_create(envelope(200, data={"task_id": "abc"}))
    service.on_get(envelope(200, data={"task_status": 4, "credits": 9}), task_id="abc")
    made = make_task()
    track()
    assert (now(made).credits, made.refunded) == (9, 9)


@pytest.mark.usefixtures("step_by_step")
def test_a_task_without_an_end_is_given_up_after_the_deadline(service, settings, make_task, as_owner) -> None:
    service.on_get(then=task(2))
    made = make_task()
    track()
    track_again()
    long_ago = timezone.now() - timedelta(seconds=settings.TRACKER["DEADLINE_SECONDS"] + 1)
    Task.objects.update(followed_since=long_ago)
    track_again()
    assert (now(made).status, made.reason, made.refunded) == ("failed", "no_end", None)
    shown = card(as_owner, made)
    assert shown.startswith("Failed The service did not finish in time.")
    assert "15 credits may have been charged" in shown


@pytest.mark.parametrize(
    ("end", "status", "reason"), [(task(3), "succeeded", ""), (task(4), "failed", "service_failed")]
)
@pytest.mark.usefixtures("step_by_step")
def test_an_end_that_came_while_no_tracker_ran_is_not_missed(service, make_task, end, status, reason) -> None:
    service.on_get(end)
    made = make_task()
    track()
    Task.objects.update(followed_since=timezone.now() - timedelta(days=3))
    track_again()
    assert (now(made).status, made.reason) == (status, reason)


def test_after_the_deadline_a_task_is_given_up_only_once_several_looks_have_failed(service, make_task) -> None:
    service.on_get(then=status(500))
    made = make_task()
    track()
    Task.objects.update(followed_since=timezone.now() - timedelta(days=3), attempts=4)
    track_again()
    assert (now(made).status, made.attempts) == ("queued", 5)
    track_again()
    assert (now(made).status, made.reason) == ("failed", "no_end")


def test_a_poll_stores_no_key(service, make_task, as_owner) -> None:
    service.on_get(envelope(0, f"who is {KEY}?"))
    made = make_task()
    track()
    assert KEY not in str(Task.objects.values().get())
    assert f"sk-…{KEY[-4:]}" in card(as_owner, made)
    assert KEY not in as_owner.get("/").content.decode()
