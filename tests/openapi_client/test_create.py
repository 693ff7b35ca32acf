"""What a create sends, and what comes of its answer."""

from __future__ import annotations

import pytest

from omnistudio.openapi_client import TaskStatus
from tests.openapi_client.helpers import KEY, create
from tests.scripted_service import ScriptedService, envelope, json, ok


def test_it_posts_the_request_with_the_key(service: ScriptedService) -> None:
    create(service.url, {"image_urls": ["https://example.org/a.png"], "aspect_ratio": "16:9"})
    [sent] = service.creates
    assert sent.path == "/api/v1/tasks/create"
    assert sent.key == KEY
    assert sent.headers["content-type"] == "application/json"
    assert sent.body == {
        "model_id": "gpt-image-2",
        "prompt": "a serene zen garden",
        "image_urls": ["https://example.org/a.png"],
        "aspect_ratio": "16:9",
    }


@pytest.mark.parametrize("ratio", [None, "auto"])
def test_it_omits_unset_fields(service: ScriptedService, ratio: str | None) -> None:
    create(service.url, {"aspect_ratio": ratio, "image_urls": ()})
    [sent] = service.creates
    assert sent.body == {"model_id": "gpt-image-2", "prompt": "a serene zen garden"}
    assert sent.idempotency_key is None
    assert "accept-language" not in sent.headers


def test_it_sends_the_idempotency_key_and_the_language(service: ScriptedService) -> None:
    create(service.url, {"idempotency_key": "4f6d2b1e-0001", "language": "zh-hans"})
    [sent] = service.creates
    assert sent.idempotency_key == "4f6d2b1e-0001"
    assert sent.headers["accept-language"] == "zh-hans"


@pytest.mark.parametrize("prompt", ["สวนเซน 禅意花园 🏯", 'quotes " and \\ and \n', "\ud800 half a pair", "x" * 8000])
def test_any_prompt_arrives_as_it_was(service: ScriptedService, prompt: str) -> None:
    create(service.url, {"prompt": prompt})
    assert service.creates[0].body["prompt"] == prompt


@pytest.mark.parametrize(
    "wanted",
    [
        {"idempotency_key": "two\r\nlines"},
        {"idempotency_key": ""},
        {"idempotency_key": "กุญแจ"},
        {"language": "en\r\nX-Evil: 1"},
        {"language": " en"},
    ],
)
def test_an_invalid_header_value_is_refused_before_sending(service: ScriptedService, wanted: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wanted))):
        create(service.url, wanted)
    assert service.requests == []


def test_the_answer_of_the_page_is_read(service: ScriptedService) -> None:
    service.on_create(ok(task_id="abcdef123456", request_id="kie_xxxxxxxxxxxx", credits=15))
    created = create(service.url)
    assert (created.task_id, created.request_id, created.credits) == ("abcdef123456", "kie_xxxxxxxxxxxx", 15)
    assert created.status is TaskStatus.QUEUED
    assert created.known
    assert '"task_id": "abcdef123456"' in created.raw
    assert "提交成功" in created.raw
    assert service.charges == 1


@pytest.mark.parametrize("status", [200, 201, 400, 429, 500, 503])
def test_an_envelope_that_says_200_is_a_success_under_any_status(service: ScriptedService, status: int) -> None:
    service.on_create(envelope(200, status=status, data={"task_id": "abc"}))
    assert create(service.url).task_id == "abc"


@pytest.mark.parametrize("body", [{"task_id": "abc"}, {"code": None, "data": {"task_id": "abc", "credits": 15}}])
@pytest.mark.parametrize("status", [200, 201])
def test_an_answer_without_a_code_that_names_the_task_is_a_success(
    service: ScriptedService, body: dict[str, object], status: int
) -> None:
    service.on_create(json(body, status))
    assert create(service.url).task_id == "abc"


@pytest.mark.parametrize("code", [200, "200", 200.0])
def test_the_code_may_be_written_in_other_ways(service: ScriptedService, code: object) -> None:
    service.on_create(json({"code": code, "data": {"task_id": "abc"}}))
    assert create(service.url).task_id == "abc"


def test_fields_may_stand_at_the_top_level(service: ScriptedService) -> None:
    service.on_create(json({"code": 200, "data": None, "task_id": "abc", "credits": 60, "task_status": 1}))
    created = create(service.url)
    assert (created.task_id, created.credits, created.status) == ("abc", 60, TaskStatus.QUEUED)


def test_a_field_in_data_goes_before_one_at_the_top(service: ScriptedService) -> None:
    service.on_create(json({"code": 200, "task_id": "top", "credits": 1, "data": {"task_id": "in", "credits": None}}))
    created = create(service.url)
    assert (created.task_id, created.credits) == ("in", 1)


def test_a_number_is_a_task_id_too(service: ScriptedService) -> None:
    service.on_create(ok(task_id=1234567890123456789012))
    assert create(service.url).task_id == "1234567890123456789012"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("15", 15),
        (15.0, 15),
        (0, 0),
        (15.5, None),
        (True, None),
        (-1, None),
        (10**12, None),
        ([15], None),
        ("a", None),
    ],
)
def test_credits_that_make_no_sense_are_no_error(service: ScriptedService, sent: object, read: int | None) -> None:
    service.on_create(ok(credits=sent))
    assert create(service.url).credits == read


def test_an_unknown_status_stays_the_number_that_it_was(service: ScriptedService) -> None:
    service.on_create(ok(task_status=7))
    created = create(service.url)
    assert created.status == 7
    assert not created.known


def test_the_record_of_a_long_answer_is_cut(service: ScriptedService) -> None:
    service.on_create(ok(noise="x" * 100_000))
    assert len(create(service.url).raw) == 8_000
