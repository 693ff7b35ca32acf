from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image

from omnistudio.openapi_server.engines import Artifact
from omnistudio.openapi_server.models import Job
from omnistudio.openapi_server.render.renderer import Renderer
from omnistudio.openapi_server.services import jobs
from tests.openapi_server.conftest import Api


@pytest.fixture
def job(api: Api, renderer: Renderer) -> Job:
    job = api.make()
    renderer.run_once()
    job.refresh_from_db()
    return job


@pytest.fixture
def url(api: Api, job: Job) -> str:
    return str(api.get(job.task_id).json()["image_url"]).removeprefix("http://testserver")


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_image_needs_only_its_url(url: str, job: Job) -> None:
    response = Client().get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    with Image.open(BytesIO(content(response))) as picture:
        assert picture.size == (job.width, job.height) == (64, 64)


def test_it_answers_a_range(url: str) -> None:
    whole = content(Client().get(url))
    response = Client().get(url, headers={"Range": "bytes=8-15"})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes 8-15/{len(whole)}"
    assert content(response) == whole[8:16]


def test_nothing_in_it_can_be_run(url: str) -> None:
    response = Client().get(url)
    response.close()
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_its_url_is_unguessable_and_hides_the_task(url: str, job: Job) -> None:
    assert job.task_id not in url
    assert len(job.result_token) >= 32


CHANGES = [("/results/", "/results/x"), ("/results/", "/results/%00"), (".png", ".html"), ("gpt-image-2", "other")]


@pytest.mark.parametrize("change", CHANGES)
def test_any_other_address_is_404_in_the_envelope(url: str, change: tuple[str, str]) -> None:
    response = Client().get(url.replace(*change))
    assert response.status_code == 404
    assert response.json()["code"] == 0


def test_it_is_404_after_its_days(url: str, job: Job) -> None:
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(url).status_code == 404
    assert default_storage.exists(str(job.result))


def test_housekeeping_deletes_the_files(url: str, job: Job) -> None:
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    default_storage.save(f"{job.folder}/left-by-an-attempt.png", BytesIO(b"x"))
    assert jobs.expire_results() == 1
    assert jobs.expire_results() == 0
    assert not default_storage.exists(job.folder)
    assert Client().get(url).status_code == 404


def test_the_task_still_tells_where_it_was(api: Api, url: str, job: Job) -> None:
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    jobs.expire_results()
    assert api.get(job.task_id).json()["image_url"] == f"http://testserver{url}"


def test_a_file_that_is_missing_is_404(url: str, job: Job) -> None:
    default_storage.delete(str(job.result))
    assert Client().get(url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_files_go_with_their_owner(api: Api, job: Job) -> None:
    assert default_storage.exists(str(job.result))
    job.owner.delete()
    assert not Job.objects.exists()
    assert not default_storage.exists(job.folder)


def test_from_an_object_store_too(store: Any, api: Api, renderer: Renderer) -> None:
    job = api.make()
    renderer.run_once()
    job.refresh_from_db()
    url = str(api.get(job.task_id).json()["image_url"]).removeprefix("http://testserver")
    response = Client().get(url, headers={"Range": "bytes=1-3"})
    assert (response.status_code, content(response)) == (206, b"PNG")
    with Image.open(BytesIO(content(Client().get(url)))) as picture:
        assert picture.size == (64, 64)
    jobs.delete_files(job)
    assert Client().get(url).status_code == 404
    assert default_storage.listdir(job.folder) == ([], [])


def test_a_late_upload_deletes_only_its_own_file(store: Any, api: Api, tmp_path: Path) -> None:
    """Two renderers held the job one after the other; in an object store a name can be written over."""
    job = api.make()
    path = tmp_path / "result.png"
    path.write_bytes(b"the same")
    artifact = Artifact(path, "image/png", 1, 1, None)
    Job.objects.filter(pk=job.pk).update(holder="second")
    assert jobs.succeed(job, "second", artifact)
    assert not jobs.succeed(job, "first", artifact)
    job.refresh_from_db()
    assert job.result.open().read() == b"the same"
    assert len(default_storage.listdir(job.folder)[1]) == 1
