"""The renderer, with a real engine in a real child process."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from omnistudio.core.models import Heartbeat
from omnistudio.openapi_server.engines import Artifact
from omnistudio.openapi_server.models import Job
from omnistudio.openapi_server.render import renderer as module
from omnistudio.openapi_server.render.pulse import Pulse
from omnistudio.openapi_server.render.renderer import Renderer
from omnistudio.openapi_server.render.workshop import EngineDied, Workshop
from omnistudio.openapi_server.services import jobs
from tests.openapi_server.conftest import Api


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def test_it_makes_an_image(api: Api, renderer: Renderer) -> None:
    job = api.make()
    assert renderer.run_once() == 1
    job = fresh(job)
    assert job.status == Job.Status.SUCCEEDED
    assert (job.content_type, job.width, job.height, job.seconds) == ("image/png", 64, 64, None)
    assert job.result.name.startswith(f"openapi/{job.task_id}/")
    assert (job.holder, job.lease_until, job.attempts) == ("", None, 1)
    assert job.created_at <= job.started_at <= job.finished_at
    assert job.expires_at - job.finished_at == timedelta(days=14)


def test_it_makes_a_video(api: Api, renderer: Renderer) -> None:
    job = api.make(model_id="seedance-2")
    renderer.run_once()
    job = fresh(job)
    assert (job.content_type, job.seconds) == ("video/mp4", 0.5)


def test_it_takes_jobs_in_their_order(api: Api, renderer: Renderer) -> None:
    first, second = api.make(), api.make()
    assert renderer.run_once() == 2
    assert fresh(first).finished_at < fresh(second).finished_at


def test_running_is_reported_before_the_engine_begins(api: Api, renderer: Renderer, monkeypatch: Any) -> None:
    job = api.make()
    seen: list[int] = []
    real = renderer.workshop.make
    monkeypatch.setattr(
        renderer.workshop,
        "make",
        lambda *order: seen.append(api.get(job.task_id).json()["task_status"]) or real(*order),
    )
    renderer.run_once()
    assert seen == [2]


def test_a_failed_prompt_says_why_and_refunds(api: Api, renderer: Renderer, left: Any) -> None:
    job = api.make(prompt="a garden [[fail]]")
    assert left() == 85
    renderer.run_once()
    assert (fresh(job).status, fresh(job).reason) == (Job.Status.FAILED, "The prompt asked for a failure.")
    assert left() == 100


def test_an_engine_that_breaks_down_is_not_shown_to_people(
    api: Api, renderer: Renderer, left: Any, caplog: Any
) -> None:
    job = api.make(prompt="[[break]]")
    renderer.run_once()
    assert fresh(job).reason == "The engine failed on this task."
    assert "ZeroDivisionError" in caplog.text
    assert left() == 100


def test_a_file_that_is_not_an_image_is_not_offered(api: Api, renderer: Renderer, left: Any) -> None:
    job = api.make(prompt="[[odd]]")
    renderer.run_once()
    assert (fresh(job).status, fresh(job).result.name) == (Job.Status.FAILED, "")
    assert left() == 100


def test_an_engine_that_takes_too_long_is_stopped(api: Api, renderer: Renderer, left: Any, settings: Any) -> None:
    settings.OPENAPI_SERVER["SECONDS_IMAGE"] = 1
    job = api.make(prompt="[[slow]]")
    renderer.run_once()
    assert fresh(job).reason == "This took longer than 1 s, and was stopped."
    assert left() == 100
    assert renderer.run_once() == 0


def test_a_crash_of_the_engine_is_tried_three_times(api: Api, renderer: Renderer, left: Any) -> None:
    job = api.make(prompt="[[crash]]")
    for attempt in (1, 2):
        renderer.run_once()
        assert (fresh(job).status, fresh(job).attempts, fresh(job).holder) == (Job.Status.RUNNING, attempt, "")
        assert fresh(job).due_at > timezone.now()
        Job.objects.update(due_at=timezone.now())
    renderer.run_once()
    assert fresh(job).status == Job.Status.FAILED
    assert fresh(job).reason == "The engine stopped working on this task 3 times."
    assert left() == 100


def test_the_job_after_a_crash_is_made(api: Api, renderer: Renderer) -> None:
    api.make(prompt="[[crash]]")
    job = api.make()
    renderer.run_once()
    assert fresh(job).status == Job.Status.SUCCEEDED


def test_a_job_whose_renderer_was_killed_is_taken_up_again(api: Api, renderer: Renderer) -> None:
    job = api.make()
    jobs.claim_next("renderer@gone:1", 60)
    assert jobs.start(job, "renderer@gone:1")
    assert renderer.run_once() == 0
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert renderer.run_once() == 1
    assert (fresh(job).status, fresh(job).attempts) == (Job.Status.SUCCEEDED, 2)


def test_a_job_that_kills_renderers_ends_after_three(api: Api, renderer: Renderer, left: Any) -> None:
    job = api.make()
    Job.objects.update(attempts=3, status=Job.Status.RUNNING, lease_until=timezone.now() - timedelta(seconds=1))
    renderer.run_once()
    assert (fresh(job).status, fresh(job).attempts) == (Job.Status.FAILED, 3)
    assert left() == 100


def test_a_renderer_without_the_lease_finishes_no_job(api: Api, left: Any, tmp_path: Any) -> None:
    job = api.make()
    jobs.claim_next("late", -1)
    jobs.start(job, "late")
    jobs.claim_next("other", 60)
    (tmp_path / "late.png").write_bytes(b"x")
    late = Artifact(tmp_path / "late.png", "image/png", 1, 1, None)
    assert not jobs.fail(job, "late", "why")
    assert not jobs.give_back(job, "late")
    assert not jobs.try_again(job, "late", 0)
    assert not jobs.succeed(job, "late", late)
    assert default_storage.listdir(job.folder) == ([], [])
    assert (fresh(job).holder, left()) == ("other", 85)


def test_a_job_ends_once(api: Api, left: Any) -> None:
    job = api.make()
    jobs.claim_next("me", 60)
    assert jobs.fail(job, "me", "first")
    assert not jobs.fail(job, "me", "second")
    assert fresh(job).reason == "first"
    assert left() == 100


def test_a_renderer_asked_to_stop_releases_its_job(api: Api, renderer: Renderer, left: Any) -> None:
    job = api.make(prompt="[[slow]]")
    renderer.ask_to_end()
    started = time.monotonic()
    renderer.work_on_next()
    assert time.monotonic() - started < 3
    assert (fresh(job).status, fresh(job).attempts, fresh(job).holder) == (Job.Status.QUEUED, 0, "")
    assert fresh(job).due_at <= timezone.now()
    assert left() == 85


def test_a_supervised_renderer_ends_with_its_supervisor(shared_workshop: Workshop, monkeypatch: Any) -> None:
    monkeypatch.setenv("OMNISTUDIO_SUPERVISED", "1")
    renderer = Renderer(shared_workshop)
    assert not renderer.must_end()
    monkeypatch.setattr(os, "getppid", lambda: 1)
    assert renderer.must_end()


def test_reasons_come_in_the_language_of_the_request(api: Api, renderer: Renderer, monkeypatch: Any) -> None:
    languages: list[str] = []
    monkeypatch.setattr(
        module.references, "fetch_all", lambda *_args: languages.append(module.translation.get_language())
    )
    api.create(headers={"Accept-Language": "th"})
    renderer.run_once()
    assert languages == ["th"]


def test_only_the_job_at_hand_is_held_on_to(api: Api) -> None:
    lost, at_hand = api.make(), api.make()
    pulse = Pulse("me", 45)
    jobs.claim_next("me", 10)
    jobs.claim_next("me", 10)
    pulse.hold(at_hand.pk, 60)
    pulse._beat()
    assert fresh(lost).lease_until < timezone.now() + timedelta(seconds=11)
    assert fresh(at_hand).lease_until > timezone.now() + timedelta(seconds=40)


def test_a_beat_tells_of_the_renderer_and_prolongs_its_hold(api: Api) -> None:
    job = api.make()
    pulse = Pulse("me", 45)
    jobs.claim_next("me", 10)
    pulse._beat()
    assert fresh(job).lease_until < timezone.now() + timedelta(seconds=11)
    pulse.hold(job.pk, 1)
    pulse._beat()
    assert fresh(job).lease_until > timezone.now() + timedelta(seconds=40)
    assert Heartbeat.objects.alive("renderer").count() == 1


def test_the_command_runs_due_chores(api: Api) -> None:
    job = api.make()
    call_command("render", "--once")
    assert fresh(job).status == Job.Status.SUCCEEDED


def test_the_look_of_an_idle_renderer_is_one_query(api: Api, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert jobs.claim_next("me", 60) is None


def test_the_hold_on_a_job_outlives_everything_inside_it() -> None:
    assert module.most_seconds() > module.references.SECONDS + module.seconds_for("video")
    assert 3 * Heartbeat.EVERY.total_seconds() < module.LEASE_SECONDS


@pytest.mark.parametrize("way", ["killed", "again"])
def test_a_workshop_replaces_a_lost_child(shared_workshop: Workshop, tmp_path: Any, way: str) -> None:
    from omnistudio.openapi_server.engines import Order

    order = Order("image", "a garden", "auto", 1)
    shared_workshop.make(order, tmp_path, 10)
    assert shared_workshop._process is not None
    if way == "killed":
        shared_workshop._process.kill()
        shared_workshop._process.join()
        with pytest.raises(EngineDied, match="-9"):
            shared_workshop.make(order, tmp_path, 10)
    assert shared_workshop.make(order, tmp_path, 10).width == 64
