"""`GET /metrics`: for the token alone, in Prometheus' form, and the same from every process."""

from __future__ import annotations

import socket
import sqlite3
import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from omnistudio.core import machines
from omnistudio.core.models import Heartbeat, Machine
from tests.browser.servers import Studio
from tests.conftest import picture
from tests.scripted_service import ScriptedService, answer, task, too_many
from tests.tracker.helpers import track, track_again

TOKEN = "a-long-token-for-the-monitoring"


@pytest.fixture
def token(settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(client: Client) -> dict[tuple[str, ...], float]:
    """All samples by name and labels."""
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name.removeprefix("omnistudio_"), *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "header", ["", TOKEN, f"Bearer {TOKEN}x", "Bearer ", "Basic x", f"Bearer {TOKEN[:-1]}", "Bearer é"]
)
def test_without_the_token_there_is_no_such_page(token, client, as_owner, header):
    headers = {"Authorization": header} if header else {}
    assert client.get("/metrics", headers=headers).status_code == 404
    assert as_owner.get("/metrics", headers=headers).status_code == 404


@pytest.mark.parametrize("header", [f"Bearer {TOKEN}", "Bearer ", "Bearer", ""])
def test_without_a_token_metrics_are_404(db, client, header):
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


def test_the_state_of_things(token, client, make_task):
    make_task(created_at=timezone.now() - timedelta(seconds=90))
    make_task(status="running", trouble="fetch", lease_until=timezone.now() + timedelta(seconds=50))
    make_task(status="unconfirmed")
    make_task(status="failed", reason="result_lost", credits=15)
    Heartbeat.beat("tracker", "a", breaker_open=True)
    Heartbeat.beat("tracker", "b")
    found = read(client)
    assert found["tasks", "waiting"] == 1
    assert found["tasks", "running"] == 1
    assert found["tasks", "unconfirmed"] == 1
    assert 90 <= found["oldest_waiting_seconds",] < 120
    assert found["queue_depth", "tracker"] == 1
    assert found["queue_depth", "renderer"] == 0
    assert found["tasks_held_up", "fetch"] == 1
    assert (found["processes", "tracker"], found["processes", "renderer"]) == (2, 0)
    assert found["breakers_tripped",] == 1
    assert (found["tasks_at_risk",], found["credits_at_risk",]) == (2, 15)


@pytest.mark.django_db(transaction=True)
def test_tracker_metrics_are_exported_by_another_process(token, client, make_task, settings):
    content = picture()
    with ScriptedService() as service:
        settings.OMNI_API_URL = service.url
        service.on_create(too_many(1))
        service.on_get(then=task(3))
        service.on_file("result.png", then=answer(content, content_type="image/png"))
        make_task()
        track()
        track_again()
        track_again()
    found = read(client)
    assert found["remote_calls_total", "create", "ok"] == 1
    assert found["remote_calls_total", "create", "TurnedAway"] == 1
    assert found["remote_seconds_count", "create"] == 2
    assert found["remote_seconds_bucket", "create", "+Inf"] == 2
    assert 0 < found["remote_seconds_sum", "create"] < 10
    assert found["tasks_ended_total", "succeeded"] == 1
    assert found["media_files_total",] == 1
    assert found["media_bytes_total",] == len(content)


def test_the_number_of_queries_is_bounded(token, client, make_task, django_assert_max_num_queries):
    for _ in range(12):
        make_task(status="unconfirmed")
    with django_assert_max_num_queries(60):
        read(client)


def test_each_process_tells_of_its_machines_disk_and_clock(token, client, monkeypatch, db):
    monkeypatch.setattr(machines, "_noted_at", float("-inf"))
    monkeypatch.setattr(machines, "_role", "web")
    Machine.objects.create(name="tracker@other", seen_at=timezone.now(), free_bytes=123, clock_off_seconds=-180.5)
    Machine.objects.create(name="tracker@gone", seen_at=timezone.now() - timedelta(hours=2), free_bytes=1)
    found = read(client)
    here = f"web@{socket.gethostname()}"
    assert found["free_disk_bytes", here] == Machine.objects.get(name=here).free_bytes > 0
    assert found["free_disk_bytes", "tracker@other"] == 123
    assert found["clock_off_seconds", "tracker@other"] == -180.5
    assert ("free_disk_bytes", "tracker@gone") not in found


def test_a_tracker_and_a_renderer_write_their_machine_down(tmp_path):
    with Studio(tmp_path / "studio") as studio:
        studio.prepare()
        for part in ("web", "track", "render"):
            studio.start(part)
        studio.wait_until_open("tracker", "renderer")
        seen = set()
        deadline = time.monotonic() + 20
        while len(seen) < 3 and time.monotonic() < deadline:
            with closing(sqlite3.connect(tmp_path / "studio" / "omnistudio.sqlite3")) as database:
                rows = database.execute("SELECT name, free_bytes FROM omnistudio_machine").fetchall()
            seen = {name.partition("@")[0] for name, free in rows if free}
            time.sleep(0.2)
        assert seen == {"web", "tracker", "renderer"}, studio.tail()
