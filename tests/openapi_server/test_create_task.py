from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import Job, Key, LedgerEntry
from omnistudio.openapi_server.services import jobs
from tests.openapi_server.conftest import Api


def test_it_answers_as_the_contract_says(api: Api) -> None:
    response = api.create(aspect_ratio="16:9", image_urls=[])
    answer = response.json()
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert (answer["code"], answer["msg"]) == (200, "提交成功,等待生成")
    assert set(answer["data"]) == {"task_id", "request_id", "credits"}
    assert re.fullmatch(r"[a-z0-9]{12,}", answer["data"]["task_id"])
    assert re.fullmatch(r"omni_[a-z0-9]{12}", answer["data"]["request_id"])
    assert answer["data"]["credits"] == 15


def test_the_fields_of_data_stand_at_the_top_too_with_the_first_status(api: Api) -> None:
    answer = api.create().json()
    assert {name: answer[name] for name in answer["data"]} == answer["data"]
    assert answer["task_status"] == 1
    assert "task_status" not in answer["data"]


def test_it_records_the_request(api: Api, owner: User) -> None:
    job = api.make(prompt="  ดอกบัว\n", model_id="seedance-2", aspect_ratio="9:16", image_urls=["https://e.com/a.png"])
    assert (job.owner, job.status) == (owner, Job.Status.QUEUED)
    assert (job.prompt, job.kind, job.aspect_ratio, job.image_urls) == (
        "ดอกบัว",
        "video",
        "9:16",
        ["https://e.com/a.png"],
    )
    assert job.key is not None
    assert job.key.name == "Render farm"


@pytest.mark.parametrize("ratio", [None, "", "auto"])
def test_no_aspect_ratio_is_the_engines_choice(api: Api, ratio: str | None) -> None:
    assert api.make(aspect_ratio=ratio).aspect_ratio == ""


def test_the_same_request_twice_makes_two_variations(api: Api) -> None:
    assert api.make().seed != api.make().seed


def test_unknown_fields_are_ignored(api: Api) -> None:
    assert api.create(webhook="https://e.com", n=4).json()["code"] == 200


def test_it_charges_when_it_creates(api: Api, left: Any) -> None:
    job = api.make()
    entry = job.entries.get()
    assert (entry.kind, entry.credits, entry.key) == ("charge", -15, job.key)
    assert left() == 85


def test_too_few_credits_say_what_is_needed_and_what_there_is(api: Api, left: Any) -> None:
    api.create(model_id="seedance-2")
    response = api.create(model_id="seedance-2")
    assert response.status_code == 200
    assert response.json() == {"code": 0, "msg": "This needs 60 credits, but you have 40.", "data": None}
    assert left() == 40
    assert Job.objects.count() == 1


def test_credits_can_be_spent_to_the_last(api: Api, left: Any, settings: Any) -> None:
    settings.OPENAPI_SERVER["CREDITS_IMAGE"] = 100
    assert api.create().json()["code"] == 200
    assert left() == 0


def test_a_charge_that_can_not_be_written_leaves_no_job(api: Api, left: Any, monkeypatch: Any) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(jobs.credits, "charge", broken)
    response = api.create()
    assert (response.status_code, response.json()["code"]) == (500, 0)
    assert not Job.objects.exists()
    assert left() == 100


