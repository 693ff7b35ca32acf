"""What a look at a task sends, and what comes of its answer."""

from __future__ import annotations

import pytest

from omnistudio.openapi_client import ProtocolError, Refused, RemoteOutput, TaskStatus
from tests.openapi_client.helpers import KEY, create, failure, look
from tests.scripted_service import ScriptedService, envelope, json, task

PAGE = {
    "task_id": "abcdef123456",
    "task_status": 3,
    "task_type": "image",
    "model_id": "gpt-image-2",
    "image_url": "https://your-cdn.com/a.png",
    "video_url": None,
    "audio_url": None,
    "credits": 15,
    "created_at": 1730000000,
}


def test_the_answer_of_the_page_is_read(service: ScriptedService) -> None:
    service.on_get(envelope(200, "ok", data=PAGE))
    seen = look(service.url, "abcdef123456")
    assert (seen.task_id, seen.status, seen.kind) == ("abcdef123456", TaskStatus.SUCCEEDED, "image")
    assert seen.outputs == (RemoteOutput("image", "https://your-cdn.com/a.png"),)
    assert (seen.model_id, seen.credits, seen.created_at) == ("gpt-image-2", 15, 1730000000)
    assert seen.result_url == "https://your-cdn.com/a.png"
    assert seen.reason is None
    assert seen.known
    assert seen.finished
    [sent] = service.gets
    assert (sent.path, sent.key) == ("/api/v1/tasks/abcdef123456", KEY)


def test_a_task_passes_through_its_states(service: ScriptedService) -> None:
    created = create(service.url)
    seen = [look(service.url, created.task_id) for _ in range(4)]
    assert [one.status for one in seen] == [1, 2, 3, 3]
    assert [one.finished for one in seen] == [False, False, True, True]
    assert [one.result_url for one in seen[:2]] == [None, None]
    assert seen[2].result_url == f"{service.url}/files/result.png"


def test_fields_may_stand_at_the_top_level_alone(service: ScriptedService) -> None:
    service.on_get(json({"code": 200, **PAGE}))
    seen = look(service.url)
    assert (seen.status, seen.result_url, seen.credits) == (3, "https://your-cdn.com/a.png", 15)


def test_an_unknown_status_is_neither_an_end_nor_an_error(service: ScriptedService) -> None:
    service.on_get(envelope(200, data={**PAGE, "task_status": 9}))
    seen = look(service.url)
    assert seen.status == 9
    assert not seen.known
    assert not seen.finished


def test_a_missing_id_in_the_answer_is_the_requested_id(service: ScriptedService) -> None:
    service.on_get(envelope(200, data={"task_status": "2"}))
    seen = look(service.url, "abc")
    assert (seen.task_id, seen.status) == ("abc", TaskStatus.RUNNING)


@pytest.mark.parametrize(
    ("kind", "links", "result"),
    [
        ("video", {"video_url": "https://c/v.mp4", "image_url": "https://c/still.png"}, "https://c/v.mp4"),
        ("image", {"video_url": "https://c/v.mp4", "image_url": "https://c/i.png"}, "https://c/i.png"),
        ("image", {"video_url": "https://c/v.mp4", "image_url": ""}, "https://c/v.mp4"),
        (None, {"video_url": "https://c/v.mp4", "image_url": "https://c/still.png"}, "https://c/v.mp4"),
        ("hologram", {"video_url": None, "image_url": "https://c/i.png"}, "https://c/i.png"),
    ],
)
def test_the_result_is_the_link_of_its_kind(
    service: ScriptedService, kind: str | None, links: dict[str, str | None], result: str
) -> None:
    service.on_get(envelope(200, data={**PAGE, "task_type": kind, **links}))
    assert look(service.url).result_url == result


