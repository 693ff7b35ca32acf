"""The renderer's pulse: a thread that says that it is alive, and prolongs its hold on the job at hand."""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, connection

from omnistudio.core import machines
from omnistudio.core.models import Heartbeat
from omnistudio.openapi_server.services import jobs

logger = logging.getLogger(__name__)


class Pulse(threading.Thread):
    """Beats every `Heartbeat.EVERY`, also while an engine works.

    A job is held by a short lease that each beat prolongs, so that the jobs of a renderer that was killed are
    soon anybody's. Only the job at hand is: one that could not be given back must become anybody's as well. And
    not for ever: a renderer that hangs must let go of it.
    """

    def __init__(self, process: str, lease_seconds: float) -> None:
        super().__init__(daemon=True, name="pulse")
        self.process, self.lease_seconds = process, lease_seconds
        self._at_hand: tuple[int, float] | None = None
        self._ended = threading.Event()

    def run(self) -> None:
        try:
            while True:
                self._beat()
                if self._ended.wait(Heartbeat.EVERY.total_seconds()):
                    return
        finally:
            connection.close()

    def hold(self, job_id: int, seconds: float) -> None:
        """Prolong the hold on this job for so many seconds at most, until `let_go`."""
        self._at_hand = job_id, time.monotonic() + seconds

    def let_go(self) -> None:
        """Prolong nothing any more."""
        self._at_hand = None

    def end(self) -> None:
        """Stop, and take the heartbeat away."""
        self._ended.set()
        self.join(1)
        Heartbeat.stop(self.process)

    def _beat(self) -> None:
        try:
            Heartbeat.beat(Heartbeat.Role.RENDERER, self.process)
            machines.note()
            at_hand = self._at_hand
            if at_hand and time.monotonic() < at_hand[1]:
                jobs.keep_hold(self.process, at_hand[0], self.lease_seconds)
        except DatabaseError:
            logger.warning("The heartbeat could not be written.", exc_info=True)
            connection.close()