REFUSED = [
    ({"model_id": None}, "model_id is missing. Available: seedance-2, gpt-image-2, nano-banana-2."),
    ({"model_id": "dall-e"}, 'There is no model "dall-e". Available: seedance-2, gpt-image-2, nano-banana-2.'),
    ({"model_id": ["gpt-image-2"]}, "There is no model"),
    ({"prompt": None}, "prompt is missing"),
    ({"prompt": " \n "}, "prompt is missing"),
    ({"prompt": 7}, "prompt is missing"),
    ({"prompt": "x" * 8001}, "The prompt has 8001 characters; at most 8000 are allowed."),
    ({"prompt": "a\x00b"}, "The prompt has a character that is not text."),
    ({"prompt": "\ud800"}, "The prompt has a character that is not text."),
    ({"aspect_ratio": "7:5"}, 'There is no aspect_ratio "7:5"'),
    ({"aspect_ratio": 1.5}, "There is no aspect_ratio 1.5"),
    ({"image_urls": "https://e.com/a.png"}, "image_urls is not a list"),
    ({"image_urls": ["https://e.com/a.png"] * 9}, "There are 9 image_urls; at most 8 are allowed."),
    ({"image_urls": ["ftp://e.com/a.png"]}, "is not an http or https address"),
    ({"image_urls": ["https://"]}, "is not an http or https address"),
    ({"image_urls": ["http://[::1/a.png"]}, "is not an http or https address"),
    ({"image_urls": [None]}, "is not an http or https address"),
    ({"image_urls": ["https://e.com/" + "a" * 2048]}, "is not an http or https address"),
]


