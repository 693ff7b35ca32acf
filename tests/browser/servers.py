"""Studios to test: real processes on ports of their own, each with a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
OPENS_WITHIN = 90.0
ENDS_WITHIN = 20.0
# Nothing else of the surroundings reaches a studio: no settings of the tests, nor those of a developer.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH")
PREPARE = """
import django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0, interactive=False)
call_command("createcachetable", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
"""


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Studio:
    """A studio in `folder`; a context manager that ends what it started.

    `environment` is put over the defaults: SQLite, the built-in API, no e-mail.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log.txt"
        self._parts: dict[str, subprocess.Popen[bytes]] = {}
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment = {
            **kept,
            "OMNISTUDIO_DATA_DIR": str(folder),
            "PORT": str(self.port),
            "BIND": "127.0.0.1",
            "PUBLIC_URL": self.url,
            "DATABASE_URL": f"sqlite:///{folder}/omnistudio.sqlite3",
            "CACHE_URL": "dbcache://omnistudio_cache",
            "EMAIL_URL": "dummymail://",
            "OMNI_API_URL": "",
            "OMNI_MODELS": "",
            "DEBUG": "false",
            "WEB_WORKERS": "1",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._parts):
            self.stop(name)

    def prepare(self) -> None:
        """Make the database and the static files without starting anything."""
        settings = {**self.environment, "DJANGO_SETTINGS_MODULE": "omnistudio.settings"}
        subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=settings, check=True)

    def prepare_like(self, other: Studio) -> None:
        """Take over what `other`, which is not running, has prepared; quicker than to do it again."""
        shutil.copytree(other.folder, self.folder, dirs_exist_ok=True)

    def start(self, name: str, code: Path = ROOT) -> None:
        """Start `manage.py <name>`, of this code or of another copy of it."""
        # A part that has a supervisor ends with it: here, when the tests are killed.
        own = {} if name == "up" else {"OMNISTUDIO_SUPERVISED": "1"}
        with self.log.open("ab") as log:
            self._parts[name] = subprocess.Popen(
                [sys.executable, "manage.py", name],
                cwd=code,
                env={**self.environment, **own},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def stop(self, name: str) -> int:
        """End it as an administrator would; its exit code."""
        part = self._parts.pop(name)
        part.terminate()
        try:
            return part.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            part.kill()
            return part.wait()

    def pid(self, name: str) -> int:
        return self._parts[name].pid

    def runs(self, name: str) -> bool:
        return name in self._parts and self._parts[name].poll() is None

    def wait_until_open(self, *alive: str) -> None:
        """Wait until it answers, and until each of `alive` ("tracker", "renderer") has given a sign of life."""
        deadline = time.monotonic() + OPENS_WITHIN
        while time.monotonic() < deadline:
            health = self._health()
            if health and all(health[role]["alive"] for role in alive):
                return
            for name, part in self._parts.items():
                assert part.poll() is None, f"manage.py {name} ended with {part.returncode}:\n{self.tail()}"
            time.sleep(0.1)
        raise AssertionError(f"the studio did not open within {OPENS_WITHIN} s:\n{self.tail()}")

    def _health(self) -> dict[str, Any]:
        with (
            suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer,
        ):
            return dict(json.load(answer))
        return {}

    def tail(self, lines: int = 60) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""
