"""`/healthz` and `/livez`: the truth, within a second, for any `Host`."""

import socket
import time

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from omnistudio.core import health
from omnistudio.core.models import Heartbeat

# Its looks have connections of their own, which see what is committed.
transactional = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _looked_at_anew(monkeypatch):
    """No outcome of the test before is good for this one."""
    monkeypatch.setattr(health, "CACHE", health.Check(health._cache))
    monkeypatch.setattr(health, "STORAGE", health.Check(health._storage))


@transactional
def test_it_tells_of_the_database_the_processes_and_the_disk(client):
    Heartbeat.beat("tracker", "tracker@here:1")
    response = client.get("/healthz")
    told = response.json()
    assert response.status_code == 200, told
    assert told["ok"] is True
    assert told["wrong"] == {}
    assert told["database"]["ok"] is True
    assert told["tracker"]["alive"] == 1
    assert told["renderer"] == {"alive": 0, "last_beat_seconds_ago": None}
    assert told["disk"]["free_bytes"] > 0


@transactional
def test_it_is_not_cached(client):
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]
    assert "no-store" in client.get("/livez").headers["Cache-Control"]


@transactional
@pytest.mark.parametrize("path", ["/healthz", "/livez"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "nobody.example.com", "", "[::1", "a b"])
def test_a_load_balancer_may_ask_with_any_host_and_without_https(client, settings, path, host):
    settings.SECURE_SSL_REDIRECT = False  # the proxy's business, as the silenced check says
    settings.ALLOWED_HOSTS = ["studio.example.com"]
    assert client.get(path, headers={"Host": host}).status_code == 200
    assert client.get("/help/", headers={"Host": host}).status_code == 400


def test_the_liveness_check_touches_nothing(client):
    """Not marked for the database: touching it would be an error here."""
    response = client.get("/livez")
    assert (response.status_code, response.json()) == (200, {"ok": True})


def test_nothing_is_changed_by_asking(client):
    assert client.post("/livez").status_code == 405
    assert client.post("/healthz").status_code == 405


@transactional
def test_a_database_that_was_not_migrated_is_not_ready(client):
    MigrationRecorder(connection).record_unapplied("gallery", "0007_preset")
    try:
        response = client.get("/healthz")
    finally:
        MigrationRecorder(connection).record_applied("gallery", "0007_preset")
    assert response.status_code == 503
    assert response.json()["wrong"] == {"database": "run manage.py migrate"}
    assert response.json()["database"]["missing"] == ["gallery.0007_preset"]


@transactional
def test_pages_without_their_static_files_are_not_ready(client, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    as_in_earnest = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "omnistudio.core.storage.static.BundledStaticFilesStorage"},
    }
    settings.STORAGES = as_in_earnest
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "manage.py collectstatic" in response.json()["wrong"]["static"]
    call_command("collectstatic", verbosity=0, interactive=False)
    settings.STORAGES = {**as_in_earnest}  # as after a restart
    assert client.get("/healthz").status_code == 200


@transactional
def test_a_cache_without_its_table_is_not_ready(client, settings):
    settings.CACHES = {
        "default": {"BACKEND": "omnistudio.core.database_cache.DatabaseCache", "LOCATION": "the_cache_of_health"}
    }
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "cache" in response.json()["wrong"]
    call_command("createcachetable", verbosity=0)
    try:
        assert client.get("/healthz").status_code == 200
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE the_cache_of_health")


@transactional
def test_a_redis_that_is_away_is_not_ready(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:9/0",
        }
    }
    response = client.get("/healthz")
    assert (response.status_code, response.json()["wrong"]) == (503, {"cache": "does not answer"})


@transactional
def test_a_hanging_store_is_reported_within_a_second(client, settings):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections, and never says a word
        options = {
            "bucket_name": "media",
            "access_key": "a",
            "secret_key": "b",
            "region_name": "eu-central-1",
            "addressing_style": "path",
            "signature_version": "s3v4",
            "querystring_expire": 3600,
            "endpoint_url": f"http://127.0.0.1:{deaf.getsockname()[1]}",
        }
        backend = {"BACKEND": "omnistudio.core.storage.s3.ObjectStorage", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "default": backend}
        assert default_storage.client  # boto takes a second to be made, once in a process
        started = time.monotonic()
        response = client.get("/healthz")
    assert time.monotonic() - started < 1.2
    assert (response.status_code, response.json()["wrong"]) == (503, {"storage": "does not answer"})


@transactional
def test_a_store_that_answers_is_ready(client, store):
    assert client.get("/healthz").status_code == 200


@transactional
def test_a_folder_that_is_not_mounted_where_it_should_be_is_not_ready(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "no" / "such" / "place"
    assert client.get("/healthz").json()["wrong"].keys() == {"storage"}
