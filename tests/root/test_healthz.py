"""`/healthz`."""

import pytest

from omnistudio.models import Heartbeat


@pytest.mark.django_db
def test_it_tells_of_the_database_the_processes_and_the_disk(client):
    Heartbeat.beat("tracker", "tracker@here:1")
    response = client.get("/healthz")
    health = response.json()
    assert response.status_code == 200
    assert health["database"]["ok"] is True
    assert health["tracker"]["alive"] == 1
    assert health["renderer"] == {"alive": 0, "last_beat_seconds_ago": None}
    assert health["disk"]["free_bytes"] > 0


@pytest.mark.django_db
def test_it_is_not_kept_by_any_cache(client):
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]
