"""`manage.py up`: prepare the database, then run web, tracker and renderer until Ctrl-C."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from omnistudio.accounts.security import fingerprints
from omnistudio.core import commands, listening
from omnistudio.operations import start_warnings

PARTS = ("web", "track", "render")
GRACE_SECONDS = 12.0


@dataclass
class Part:
    """One child process, which is started again if it ends by itself."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    start_at: float = field(default_factory=time.monotonic)
    started: float = 0.0

    def start(self) -> None:
        environment = {**os.environ, "OMNISTUDIO_SUPERVISED": "1"}
        command = [sys.executable, "manage.py", self.name]
        # In a new session, so that Ctrl-C reaches only the supervisor, which then ends the parts in order.
        self.process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)
        self.started = time.monotonic()

    def look(self) -> int | None:
        """Return the exit code if the process has just ended, and schedule its next start; else return None."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.process = None
        # The pause is 0.5 s after a run of more than 30 s, and doubles with each shorter one, up to 30 s.
        self.failures = 0 if time.monotonic() - self.started > 30 else self.failures + 1
        self.start_at = time.monotonic() + min(30.0, 0.5 * 2**self.failures)
        return code


class Command(BaseCommand):
    help = "Prepares the database and runs web, tracker and renderer in the foreground; Ctrl-C ends all."

    def handle(self, *args: Any, **options: Any) -> None:
        port_is_free(settings.BIND, settings.PORT)
        self.stdout.write("Preparing the database and the static files …")
        commands.prepare()
        fingerprints.require()
        call_command("collectstatic", verbosity=0, interactive=False)
        self.stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        for line in start_warnings.lines():
            self.stderr.write(self.style.WARNING(f"WARNING: {line}"))
        parts = [Part(name) for name in PARTS]
        threading.Thread(target=self.announce, daemon=True).start()
        try:
            self.supervise(parts)
        finally:
            self.end(parts)
        self.stdout.write("All ended.")

    def supervise(self, parts: list[Part]) -> None:
        while not self.stopping.is_set():
            for part in parts:
                if part.process is None and time.monotonic() >= part.start_at:
                    part.start()
                elif (code := part.look()) is not None:
                    self.stderr.write(f"{part.name} ended with {code}; it is started again.")
            self.stopping.wait(0.2)

    def announce(self) -> None:
        """Print the address as soon as the server answers."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy can't reach us
        while not self.stopping.is_set():
            try:
                with direct.open(f"{settings.OWN_URL}/healthz", timeout=2):
                    break
            except urllib.error.HTTPError as answer:  # it answers, whatever is wrong
                answer.close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        if not self.stopping.is_set():
            self.stdout.write(f"\n  OmniStudio is open: {settings.PUBLIC_URL}\n  Ctrl-C ends it.\n\n")
            self.stdout.flush()

    def end(self, parts: list[Part]) -> None:
        """Ask all parts to end, and kill those that have not after `GRACE_SECONDS`."""
        processes = [part.process for part in parts if part.process is not None]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def port_is_free(host: str, port: int) -> None:
    """Check that this process can listen on the address.

    Raises:
        CommandError: the port is in use or not permitted, or the machine has no such address; it says what to do.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CommandError(
                f"Port {port} may not be used by this account. Take another: PORT=8080 make run"
            ) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                everywhere = ", ".join(listening.EVERYWHERE)
                raise CommandError(
                    f"BIND is {host}, and this machine has no such address. Use 127.0.0.1 or ::1 for this machine "
                    f"alone, one address of it, or one of {everywhere} for all of them."
                ) from error
            raise CommandError(
                f"Port {port} on {host} is in use by another program. End it, or take another port: "
                f"PORT={port + 1 if port < listening.LAST_PORT else 8080} make run"
            ) from error
