"""Sending: what goes out to the service, and how an accepted task is written down."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from omnistudio.gallery.media.references import keep_reference
from omnistudio.studio.services import Submission, submit
from tests.conftest import KEY, picture
from tests.scripted_service import ok, too_many
from tests.tracker.helpers import card, now, track, track_again

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_task_ends_with_an_image_in_our_storage(service, make_task, as_owner) -> None:
    made = make_task()
    track()
    now(made)
    assert (made.status, made.trouble, made.reason, made.refunded) == ("succeeded", "", "", None)
    assert (made.remote_id, made.request_id, made.credits) == ("task00000001", "kie_task00000001", 15)
    assert (made.holder, made.lease_until, made.key_last_four) == ("", None, KEY[-4:])
    assert made.created_at <= made.sent_at <= made.accepted_at <= made.started_at <= made.finished_at
    assert service.charges == len(service.creates) == 1
    assert card(as_owner, made) == "Favourite"  # an image and its buttons, of which one is a word for a screen reader


def test_the_request_contains_what_the_person_submitted(service, owner, make_task) -> None:
    made = make_task(prompt="แจกันศิลาดล\n青瓷花瓶 “v”", model_id="seedance-2", aspect_ratio="21:9")
    track()
    assert service.creates[0].body == {
        "model_id": "seedance-2",
        "prompt": "แจกันศิลาดล\n青瓷花瓶 “v”",
        "aspect_ratio": "21:9",
    }
    assert service.creates[0].key == KEY
    assert service.creates[0].idempotency_key == str(made.uuid)


def test_auto_leaves_the_ratio_to_the_model(service, make_task) -> None:
    make_task(aspect_ratio="auto")
    track()
    assert "aspect_ratio" not in service.creates[0].body


def test_references_go_out_in_their_order_as_links_that_open(service, owner) -> None:
    references = [keep_reference(owner, ContentFile(picture(colour=colour))) for colour in ("red", "blue")]
    submit(owner, Submission("both", "nano-banana-2", "1:1", 1, references[::-1]))
    track()
    links = service.creates[0].body["image_urls"]
    got = [b"".join(Client().get(urlsplit(link).path).streaming_content) for link in links]
    assert got == [Path(reference.file.path).read_bytes() for reference in references[::-1]]


@pytest.mark.parametrize("language", ["th", "zh-hans"])
def test_requests_carry_the_language_of_the_person(service, owner, make_task, language) -> None:
    owner.language = language
    owner.save()
    make_task()
    track()
    assert service.creates[0].headers["accept-language"] == language


def test_each_variation_is_a_create_of_its_own(service, owner) -> None:
    run, _new = submit(owner, Submission("four of it", "gpt-image-2", "1:1", 4))
    track()
    assert set(run.tasks.values_list("status", flat=True)) == {"succeeded"}
    assert service.charges == 4
    assert {one.idempotency_key for one in service.creates} == {str(t.uuid) for t in run.tasks.all()}


def test_a_cancelled_task_is_not_sent(service, make_task) -> None:
    make_task(status="cancelled")
    track()
    assert service.requests == []


@pytest.mark.parametrize(
    ("said", "credits", "request_id"),
    [
        pytest.param({"credits": None, "request_id": None}, None, "", id="nothing but an id"),
        pytest.param({"credits": "12", "request_id": "r" * 900}, 12, "r" * 200, id="credits as text, long id"),
        pytest.param({"credits": 2**40, "request_id": 5}, None, "", id="numbers that can't be"),
        pytest.param({"credits": -4, "request_id": "a\0b"}, None, "a\ufffdb", id="what no database takes"),
        pytest.param({"credits": 0, "request_id": "\ud800"}, 0, "?", id="half a character"),
        pytest.param({"task_status": 9}, 15, "kie_task00000001", id="an unknown status"),
    ],
)
def test_an_unusual_acceptance_is_recorded(service, make_task, said, credits, request_id) -> None:
    service.on_create(ok(**said))
    service.on_get(then=too_many(60))
    made = make_task()
    track()
    assert (now(made).status, made.remote_id) == ("queued", "task00000001")
    assert (made.credits, made.request_id) == (credits, request_id)


def test_a_long_prompt_is_sent_in_full(service, make_task) -> None:
    make_task(prompt="ก" * 8000)
    track()
    assert service.creates[0].body["prompt"] == "ก" * 8000


def test_a_second_pass_sends_nothing_twice(service, make_task) -> None:
    make_task()
    track()
    track_again()
    assert len(service.creates) == 1