@pytest.mark.parametrize(
    ("links", "outputs"),
    [
        (
            {"image_url": ["https://c/1.png", " https://c/2.png\n"]},
            ["image https://c/1.png", "image https://c/2.png"],
        ),
        ({"image_url": None, "audio_url": "https://c/a.mp3"}, ["audio https://c/a.mp3"]),
        (
            {"task_type": "video", "video_url": "https://c/v.mp4", "audio_url": "https://c/a.mp3"},
            ["video https://c/v.mp4", "image https://your-cdn.com/a.png", "audio https://c/a.mp3"],
        ),
        ({"image_url": {"url": "https://c/i.png", "width": 5}}, ["image https://c/i.png"]),
        ({"image_url": None, "images": [{"url": "https://c/1.png"}, 7]}, ["image https://c/1.png"]),
        ({"task_type": "video", "image_url": None, "output_url": "https://c/v"}, ["video https://c/v"]),
        ({"image_url": None, "results": [{"url": "https://c/r"}]}, ["image https://c/r"]),
        ({"image_url": "https://c/i", "images": ["https://c/i"]}, ["image https://c/i"]),
        ({"image_url": 5, "audio_url": f"https://c/?k={KEY}"}, []),
        ({"image_url": {"href": "https://c/i"}}, []),
    ],
)
def test_every_result_that_is_named_is_read(
    service: ScriptedService, links: dict[str, object], outputs: list[str]
) -> None:
    service.on_get(envelope(200, data={**PAGE, **links}))
    assert [f"{one.kind} {one.url}" for one in look(service.url).outputs] == outputs


def test_no_more_results_are_read_than_a_task_may_have(service: ScriptedService) -> None:
    service.on_get(envelope(200, data={**PAGE, "image_url": [f"https://c/{n}.png" for n in range(1000)]}))
    assert len(look(service.url).outputs) == 64


def test_a_poll_answer_without_a_code_is_read(service: ScriptedService) -> None:
    service.on_get(json({"data": PAGE}), json(PAGE), json({"code": None, "data": {"task_status": 2}}))
    assert [look(service.url).status for _ in range(3)] == [3, 3, 2]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (None, "data"),
        ([], "data"),
        ("soon", "data"),
        ({}, "data.task_status"),
        ({"task_status": None}, "data.task_status"),
        ({"task_status": "running"}, "data.task_status"),
        ({"task_status": True}, "data.task_status"),
        ({"task_status": 10**30}, "data.task_status"),
    ],
)
def test_a_field_that_is_needed_and_no_use_is_named(service: ScriptedService, data: object, field: str) -> None:
    service.on_get(envelope(200, data=data))
    error = failure(look, service.url)
    assert isinstance(error, ProtocolError)
    assert error.field == field
    assert field in str(error)
    assert '"code": 200' in error.raw


@pytest.mark.parametrize(
    "odd",
    [
        {"credits": "many"},
        {"credits": {}},
        {"created_at": "yesterday"},
        {"created_at": 1730000000000},
        {"created_at": float("nan")},
        {"model_id": 7},
        {"task_type": ["image"]},
        {"audio_url": 5},
        {"task_id": {"id": 1}},
        {"something": "else"},
    ],
)
def test_invalid_optional_fields_are_ignored(service: ScriptedService, odd: dict[str, object]) -> None:
    service.on_get(envelope(200, data={**PAGE, **odd}))
    seen = look(service.url)
    assert seen.status is TaskStatus.SUCCEEDED
    assert seen.result_url == PAGE["image_url"]
    assert all(
        getattr(seen, name, None) in (None, PAGE.get(name), "abcdef123456") for name in odd if name != "task_type"
    )


@pytest.mark.parametrize(
    ("msg", "data", "reason"),
    [
        ("content policy", {}, "content policy"),
        ("内容违规", {"fail_reason": "other"}, "内容违规"),
        ("ok", {"fail_reason": "content policy"}, "content policy"),
        ("", {"error": "out of memory"}, "out of memory"),
        (None, {"error": {"code": 5}, "fail_reason": None}, None),
        ("Success", {}, None),
        ("SUCCEED", {"failMsg": "nsfw"}, "nsfw"),
        (" Succeeded. ", {"fail_msg": "nsfw"}, "nsfw"),
        ("OK", {"failReason": "nsfw"}, "nsfw"),
        ("DONE", {"error": {"message": "nsfw"}}, "nsfw"),
        ("成功", {"error": {"msg": "敏感内容"}}, "敏感内容"),
        ("操作成功！", {"error": {"error": {"message": "nsfw"}}}, "nsfw"),
        ("failed", {"error_message": "nsfw"}, "nsfw"),
        ("สำเร็จ", {"errorMessage": "nsfw"}, "nsfw"),
        ("", {"reason": "nsfw"}, "nsfw"),
        (None, {"message": "nsfw"}, "nsfw"),
        (None, {"msg": "nsfw", "reason": "other"}, "nsfw"),
        (None, {"detail": [{"loc": ["prompt"], "msg": "nsfw"}]}, "nsfw"),
        (None, {"detail": "nsfw"}, "nsfw"),
        ("success", {"failCode": "430", "failMsg": "nsfw"}, "nsfw (failCode 430)"),
        ("success", {"failCode": 430, "failMsg": "nsfw (430)"}, "nsfw (430)"),
        ("success", {"failCode": "E_POLICY", "failMsg": ""}, "failCode E_POLICY"),
        ("success", {"failCode": 0, "failMsg": None, "errorCode": True}, None),
        ("success", {"failMsg": "FAILED", "error": ["", {}, "nsfw"]}, "nsfw"),
        ("success", {"error": {"error": {"error": {"error": "too deep"}}}}, None),
        ("success", {"failCode": 10**400, "error": 7, "message": ["\ud800 half"]}, "? half"),
    ],
)
def test_a_failed_task_says_why(
    service: ScriptedService, msg: str | None, data: dict[str, object], reason: str | None
) -> None:
    service.on_get(json({"code": 200, "msg": msg, "data": {**PAGE, "task_status": 4, **data}}))
    seen = look(service.url)
    assert seen.status is TaskStatus.FAILED
    assert seen.finished
    assert seen.reason == reason