@pytest.mark.parametrize(("fields", "reason"), REFUSED)
def test_an_impossible_request_is_code_0_with_a_reason(api: Api, fields: dict[str, Any], reason: str) -> None:
    response = api.create(**fields)
    assert response.status_code == 200
    assert response.json()["code"] == 0
    assert response.json()["data"] is None
    assert reason in response.json()["msg"]
    assert not Job.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[1]", '"x"', "null", "[" * 100_000, "\xff"])
def test_a_body_that_is_no_object_is_code_0(api: Api, body: str) -> None:
    response = api.create(body=body.encode("latin-1"))
    assert (response.status_code, response.json()["code"]) == (200, 0)


def test_a_prompt_of_8000_characters_fits_however_it_is_written(api: Api) -> None:
    prompt = "\U0001f3ee" * 8000
    assert api.create(body=json.dumps({"model_id": "gpt-image-2", "prompt": prompt}).encode()).json()["code"] == 200
    assert Job.objects.get().prompt == prompt


def test_a_body_that_is_too_long_is_not_read(api: Api) -> None:
    assert api.create(body=b"x" * (256 * 1024 + 1)).json()["msg"] == "The body is longer than 256 KB."


def test_a_model_added_by_a_setting_is_accepted(api: Api, settings: Any) -> None:
    settings.OMNI_MODELS = "omni-flash:Omni Flash:video,"
    job = api.make(model_id="omni-flash")
    assert (job.kind, job.credits) == ("video", 60)


def test_it_needs_no_csrf_token_and_no_session(secret: str) -> None:
    api = Api(secret)
    api.client.handler.enforce_csrf_checks = True
    assert api.create().json()["code"] == 200


BAD_HEADERS = [
    "",
    "Bearer",
    "Bearer sk-",
    "Bearer sk-" + "x" * 32,
    "Basic abc",
    "sk-" + "x" * 32,
    "Bearer sk-" + "é" * 32,
]


@pytest.mark.parametrize("authorization", BAD_HEADERS)
def test_without_a_good_key_it_is_401_in_the_envelope(api: Api, authorization: str) -> None:
    response = api.create(headers={"Authorization": authorization})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["code"] == 401
    assert response.json()["data"] is None
    assert not Job.objects.exists()


def test_a_key_in_another_case_is_another_key(api: Api, secret: str) -> None:
    swapped = "sk-" + secret[3:].swapcase()
    assert api.create(headers={"Authorization": f"Bearer {swapped}"}).status_code == 401


def test_a_revoked_key_is_401(api: Api) -> None:
    Key.objects.update(revoked_at=timezone.now())
    assert api.create().status_code == 401


def test_the_key_of_a_deactivated_person_is_401(api: Api, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert api.create().status_code == 401


def test_the_use_of_a_key_is_noted_once_a_minute(api: Api, django_assert_num_queries: Any) -> None:
    api.get("")
    first = Key.objects.get().last_used_at
    assert first is not None
    with django_assert_num_queries(1):
        api.get("")
    assert Key.objects.get().last_used_at == first


@pytest.mark.parametrize(
    ("asked", "code", "reason"),
    [("th", "th", None), ("zh-CN,zh;q=0.9", "zh-hans", None), ("fr, *", "en", "prompt is missing")],
)
def test_reasons_come_in_the_language_of_the_request(api: Api, asked: str, code: str, reason: str | None) -> None:
    response = api.create(prompt="", headers={"Accept-Language": asked})
    assert response["Content-Language"] == code
    if reason:
        assert reason in response.json()["msg"]


def test_the_language_of_a_browser_does_not_matter(api: Api, settings: Any) -> None:
    api.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "th"
    assert api.create(prompt="")["Content-Language"] == "en"


def test_the_same_idempotency_key_gives_the_first_answer_again(api: Api, left: Any) -> None:
    first = api.create(headers={"Idempotency-Key": "one"}).json()
    Job.objects.update(status=Job.Status.SUCCEEDED, finished_at=timezone.now())
    assert api.create(headers={"Idempotency-Key": "one"}).json() == first
    assert left() == 85


def test_the_first_answer_comes_again_also_without_credits(api: Api, settings: Any) -> None:
    settings.OPENAPI_SERVER["CREDITS_IMAGE"] = 100
    first = api.create(headers={"Idempotency-Key": "one"}).json()
    assert api.create(headers={"Idempotency-Key": "one"}).json() == first


def test_an_idempotency_key_with_another_body_is_code_0(api: Api, left: Any) -> None:
    api.create(headers={"Idempotency-Key": "one"})
    answer = api.create(headers={"Idempotency-Key": "one"}, prompt="something else").json()
    assert answer == {"code": 0, "msg": "This Idempotency-Key was used for another request.", "data": None}
    assert left() == 85


def test_two_people_may_use_the_same_idempotency_key(api: Api, strangers_api: Api) -> None:
    first = api.create(headers={"Idempotency-Key": "one"}).json()
    second = strangers_api.create(headers={"Idempotency-Key": "one"}).json()
    assert first["task_id"] != second["task_id"]


def test_a_refused_request_does_not_use_up_its_idempotency_key(api: Api, owner: User) -> None:
    LedgerEntry.objects.all().delete()
    assert api.create(headers={"Idempotency-Key": "one"}).json()["code"] == 0
    LedgerEntry.objects.create(owner=owner, kind="grant", credits=15)
    assert api.create(headers={"Idempotency-Key": "one"}).json()["code"] == 200


def test_an_idempotency_key_that_is_too_long_is_code_0(api: Api) -> None:
    assert api.create(headers={"Idempotency-Key": "x" * 256}).json()["code"] == 0


def test_get_is_405_in_the_envelope(api: Api) -> None:
    response = api.get("create")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert response.json() == {"code": 0, "msg": "GET is not supported at this address.", "data": None}


@pytest.mark.parametrize("first", [True, False])
def test_a_database_that_goes_away_never_says_that_nothing_was_charged(
    api: Api, monkeypatch: Any, left: Any, first: bool
) -> None:
    """The connection may end in the very moment of the commit: with a key to ask again by, later; else unknown."""
    create = jobs.create_job

    def commits_and_breaks_off(*args: Any, **options: Any) -> None:
        create(*args, **options)
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "create_job", commits_and_breaks_off)
        headers = {"Idempotency-Key": "abc"} if first else {}
        response = api.create(headers=headers)
    assert left() == 85
    if first:
        assert (response.status_code, response["Retry-After"]) == (503, "2")
        assert api.create(headers=headers).json()["code"] == 200
        assert left() == 85, "the task of the first time, and no other charge"
    else:
        assert response.status_code == 500
        assert "code" not in response.json()
