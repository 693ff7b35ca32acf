"""The renderer's pulse: a thread that says that it is alive, and prolongs its hold on the job at hand."""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, connection

from omnistudio import machines
from omnistudio.models import Heartbeat
from omnistudio.openapi_server.services import jobs

logger = logging.getLogger(__name__)


class Pulse(threading.Thread):
    """Beats every `Heartbeat.EVERY`, also while an engine works.

    A job is held by a short lease that each beat prolongs, so that the jobs of a renderer that was killed are
    soon anybody's. `holds_until` bounds that: a renderer that hangs must not keep a job for ever.
    """

    def __init__(self, process: str, lease_seconds: float) -> None:
        super().__init__(daemon=True, name="pulse")
        self.process, self.lease_seconds = process, lease_seconds
        self.holds_until = 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        try:
            while True:
                self._beat()
                if self._ended.wait(Heartbeat.EVERY.total_seconds()):
                    return
        finally:
            connection.close()

    def end(self) -> None:
        """Stop, and take the heartbeat away."""
        self._ended.set()
        self.join(1)
        Heartbeat.stop(self.process)

    def _beat(self) -> None:
        try:
            Heartbeat.beat(Heartbeat.Role.RENDERER, self.process)
            machines.note()
            if time.monotonic() < self.holds_until:
                jobs.keep_hold(self.process, self.lease_seconds)
        except DatabaseError:
            logger.warning("The heartbeat could not be written.", exc_info=True)
            connection.close()