@pytest.mark.parametrize("field", ["failMsg", "fail_reason", "error", "errorMessage", "message", "detail"])
def test_a_reason_at_the_top_of_the_answer_is_read(service: ScriptedService, field: str) -> None:
    service.on_get(json({"code": 200, "msg": "SUCCESS", field: "nsfw", "data": {**PAGE, "task_status": 4}}))
    assert look(service.url).reason == "nsfw"


def test_a_reason_in_data_comes_before_one_at_the_top(service: ScriptedService) -> None:
    failed = {**PAGE, "task_status": 4, "reason": "nsfw"}
    service.on_get(json({"code": 200, "msg": "ok", "reason": "see data", "data": failed}))
    assert look(service.url).reason == "nsfw"


def test_no_key_is_in_a_reason_wherever_it_stands(service: ScriptedService) -> None:
    failed = {**PAGE, "task_status": 4, "error": {"message": f"no credits left for {KEY}"}}
    service.on_get(envelope(200, "ok", data=failed))
    assert KEY not in (look(service.url).reason or "")


@pytest.mark.parametrize("around", [" {} ", "\n{}\r\n", "\t{}\u3000", "{}\u00a0"])
def test_space_around_a_link_is_taken_off(service: ScriptedService, around: str) -> None:
    link = "https://cdn.example.com/a.png?x=1"
    service.on_get(envelope(200, data={**PAGE, "image_url": around.format(link)}))
    assert look(service.url).result_url == link


def test_only_a_failed_task_has_a_reason(service: ScriptedService) -> None:
    service.on_get(envelope(200, "almost there", data={**PAGE, "task_status": 2}))
    assert look(service.url).reason is None


def test_an_unknown_id_is_a_failed_transaction(service: ScriptedService) -> None:
    error = failure(look, service.url, "nobody")
    assert isinstance(error, Refused)
    assert (error.code, error.msg) == (0, "no such task")


@pytest.mark.parametrize(
    ("task_id", "path"),
    [
        ("a/b", "a%2Fb"),
        ("../../admin", "..%2F..%2Fadmin"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a?b=c#d", "a%3Fb%3Dc%23d"),
        ("a b", "a%20b"),
        ("a%2Fb", "a%252Fb"),
        ("งาน", "%E0%B8%87%E0%B8%B2%E0%B8%99"),
        ("create\r\nX: y", "create%0D%0AX%3A%20y"),
    ],
)
def test_an_id_is_one_segment_of_the_path(service: ScriptedService, task_id: str, path: str) -> None:
    service.on_get(then=envelope(200, data={"task_status": 1}))
    assert look(service.url, task_id).task_id == task_id
    assert service.gets[0].path == f"/api/v1/tasks/{path}"
    assert service.gets[0].name == task_id


def test_an_empty_id_is_no_id(service: ScriptedService) -> None:
    with pytest.raises(ValueError, match="task_id"):
        look(service.url, "")
    assert service.requests == []


def test_a_video_comes_with_its_own_link(service: ScriptedService) -> None:
    service.on_get(then=task(3))
    created = create(service.url, {"model_id": "seedance-2"})
    assert created.credits == 60
    assert look(service.url, created.task_id).result_url == f"{service.url}/files/result.mp4"


def test_links_are_not_in_the_repr(service: ScriptedService) -> None:
    service.on_get(envelope(200, data={**PAGE, "image_url": "https://cdn/a.png?signature=secret"}))
    assert "secret" not in repr(look(service.url))
