"""The processes: web, trackers, renderers; killed as by a machine that is gone, and started again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.servers import ROOT, free_port
from tests.postgres import Postgres

TINY_ENGINE = "tests.openapi_server.tiny_engine.TinyEngine"
ENDS_WITHIN = 15.0


@dataclass
class Member:
    """One process of the fleet, and the one that takes its place when it was killed."""

    role: str
    port: int
    process: subprocess.Popen[bytes] | None = None


@dataclass
class Deed:
    """Something that was done to the fleet, and when."""

    what: str
    begun: float
    ended: float


@dataclass
class Fleet:
    """All processes; a context manager that ends them."""

    environment: dict[str, str]
    folder: Path
    members: list[Member] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)

    def __enter__(self) -> Fleet:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End all in good order, and those that do not end by force."""
        for member in self.members:
            if member.process is not None and member.process.poll() is None:
                member.process.terminate()
        until = time.monotonic() + ENDS_WITHIN
        for member in self.members:
            if member.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    member.process.wait(max(0.1, until - time.monotonic()))
                self._kill(member)

    @property
    def webs(self) -> list[str]:
        return [f"http://127.0.0.1:{member.port}" for member in self.members if member.role == "web"]

    def add(self, role: str, port: int = 0) -> None:
        self.members.append(Member(role, port or free_port()))

    def start(self, member: Member) -> None:
        """Start it in a session of its own, so that it can be killed with all that it has started."""
        environment = {**self.environment, "PORT": str(member.port)}
        with (self.folder / f"{member.role}-{member.port}.log").open("ab") as log:
            member.process = subprocess.Popen(
                [sys.executable, "manage.py", member.role],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_all(self) -> None:
        for member in self.members:
            self.start(member)

    @staticmethod
    def _kill(member: Member) -> None:
        if member.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(member.process.pid, signal.SIGKILL)
        member.process.wait()
        member.process = None

    def kill(self, member: Member) -> None:
        """SIGKILL, and start another in its place."""
        begun = time.time()
        self._kill(member)
        self.deeds.append(Deed(f"SIGKILL {member.role}", begun, time.time()))
        self.start(member)

    def deeds_done(self) -> Counter[str]:
        return Counter(deed.what for deed in self.deeds)


class Hand(threading.Thread):
    """Kills a random process every few seconds, and restarts the database when it is told to."""

    def __init__(self, fleet: Fleet, server: Postgres, every: float, seed: int, spare: str | None = None) -> None:
        super().__init__(name="the hand", daemon=True)
        self.fleet, self.server, self.every = fleet, server, every
        self._random = random.Random(seed)
        self._ended = threading.Event()
        self._within_reach = [member for member in fleet.members if member.role != spare]
        self._rounds: list[Member] = []
        # Kinds of process of which none was killed yet.
        self._spared = {member.role for member in self._within_reach}
        self.restarts: list[str] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._ended.wait(self.every * self._random.uniform(0.7, 1.3)):
                if self.restarts:
                    self._restart(self.restarts.pop(0))
                else:
                    member = self._next()
                    self.fleet.kill(member)
                    self._spared.discard(member.role)
        except BaseException as error:
            self.failure = error

    @property
    def has_struck_every_kind(self) -> bool:
        """Whether a process of each kind within reach was killed: on a quick machine the tasks may end before."""
        return not self._spared

    def _next(self) -> Member:
        """A random one, but each once before one comes a second time, and first of a kind that was spared so far."""
        if not self._rounds:
            self._rounds = self._random.sample(self._within_reach, len(self._within_reach))
        chosen = next((member for member in self._rounds if member.role in self._spared), self._rounds[-1])
        self._rounds.remove(chosen)
        return chosen

    def _restart(self, mode: str) -> None:
        begun = time.time()
        self.server.stop(mode)
        self.server.start()
        self.fleet.deeds.append(Deed(f"PostgreSQL restarted ({mode})", begun, time.time()))

    def end(self) -> None:
        self._ended.set()
        self.join(120)
        if self.failure is not None:
            raise self.failure


def environment(database: str, api: str, folder: Path, public: str, call_seconds: float) -> dict[str, str]:
    """Of every process: one instance, a tiny quick engine, short times."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "omnistudio.settings",
        "OMNISTUDIO_DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "PUBLIC_URL": public,
        "OMNI_API_URL": api,
        "OPENAPI_ENGINE": TINY_ENGINE,
        "OPENAPI_REQUESTS_PER_MINUTE": "1000000",
        "WEB_WORKERS": "1",
        "TRACKER_CALL_SECONDS": str(call_seconds),
        "TRACKER_LEASE_SECONDS": str(call_seconds + 5),
        # What a tracker that is killed may have had on its way: a few, as with a service that answers quickly.
        "TRACKER_CONCURRENCY": "8",
        "TRACKER_POLL_SECONDS": "0.5",
        "TRACKER_MAX_POLL_SECONDS": "3",
        "LOG_LEVEL": "WARNING",
    }
