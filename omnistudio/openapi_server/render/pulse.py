"""A thread of the renderer that writes its heartbeat and extends the lease of its current job."""

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

    A job has a short lease that each beat extends, so that other renderers can soon take the jobs of one that was
    killed. Only the current job's lease is extended, so that a job that could not be given back becomes free, too.
    It is not extended for ever, so that a renderer that hangs loses its job.
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
        """Extend the lease of this job for at most `seconds`, until `let_go`."""
        self._at_hand = job_id, time.monotonic() + seconds

    def let_go(self) -> None:
        """Stop extending the lease."""
        self._at_hand = None

    def end(self) -> None:
        """Stop the thread, and delete the heartbeat."""
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
