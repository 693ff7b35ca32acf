"""A create that the service refused: the task failed, nothing was charged, and it is not sent again."""

from __future__ import annotations

import pytest

from omnistudio.gallery import text as wording
from omnistudio.gallery.models import Task
from tests.conftest import KEY
from tests.scripted_service import Behaviour, envelope, json, redirect, status
from tests.tracker.helpers import card, now, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)

REFUSALS = [
    pytest.param(envelope(0, "积分不足"), "The service said: “积分不足”", id="code 0"),
    pytest.param(envelope(0, "no credits", status=500), "The service said: “no credits”", id="code 0 under 500"),
    pytest.param(envelope(402, "pay first"), "The service said: “pay first”", id="another code"),
    pytest.param(envelope(0), "The service said: “The service refused (code 0)”", id="code 0 without a word"),
    pytest.param(status(400), "The service said: “The service refused (HTTP 400)”", id="400 with a page"),
    pytest.param(status(404), "The service said: “The service refused (HTTP 404)”", id="404 with a page"),
    pytest.param(status(413), "The service said: “The service refused (HTTP 413)”", id="413 with a page"),
    pytest.param(json({"detail": "?"}, 422), "The service said: “The service refused (HTTP 422)”", id="422"),
]


@pytest.mark.parametrize(("behaviour", "words"), REFUSALS)
def test_a_refused_task_says_why_and_costs_nothing(
    service, make_task, as_owner, behaviour: Behaviour, words: str
) -> None:
    service.on_create(behaviour)
    made = make_task()
    track()
    track_again()
    assert (now(made).status, made.reason, made.credits, made.refunded) == ("failed", "refused", None, None)
    assert (made.holder, made.lease_until, made.remote_id) == ("", None, "")
    assert made.finished_at is not None
    assert len(service.creates) == 1
    assert service.charges == 0
    assert wording.what_happened(made) == words
    assert card(as_owner, made).startswith(f"Failed {words}")
    assert "Nothing was charged" in card(as_owner, made)


def test_a_redirect_is_not_followed_with_the_key_and_names_the_setting(service, make_task, as_owner) -> None:
    service.on_create(redirect(f"{service.url}/elsewhere", 308))
    made = make_task()
    track()
    assert [one.path for one in service.requests] == ["/api/v1/tasks/create"]
    assert now(made).status == "failed"
    assert "redirect" in card(as_owner, made)
    assert "OMNI_API_URL" in card(as_owner, made)


def test_no_stored_text_contains_the_key(service, make_task, as_owner) -> None:
    service.on_create(envelope(0, f"bad key {KEY}"))
    made = make_task()
    track()
    assert KEY not in str(Task.objects.values().get())
    assert f"sk-…{KEY[-4:]}" in now(made).reason_words
    assert KEY not in as_owner.get("/").content.decode()


def test_a_refusal_as_long_as_a_book_is_cut(service, make_task, as_owner) -> None:
    service.on_create(envelope(0, "no " * 100_000))
    made = make_task()
    track()
    assert len(now(made).reason_words) <= 1000
    assert len(made.raw_answer) <= 4000
    assert card(as_owner, made).startswith("Failed The service said: “no no")


def test_words_of_the_service_are_not_markup(service, make_task, as_owner) -> None:
    service.on_create(envelope(0, "<script>alert(1)</script>"))
    made = make_task()
    track()
    page = as_owner.get("/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert now(made).status == "failed"
