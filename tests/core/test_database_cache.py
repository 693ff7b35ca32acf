"""What all processes share in the cache: on the database, or on Redis by `CACHE_URL`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings
from fakeredis import TcpFakeServer

from omnistudio.core import checks
from omnistudio.gallery.share_links import services as share_links
from omnistudio.openapi_server import throttle
from omnistudio.openapi_server.models import Job
from tests.conftest import PASSWORD
from tests.openapi_server.conftest import api, secret

__all__ = ["api", "secret"]

ROOT = Path(django_settings.BASE_DIR)
COUNT = """
import django
django.setup()
from django.core.cache import cache
from omnistudio.openapi_server.throttle import throttle
cache.add("tries", 0)
print(cache.incr("tries"), throttle.seconds_to_wait(7))
"""


@pytest.fixture
def redis() -> Iterator[str]:
    """A server that speaks Redis' protocol, on a socket."""
    server = TcpFakeServer(("127.0.0.1", 0), server_type="redis")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"redis://127.0.0.1:{server.server_address[1]}/1"
    server.shutdown()
    server.server_close()
    thread.join()


def counted(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    """A process of its own that counts one try."""
    environment = {
        "PATH": os.environ["PATH"],
        "OMNISTUDIO_DATA_DIR": str(folder),
        "CACHE_URL": url,
        "DJANGO_SETTINGS_MODULE": "omnistudio.settings",
    }
    return subprocess.run(
        [sys.executable, "-c", COUNT], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


def test_processes_share_their_counts_on_redis(redis, tmp_path):
    told = [counted(tmp_path, redis) for _ in range(3)]
    assert [one.stdout.strip() for one in told] == ["1 0", "2 0", "3 0"], told[0].stderr


def test_a_hanging_redis_delays_requests_only_briefly(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections, and never says a word
        started = time.monotonic()
        told = counted(tmp_path, f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
    assert told.returncode
    assert "TimeoutError" in told.stderr
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    ("backend", "warns"),
    [
        ("locmem.LocMemCache", True),
        ("dummy.DummyCache", True),
        ("db.DatabaseCache", False),
        ("redis.RedisCache", False),
    ],
)
def test_a_cache_that_a_process_has_for_itself_is_warned_of(backend, warns):
    with override_settings(CACHES={"default": {"BACKEND": f"django.core.cache.backends.{backend}"}}):
        assert bool(checks.cache_is_shared(None)) is warns


@pytest.fixture
def redis_away(settings) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    }


def test_signing_in_without_redis_is_refused_with_a_message(redis_away, owner, client):
    """Tries can't be counted, so none is made; the email that was typed stays."""
    response = client.post("/auth/login/", {"login": owner.email, "password": PASSWORD})
    assert response.status_code == 503
    assert "can’t count attempts at the moment" in response.text
    assert f'value="{owner.email}"' in response.text
    assert "_auth_user_id" not in client.session


def test_the_api_counts_by_itself_without_redis(redis_away, settings, monkeypatch):
    settings.OPENAPI_SERVER = {**settings.OPENAPI_SERVER, "REQUESTS_PER_MINUTE": 100}
    monkeypatch.setattr(throttle.time, "time", lambda: 1_000_000.0)
    alone = throttle.Throttle()
    passed = sum(not alone.seconds_to_wait(7) for _ in range(300))
    assert passed == 100


def test_a_run_of_the_built_in_service_works_without_redis(redis_away, api):
    assert api.create().status_code == 200
    assert Job.objects.count() == 1


def test_a_shared_links_password_is_not_tried_without_redis(redis_away, owner, make_task):
    link = share_links.make(owner, make_task(status="succeeded"), password="open sesame")
    browser = Client(raise_request_exception=False)
    response = browser.post(f"/s/{link.token}/unlock/", {"password": "open sesame"})
    assert response.status_code == 503
