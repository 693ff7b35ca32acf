"""Renderers that end in every way that there is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from subprocess import Popen
from typing import Any

import pytest
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.core.models import Heartbeat
from omnistudio.openapi_server.models import Job
from omnistudio.openapi_server.queries import balance
from tests.contract.conftest import StartRenderer
from tests.contract.processes import ROOT, children_of, environment, is_running, wait_for


def job_in_hand() -> Job | None:
    """A job that an engine works on."""
    return Job.objects.filter(status=Job.Status.RUNNING).exclude(holder="").first()


@pytest.fixture
def slow_task(create: Callable[..., Any]) -> str:
    task_id: str = create(prompt="[[slow]] a garden")["task_id"]
    return task_id


def test_a_killed_renderers_job_is_taken_up_again_and_ends(
    slow_task: str, start_renderer: StartRenderer, ended: Callable[[str], Any], payer: User
) -> None:
    with start_renderer() as first:
        wait_for(job_in_hand)
        engines = wait_for(lambda: children_of(first.pid))
        first.kill()
        first.wait()
    wait_for(lambda: not any(map(is_running, engines)), 5)
    job = Job.objects.get()
    assert (job.status, job.attempts) == (Job.Status.RUNNING, 1)
    assert job.lease_until
    assert job.lease_until > timezone.now()
    # The time that a lease takes to pass, and an engine that is quicker this time.
    Job.objects.update(lease_until=timezone.now(), prompt="a garden")
    with start_renderer():
        assert ended(slow_task)["task_status"] == 3
    assert Job.objects.get().attempts == 2
    assert balance(payer.pk) == 985


def test_a_stopped_renderer_releases_its_job(slow_task: str, renderer: Popen[bytes], payer: User) -> None:
    wait_for(job_in_hand)
    started = time.monotonic()
    renderer.terminate()
    assert renderer.wait(3) == 0
    assert time.monotonic() - started < 3
    job = Job.objects.get()
    assert (job.status, job.attempts, job.holder, job.lease_until) == (Job.Status.QUEUED, 0, "", None)
    assert not Heartbeat.objects.filter(role="renderer").exists()
    assert balance(payer.pk) == 985


def test_two_renderers_share_the_jobs(
    create: Callable[..., Any], ended: Callable[[str], Any], start_renderer: StartRenderer, payer: User
) -> None:
    tasks = [create()["task_id"] for _ in range(6)] + [create(prompt="[[fail]]")["task_id"] for _ in range(4)]
    with start_renderer(), start_renderer():
        statuses = [ended(task_id)["task_status"] for task_id in tasks]
    assert statuses == [3] * 6 + [4] * 4
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
    assert balance(payer.pk) == 1000 - 6 * 15


def test_a_renderer_beats_while_its_engine_works(slow_task: str, renderer: Popen[bytes]) -> None:
    job = wait_for(job_in_hand)
    first = Heartbeat.objects.get(role="renderer")
    later = wait_for(lambda: Heartbeat.objects.filter(beat_at__gt=first.beat_at).first(), 8)
    assert later.process == job.holder
    # The lease is prolonged right after the beat, in a write of its own.
    assert wait_for(lambda: Job.objects.filter(lease_until__gt=job.lease_until).first(), 8)


def test_an_engine_that_is_killed_does_not_take_the_renderer_along(
    slow_task: str, create: Callable[..., Any], ended: Callable[[str], Any], renderer: Popen[bytes]
) -> None:
    wait_for(job_in_hand)
    Job.objects.update(prompt="a garden")  # for the second attempt
    for pid in children_of(renderer.pid):
        os.kill(pid, signal.SIGKILL)
    assert ended(slow_task)["task_status"] == 3
    assert Job.objects.get().attempts == 2
    assert renderer.poll() is None


def test_a_renderer_ends_with_its_supervisor(transactional_db: None, port: int) -> None:
    supervisor = (
        "import subprocess, sys, time; subprocess.Popen([sys.executable, 'manage.py', 'render']); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", supervisor], cwd=ROOT, env=environment(port, OMNISTUDIO_SUPERVISED="1")
    ) as running:
        heartbeat = wait_for(lambda: Heartbeat.objects.filter(role="renderer").first())
        pid = int(heartbeat.process.rpartition(":")[2])
        running.kill()
        running.wait()
        wait_for(lambda: not is_running(pid))
    assert not Heartbeat.objects.filter(role="renderer").exists()
