"""`manage.py track` as real processes on the database of the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.utils import timezone

from omnistudio.accounts.security.encryption import seal
from omnistudio.core.models import Heartbeat
from omnistudio.gallery.models import Task
from tests.tracker.helpers import until

STARTS_WITHIN = 30.0
ENDS_WITHIN = 20.0
TRACK = ("manage.py", "track")


def stuck_before_sending(gate: Path) -> tuple[str, str]:
    """A tracker that stands still between its claim and the send, until there is a file at `gate`."""
    program = f"""
import time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from omnistudio.tracker import steps
wanted = steps._wanted
def slow(task):
    while not Path({str(gate)!r}).exists():
        time.sleep(0.01)
    return wanted(task)
steps._wanted = slow
call_command("track")
"""
    return "-c", program


def supervised() -> tuple[str, str]:
    """A supervisor that starts a tracker and then does nothing."""
    program = """
import subprocess, sys
subprocess.run([sys.executable, "manage.py", "track"])
"""
    return "-c", program


class Trackers:
    """Starts processes whose files are in `folder`; a context manager that leaves none behind."""

    def __init__(self, api: str, folder: Path) -> None:
        self.api, self.folder = api, folder
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and what it may have started itself
            process.wait()
            if process.stdout:
                process.stdout.close()

    def start(
        self, program: tuple[str, ...] = TRACK, *, wait: bool = True, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start a tracker and wait until it beats. What it says is in `log`."""
        before = set(Heartbeat.objects.values_list("process", flat=True))
        environment = self._environment() | options.pop("environment", {})
        log = self.log(len(self._started)).open("wb")
        with log:
            command = [sys.executable, *program]
            options = {"stdout": log, "stderr": log, "start_new_session": True, **options}
            process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, **options)
        self._started.append(process)
        if wait:
            until(lambda: process.poll() is not None or self._beats() - before, STARTS_WITHIN)
            assert process.poll() is None, self.log(len(self._started) - 1).read_text()
        return process

    def log(self, number: int) -> Path:
        """The log of the tracker that was started as the so-manieth, from 0."""
        return self.folder / f"tracker-{number}.log"

    @staticmethod
    def _beats() -> set[str]:
        return set(Heartbeat.objects.values_list("process", flat=True))

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "omnistudio.settings",
            "PYTHONPATH": str(settings.BASE_DIR),
            "DATABASE_URL": database_url(),
            "OMNISTUDIO_DATA_DIR": str(self.folder),
            "ENCRYPTION_KEYS": encryption_keys(),
            "SECRET_KEY": settings.SECRET_KEY,
            "OMNI_API_URL": self.api,
            "TRACKER_POLL_SECONDS": "0.1",
            "TRACKER_MAX_POLL_SECONDS": "0.1",
            "LOG_LEVEL": "INFO",
        }


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL: it does nothing more."""
    process.kill()
    process.wait()


def let_leases_pass() -> None:
    """As if the time had gone by for which somebody holds tasks."""
    Task.objects.exclude(lease_until=None).update(lease_until=timezone.now() - timedelta(seconds=1))


def database_url() -> str:
    """The tests' own database, for another process."""
    database = connection.settings_dict
    name = str(database["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    person, password, host = (quote(str(database[part] or ""), safe="") for part in ("USER", "PASSWORD", "HOST"))
    return f"postgres://{person}:{password}@{host}:{database['PORT'] or 5432}/{name}"


def encryption_keys() -> str:
    """The keys with which the tests seal, for another process."""
    if settings.ENCRYPTION_KEYS:
        return ",".join(settings.ENCRYPTION_KEYS)
    seal(0, "")  # makes the file where there is none yet
    return ",".join(settings.ENCRYPTION_KEYS_FILE.read_text().split())
