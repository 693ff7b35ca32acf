"""PostgreSQL under traffic: what loses a deadlock or waits for a lock is done again, and nobody sees it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.operations.helpers import Elsewhere
from tests.postgres import Postgres, programs

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed"),
]
SUBMIT = """
import django
django.setup()
from omnistudio.accounts.models import User
from omnistudio.studio.services import Submission, submit
owner = User.objects.create_user("owner@example.com", "x", name="Nok")
run, is_new = submit(owner, Submission("a vase", "gpt-image-2", "1:1", 2))
print("SUBMITTED", is_new, run.tasks.count())
"""


@pytest.fixture
def server() -> Iterator[Postgres]:
    with Postgres() as running:
        yield running


def waits_for_a_lock(database: psycopg.Connection, seconds: float = 30) -> None:
    """Return when some other session waits for a lock."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if database.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone():
            return
        time.sleep(0.02)
    raise AssertionError("nobody came to wait")


def test_a_submit_that_loses_a_deadlock_is_done_again(server: Postgres, tmp_path: Path) -> None:
    elsewhere = Elsewhere(tmp_path / "studio", DATABASE_URL=server.create("studio"))
    assert elsewhere.run("manage.py", "migrate", "-v0").returncode == 0
    with (
        psycopg.connect(server.url("studio")) as other,
        psycopg.connect(server.url("studio"), autocommit=True) as watcher,
    ):
        # Of two that wait for each other, the one that looks first is broken off: the submit.
        watcher.execute("ALTER DATABASE studio SET deadlock_timeout = '100ms'")
        other.execute("SET deadlock_timeout = '30s'")
        other.execute("LOCK TABLE gallery_run IN EXCLUSIVE MODE")
        done: list = []
        person = threading.Thread(target=lambda: done.append(elsewhere.run("-c", SUBMIT)))
        person.start()
        waits_for_a_lock(watcher)
        other.execute("LOCK TABLE gallery_prompt IN SHARE MODE")  # had once the submit is broken off
        other.commit()
        person.join(60)
    assert "SUBMITTED True 2" in done[0].stdout, done[0].stderr
    log = (server.folder / "log.txt").read_text()
    assert "deadlock detected" in log, "else nothing was tried here"


def test_a_migration_releases_its_lock_and_retries(server: Postgres, tmp_path: Path) -> None:
    elsewhere = Elsewhere(tmp_path / "studio", DATABASE_URL=server.create("studio"))
    assert elsewhere.run("manage.py", "migrate", "gallery", "0004", "-v0").returncode == 0
    with psycopg.connect(server.url("studio")) as reader, psycopg.connect(server.url("studio")) as page:
        reader.execute("SELECT count(*) FROM gallery_task")  # a long transaction holds its lock
        done: list = []
        operator = threading.Thread(target=lambda: done.append(elsewhere.run("manage.py", "migrate", "-v0")))
        operator.start()
        with psycopg.connect(server.url("studio"), autocommit=True) as watcher:
            waits_for_a_lock(watcher)
        started = time.monotonic()
        page.execute("SELECT count(*) FROM gallery_task")  # waits behind the migration
        assert time.monotonic() - started < 6
        page.rollback()
        reader.rollback()
        operator.join(90)
    assert done[0].returncode == 0, done[0].stderr
    assert "The database is busy" in done[0].stderr
    assert "once more in 1 s" in done[0].stderr
    assert elsewhere.run("manage.py", "migrate", "--check").returncode == 0
