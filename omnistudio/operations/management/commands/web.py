"""`manage.py web`: serve the pages and the API with gunicorn."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from omnistudio.accounts.security import fingerprints
from omnistudio.core import listening, logs, machines, readiness
from omnistudio.core.commands import StudioCommand
from omnistudio.core.storage import file_modes
from omnistudio.operations import start_warnings
from omnistudio.wsgi import application


class JsonLog(Logger):
    """Writes gunicorn's own log lines as JSON, like all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs.Json())


class Server(BaseApplication):
    """gunicorn, configured here instead of by a file or the command line."""

    def load_config(self) -> None:
        options = {
            "bind": f"{listening.in_url(settings.BIND)}:{settings.PORT}",
            "workers": settings.WEB_WORKERS,
            "worker_class": "gthread",
            "threads": listening.THREADS,
            "timeout": 60,
            "graceful_timeout": 5,
            "keepalive": 15,
            # The largest value that gunicorn accepts. Our own URLs are shorter (`MAX_ADDRESS`).
            "limit_request_line": 8190,
            # Headers of the request must not set SCRIPT_NAME or PATH_INFO.
            "forwarder_headers": "",
            "header_map": "drop",
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "control_socket_disable": True,  # not used
            # For gunicorn's own files. Its workers inherit the umask of this process.
            "umask": file_modes.umask_for(group_reads=bool(settings.MEDIA_X_ACCEL)),
            "proc_name": "omnistudio-web",
        }
        if settings.LOG_FORMAT == "json":
            options["logger_class"] = JsonLog
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return application


class Command(StudioCommand):
    help = "Serves the pages and the API on BIND:PORT."
    may_wait = True

    def handle(self, *args: Any, **options: Any) -> None:
        if os.environ.get("OMNISTUDIO_SUPERVISED"):
            threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
        else:
            self._warn()
        fingerprints.require()
        readiness.require(serves_pages=True)
        machines.is_one_of("web")
        # The workers are forks and must not share a connection, or they would read each other's results. Closing it
        # only returns it to the pool, which they would share as well.
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]
        Server().run()

    def _warn(self) -> None:
        """Print the start warnings, unless a supervisor has. The database may still be unreachable at this time."""
        with suppress(DatabaseError):
            for line in start_warnings.lines():
                self.stderr.write(self.style.WARNING(f"WARNING: {line}"))


def end_with_parent(parent: int) -> None:
    """Wait until the supervising process is gone, then end this one, so that the port becomes free."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
