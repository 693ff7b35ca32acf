from __future__ import annotations

from typing import Any

import pytest

from omnistudio.openapi_server.models import Job, Key
from omnistudio.openapi_server.render.renderer import Renderer
from tests.openapi_server.conftest import Api

FIELDS = {
    "task_id",
    "task_status",
    "task_type",
    "model_id",
    "image_url",
    "video_url",
    "audio_url",
    "credits",
    "created_at",
}


def test_a_queued_task_is_described_as_the_contract_says(api: Api) -> None:
    job = api.make()
    answer = api.get(job.task_id).json()
    assert (answer["code"], answer["msg"]) == (200, "ok")
    assert answer["data"] == {
        "task_id": job.task_id,
        "task_status": 1,
        "task_type": "image",
        "model_id": "gpt-image-2",
        "image_url": None,
        "video_url": None,
        "audio_url": None,
        "credits": 15,
        "created_at": int(job.created_at.timestamp()),
    }


def test_the_fields_of_data_stand_at_the_top_too(api: Api) -> None:
    answer = api.get(api.make().task_id).json()
    assert set(answer) == FIELDS | {"code", "msg", "data"}
    assert {name: answer[name] for name in FIELDS} == answer["data"]


def test_the_url_of_an_image_is_below_the_requested_host(api: Api, renderer: Renderer) -> None:
    job = api.make()
    renderer.run_once()
    data = api.get(job.task_id, Host="localhost").json()["data"]
    assert data["task_status"] == 3
    assert data["image_url"].startswith("http://localhost/api/v1/results/")
    assert data["image_url"].endswith(f"/gpt-image-2-{job.task_id[:8]}.png")
    assert data["video_url"] is None


def test_a_video_has_its_address_in_video_url(api: Api, renderer: Renderer) -> None:
    job = api.make(model_id="seedance-2")
    renderer.run_once()
    data = api.get(job.task_id).json()["data"]
    assert (data["task_type"], data["image_url"]) == ("video", None)
    assert data["video_url"].endswith(".mp4")


def test_a_failed_task_says_why_in_msg(api: Api, renderer: Renderer) -> None:
    job = api.make(prompt="[[fail]]")
    renderer.run_once()
    answer = api.get(job.task_id).json()
    assert (answer["code"], answer["msg"], answer["task_status"]) == (200, "The prompt asked for a failure.", 4)


@pytest.mark.parametrize("task_id", ["", "000000000000", "ไทย", "%00", "x" * 500])
def test_an_unknown_id_is_code_0(api: Api, task_id: str) -> None:
    response = api.get(task_id)
    assert response.status_code == 200
    assert response.json() == {"code": 0, "msg": "There is no task with this ID.", "data": None}


def test_a_task_of_others_is_reported_as_missing(api: Api, strangers_api: Api) -> None:
    assert strangers_api.get(api.make().task_id).json()["msg"] == "There is no task with this ID."


def test_another_key_of_the_same_person_sees_the_task(api: Api, owner: Any) -> None:
    from omnistudio.openapi_server.services import keys

    _key, second = keys.make_key(owner, "Second")
    assert Api(second).get(api.make().task_id).json()["code"] == 200


def test_an_empty_id_checks_a_key(api: Api) -> None:
    assert api.get("").json()["code"] == 0
    Key.objects.all().delete()
    assert api.get("").status_code == 401


def test_asking_costs_two_queries_and_no_write(api: Api, django_assert_num_queries: Any) -> None:
    task_id = api.make().task_id
    with django_assert_num_queries(2) as queries:
        api.get(task_id)
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


def test_a_withdrawn_model_is_still_named(api: Api, settings: Any) -> None:
    settings.OMNI_MODELS = "omni-flash:Omni Flash:video"
    job = api.make(model_id="omni-flash")
    settings.OMNI_MODELS = ""
    assert api.get(job.task_id).json()["data"]["model_id"] == "omni-flash"


def test_post_is_405(api: Api) -> None:
    response = api.client.post(f"/api/v1/tasks/{api.make().task_id}", headers=api.headers)
    assert (response.status_code, response.json()["code"]) == (405, 0)
    assert Job.objects.count() == 1
