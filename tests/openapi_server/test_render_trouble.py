"""A renderer in trouble: no room, a store that is away."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from omnistudio.core.storage import config as storage_settings
from omnistudio.openapi_server.models import Job
from omnistudio.openapi_server.render import renderer as module
from omnistudio.openapi_server.render.renderer import Renderer
from omnistudio.openapi_server.render.workshop import Workshop
from tests.openapi_server.conftest import Api
from tests.openapi_server.test_render import fresh


def test_a_storage_in_trouble_gives_the_job_to_others(
    api: Api, renderer: Renderer, shared_workshop: Workshop, left: Any, monkeypatch: Any, caplog: Any
) -> None:
    job = api.make()

    def full(*_args: Any) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "save", full)
        renderer.run_once()
    assert (fresh(job).status, fresh(job).holder, fresh(job).attempts) == (Job.Status.QUEUED, "", 0)
    assert left() == 85, "nothing failed, and nothing was refunded"
    assert "is given back, and nothing is taken for 5 s: it can't be stored: disk full" in caplog.text
    assert renderer.run_once() == 0, "it pauses"
    assert Renderer(shared_workshop).run_once() == 1
    assert fresh(job).status == Job.Status.SUCCEEDED


def test_the_pauses_grow_and_end_with_a_success(api: Api, renderer: Renderer, monkeypatch: Any, caplog: Any) -> None:
    api.make()

    def full(*_args: Any) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "save", full)
        for _ in range(5):
            renderer._paused_until = 0
            renderer.run_once()
    assert [f"for {n} s" in caplog.text for n in (5, 10, 20, 40, 60)] == [True] * 5
    renderer._paused_until = 0
    assert renderer.run_once() == 1
    assert renderer._pauses == 0


@pytest.mark.parametrize("prompt", ["[[full]]", "[[wrapped full]]"])
def test_a_full_disk_of_a_renderer_fails_no_task(
    api: Api, renderer: Renderer, shared_workshop: Workshop, left: Any, tmp_path: Path, monkeypatch: Any, prompt: str
) -> None:
    """The engine writes on a real disk without room; another renderer has one with."""
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path]).returncode:
        pytest.skip("only root can mount a small disk")
    job = api.make(prompt=f"a garden {prompt}")
    try:
        with monkeypatch.context() as patch:
            patch.setattr(tempfile, "tempdir", str(tmp_path))
            patch.setattr(module, "ROOM_BYTES", 0)  # as if the room had gone while it worked
            renderer.run_once()
    finally:
        subprocess.run(["umount", tmp_path], check=True)
    assert (fresh(job).status, fresh(job).holder, fresh(job).attempts) == (Job.Status.QUEUED, "", 0)
    assert left() == 85
    assert Renderer(shared_workshop).run_once() == 1
    assert fresh(job).status == Job.Status.SUCCEEDED


def test_a_full_disk_refuses_new_tasks(api: Api, renderer: Renderer, monkeypatch: Any, caplog: Any) -> None:
    job = api.make()
    monkeypatch.setattr(module, "ROOM_BYTES", 10**18)
    assert renderer.run_once() == 0
    assert "so nothing is taken" in caplog.text
    assert fresh(job).status == Job.Status.QUEUED


def test_an_unreachable_store_releases_the_job(api: Api, renderer: Renderer, settings: Any) -> None:
    job = api.make()
    place = storage_settings.read("s3://a:b@media/x?endpoint_url=http://127.0.0.1:9&region_name=eu-central-1")
    assert place is not None
    before = settings.STORAGES
    settings.STORAGES = {**before, "default": place.storage}
    renderer.run_once()
    settings.STORAGES = before
    assert (fresh(job).status, fresh(job).holder, fresh(job).attempts) == (Job.Status.QUEUED, "", 0)
