"""A PostgreSQL that is down for minutes: afterwards pages work within seconds, and health is correct throughout."""

from __future__ import annotations

import os
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.browser.servers import Studio
from tests.operations.helpers import Elsewhere
from tests.postgres import Postgres, programs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed"),
]
# The pool's pauses double from 1 s. Without a bound the next is 32 s, once a page has waited its 20 s as well.
AWAY_SECONDS = float(os.environ.get("AWAY_SECONDS", "12"))
BACK_WITHIN = 12.0


def health(studio: Studio, **headers: str) -> tuple[int, float, dict]:
    started = time.monotonic()
    response = httpx.get(f"{studio.url}/healthz", headers=headers, timeout=10)
    return response.status_code, time.monotonic() - started, response.json()


def test_pages_work_within_seconds_of_its_return(tmp_path: Path) -> None:
    with Postgres() as server, Studio(tmp_path / "studio", DATABASE_URL=server.create("studio")) as studio:
        studio.prepare()
        studio.start("web")
        studio.wait_until_open()
        assert httpx.get(f"{studio.url}/auth/signup/", timeout=20).status_code == 200
        server.stop()
        gone = time.monotonic()
        while time.monotonic() - gone < AWAY_SECONDS:
            status, seconds, told = health(studio, Host="10.1.2.3")
            assert (status, told["ok"]) == (503, False)
            assert told["wrong"]["database"] == "does not answer"
            assert seconds < 1.0
            time.sleep(2)
        page = httpx.get(f"{studio.url}/auth/signup/", timeout=40)
        assert page.status_code == 503
        assert "The database does not answer." in page.text
        assert httpx.get(f"{studio.url}/livez", timeout=5).status_code == 200
        server.start()
        back = time.monotonic()
        while httpx.get(f"{studio.url}/auth/signup/", timeout=60).status_code != 200:
            assert time.monotonic() - back < BACK_WITHIN, studio.tail()
        assert time.monotonic() - back < BACK_WITHIN, studio.tail()
        assert health(studio)[0] == 200


def test_a_wrong_clock_is_reported_at_the_start_and_by_health(tmp_path: Path) -> None:
    """The database's clock is put three minutes back, for whoever asks it."""
    with Postgres() as server, Studio(tmp_path / "studio", DATABASE_URL=server.create("studio")) as studio:
        studio.prepare()
        with psycopg.connect(server.url("studio"), autocommit=True) as database:
            database.execute("CREATE SCHEMA shifted")
            database.execute(
                "CREATE FUNCTION shifted.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
                "$$ SELECT pg_catalog.clock_timestamp() - interval '180 seconds' $$"
            )
            database.execute("ALTER DATABASE studio SET search_path = shifted, pg_catalog, public")
        studio.start("web")
        studio.start("track")
        studio.wait_until_open("tracker")
        said = "This machine's clock is 180 s ahead of the database's"
        assert studio.tail().count(said) == 2, "of web and of the tracker"
        status, _seconds, told = health(studio)
        assert status == 200
        assert told["wrong"]["clock"].startswith(said)
        assert told["clock"]["seconds_off"] == pytest.approx(180, abs=1)


@pytest.mark.parametrize("command", ["web", "track", "render"])
def test_a_process_says_which_command_is_missing_and_does_not_start(tmp_path: Path, command: str) -> None:
    with Postgres() as server:
        elsewhere = Elsewhere(tmp_path / "studio", DATABASE_URL=server.create("studio"))
        done = elsewhere.run("manage.py", command)
        assert done.returncode == 1
        assert "manage.py migrate and manage.py createcachetable" in done.stderr
        for name in ("migrate", "createcachetable"):
            assert elsewhere.run("manage.py", name, "-v0").returncode == 0
        if command == "web":
            done = elsewhere.run("manage.py", command)
            assert done.returncode == 1
            assert "manage.py collectstatic" in done.stderr
        assert "Traceback" not in done.stderr
