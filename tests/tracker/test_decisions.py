"""What a person decides about a task: send again, adopt, dismiss, cancel, retry, against a tracker at work."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.utils import timezone

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.services import keep_key
from omnistudio.gallery import text as wording
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Task
from omnistudio.studio import services as studio
from omnistudio.tracker import steps, worker
from tests.conftest import picture
from tests.scripted_service import (
    ScriptedService,
    envelope,
    ok,
    redirect,
    reset_after_request,
    status,
    task,
    too_many,
    unauthorized,
)
from tests.tracker.files import Gate
from tests.tracker.helpers import card, now, track, track_again, tracking, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lost(service, make_task) -> Task:
    """A task that the service took on as task00000001, and whose answer was lost."""
    service.on_create(reset_after_request())
    made = make_task()
    track()
    return now(made)


def at_once(*acts) -> list:
    """What each of `acts` gives, begun at the same moment in threads with connections of their own."""
    barrier, given = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        barrier.wait(10)
        try:
            given[number] = acts[number]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return given


# ------------------------------------------------------------------ send again
def test_send_again_goes_out_under_the_same_idempotency_key(service, lost, as_owner) -> None:
    as_owner.post(f"/t/{lost.pk}/send-again/")
    track()
    assert (now(lost).status, lost.reason, lost.reason_words) == ("succeeded", "", "")
    assert {one.idempotency_key for one in service.creates} == {str(lost.uuid)}
    assert len(service.creates) == 2


def test_send_again_costs_nothing_where_the_service_honours_the_key(settings, make_task, as_owner) -> None:
    with ScriptedService(idempotent=True) as service:
        settings.OMNI_API_URL = service.url
        service.on_create(reset_after_request())
        made = make_task()
        track()
        as_owner.post(f"/t/{made.pk}/send-again/")
        track()
        assert (now(made).status, made.remote_id) == ("succeeded", "task00000001")
        assert (len(service.creates), service.charges) == (2, 1)


def test_send_again_with_references_is_the_same_request(service, owner, as_owner, monkeypatch) -> None:
    """To the letter: under the same key a service takes anything else for another request, and refuses it."""
    service.on_create(reset_after_request())
    pictures = [keep_reference(owner, ContentFile(picture(colour=colour))) for colour in ("red", "blue")]
    run, _new = studio.submit(owner, studio.Submission("a vase", "gpt-image-2", "1:1", 1, pictures))
    track()
    later = time.time() + 7200
    monkeypatch.setattr("time.time", lambda: later)
    as_owner.post(f"/t/{run.tasks.get().pk}/send-again/")
    track()
    first, second = service.creates
    assert first.body == second.body
    assert len(first.body["image_urls"]) == 2


def test_a_refusal_after_send_again_leaves_the_first_attempt_open(service, lost, as_owner) -> None:
    """It may have been charged then: the task stays unconfirmed, and its id can still be entered."""
    service.on_create(too_many(), envelope(0, "too few credits"))
    as_owner.post(f"/t/{lost.pk}/send-again/")
    track()
    track_again()
    assert len(service.creates) == 3
    assert (now(lost).status, lost.reason, lost.reason_words) == ("unconfirmed", "answer_lost", "too few credits")
    assert "Nothing was charged" not in card(as_owner, lost)
    as_owner.post(f"/t/{lost.pk}/adopt/", {"remote_id": "task00000001"})
    track()
    assert now(lost).status == "succeeded"


def test_send_again_pressed_in_two_tabs_sends_once(service, lost) -> None:
    pressed = at_once(lambda: studio.send_again(lost), lambda: studio.send_again(lost))
    assert sorted(pressed) == [False, True]
    track()
    assert len(service.creates) == 2


def test_an_answer_that_comes_after_all_is_the_truth_whatever_was_decided_meanwhile(
    service, settings, make_task
) -> None:
    """The lease passes while the POST still waits, and the person decides; then the service says yes."""
    decisions = [lambda made: None, studio.send_again, studio.dismiss, _send_again_and_cancel]
    settings.TRACKER["CALL_SECONDS"] = 20.0
    gates = [Gate(ok()) for _ in decisions]
    service.on_create(*gates)
    tasks = [make_task() for _ in decisions]
    keyed = {str(made.uuid): decide for made, decide in zip(tasks, decisions, strict=True)}
    with tracking() as tracker:
        until(lambda: len(service.creates) == len(tasks))
        tracker.breaker._open_until = float("inf")  # what waits stays: nothing new is taken up
        Task.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        until(lambda: Task.objects.filter(status="unconfirmed").count() == len(tasks))
        for made in tasks:
            keyed[str(made.uuid)](now(made))
        for gate in gates:
            gate.open()
        until(lambda: not Task.objects.filter(remote_id="").exists())
    track_again()
    assert {now(made).status for made in tasks} == {"succeeded"}
    assert {made.reason for made in tasks} == {""}
    assert service.charges == len(service.creates) == len(tasks)


def _send_again_and_cancel(made: Task) -> None:
    studio.send_again(made)
    studio.cancel(made)


# ------------------------------------------------------------------ adopt
def test_an_adopted_id_that_the_service_knows_is_followed_to_its_end(service, lost, as_owner) -> None:
    as_owner.post(f"/t/{lost.pk}/adopt/", {"remote_id": " task00000001 "})
    assert (now(lost).status, lost.adopted) == ("queued", True)
    track()
    assert (now(lost).status, lost.adopted, lost.credits, lost.reason) == ("succeeded", False, 15, "")
    assert len(service.creates) == service.charges == 1


def test_an_adopted_id_that_the_service_does_not_know_is_unconfirmed_again(service, lost, as_owner) -> None:
    as_owner.post(f"/t/{lost.pk}/adopt/", {"remote_id": "../admin?x=<b>"})
    track()
    assert (now(lost).status, lost.reason, lost.remote_id, lost.adopted) == ("unconfirmed", "unknown_id", "", False)
    words = "The service can’t find the task ID ../admin?x=<b>. You may still have been charged."
    assert wording.what_happened(lost) == words
    assert words in card(as_owner, lost)
    assert "x=<b>" not in as_owner.get("/").content.decode()
    assert service.gets[-1].path == "/api/v1/tasks/..%2Fadmin%3Fx%3D%3Cb%3E"
    as_owner.post(f"/t/{lost.pk}/adopt/", {"remote_id": "task00000001"})
    track()
    assert now(lost).status == "succeeded"
    assert len(service.creates) == 1


def test_an_id_that_another_task_follows_is_not_adopted(service, lost, make_task, as_owner) -> None:
    other = make_task()
    track()
    said = as_owner.post(f"/t/{lost.pk}/adopt/", {"remote_id": now(other).remote_id}, headers={"HX-Request": "true"})
    assert f"This ID belongs to #{other.pk}." in said.text
    assert now(lost).status == "unconfirmed"


@pytest.mark.parametrize(
    ("behaviour", "trouble"),
    [
        pytest.param(status(403), "strange", id="a bare 403"),
        pytest.param(envelope(500, "away"), "strange", id="500 in an envelope"),
        pytest.param(status(500), "strange", id="500"),
        pytest.param(too_many(1), "busy", id="429"),
        pytest.param(reset_after_request(), "unreachable", id="a reset"),
        pytest.param(redirect("/elsewhere"), "strange", id="a redirect"),
    ],
)
def test_an_adopted_id_is_not_called_unknown_for_another_trouble(service, lost, behaviour, trouble) -> None:
    service.on_get(behaviour)
    studio.adopt(lost, "task00000001")
    track()
    assert (now(lost).status, lost.trouble, lost.adopted) == ("queued", trouble, True)
    track_again()
    assert now(lost).status == "succeeded"


def test_an_adopted_id_waits_for_a_key_like_any_other(service, owner: User, lost) -> None:
    service.on_get(unauthorized())
    studio.adopt(lost, "task00000001")
    track()
    assert (now(lost).status, lost.trouble) == ("queued", "key")
    keep_key(owner, "sk-" + "Z9y8X7w6" * 4, ApiKey.State.VERIFIED)
    track()
    assert now(lost).status == "succeeded"


def test_an_adopted_task_takes_over_the_failure(service, lost) -> None:
    service.on_get(task(4, msg="content policy"))
    studio.adopt(lost, "task00000001")
    track()
    assert (now(lost).status, lost.reason_words, lost.refunded) == ("failed", "content policy", 15)


def test_an_adopted_id_of_another_kind_stores_its_result(service, lost, make_task) -> None:
    video = make_task(model_id="seedance-2")
    picture = {"task_status": 3, "image_url": f"{service.url}/files/result.png"}
    service.on_get(envelope(200, data=picture), task_id="x")
    Task.objects.filter(pk=video.pk).update(status="unconfirmed")
    studio.adopt(video, "x")
    track()
    assert (now(video).status, video.kind, video.file_kind) == ("succeeded", "image", "image")


# ------------------------------------------------------------------ dismiss, cancel, retry
def test_a_dismissed_task_is_never_sent(service, lost, as_owner) -> None:
    as_owner.post(f"/t/{lost.pk}/dismiss/")
    track_again()
    assert (now(lost).status, lost.reason) == ("failed", "dismissed")
    assert len(service.creates) == 1
    assert "You dismissed this task before we could confirm that the service accepted it." in card(as_owner, lost)


def test_either_cancel_or_claim_wins(service, make_task, monkeypatch) -> None:
    claiming, claim = threading.Event(), worker.claim

    def claim_aloud(*args, **options):
        claiming.set()
        return claim(*args, **options)

    monkeypatch.setattr(worker, "claim", claim_aloud)
    with tracking():
        for _ in range(8):
            claiming.clear()
            made = make_task()
            assert claiming.wait(10)
            cancelled = studio.cancel(made)
            until(lambda made=made: Task.objects.filter(pk=made.pk, status__in=Task.FINISHED).exists())
            sent = str(made.uuid) in {one.idempotency_key for one in service.creates}
            assert (now(made).status, sent) == (("cancelled", False) if cancelled else ("succeeded", True))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        pytest.param(worker, "claim", id="after the claim"),
        pytest.param(steps.submit_transitions, "sending", id="before it is said"),
    ],
)
def test_a_cancel_before_the_send_is_respected(service, make_task, monkeypatch, module, name) -> None:
    real, made = getattr(module, name), make_task()

    def and_cancel(*args, **options):
        given = real(*args, **options) if name == "claim" else None
        assert studio.cancel(made)
        return real(*args, **options) if name == "sending" else given  # here the task was read: only its row knows

    monkeypatch.setattr(module, name, and_cancel)
    track()
    assert (now(made).status, service.requests) == ("cancelled", [])


def test_retry_twice_at_once_is_one_task_and_one_charge(service, make_task) -> None:
    service.on_create(envelope(0, "no"))
    made = make_task()
    track()
    pressed = at_once(*[lambda: studio.retry(Task.objects.get(pk=made.pk))] * 3)
    assert sorted(is_new for _task, is_new in pressed) == [False, False, True]
    assert len({again.pk for again, _new in pressed}) == 1
    track()
    assert Task.objects.count() == 2
    assert service.charges == 1
