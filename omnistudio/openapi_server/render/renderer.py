"""The renderer's loop: take a job, fetch its references, run the engine, store the result."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from omnistudio.core import machines
from omnistudio.core.models import Heartbeat, process_name
from omnistudio.openapi_server.catalogue import AUTO, Kind
from omnistudio.openapi_server.engines import Artifact, EngineError, Order
from omnistudio.openapi_server.models import Job, extension_of
from omnistudio.openapi_server.render import references
from omnistudio.openapi_server.render.pulse import Pulse
from omnistudio.openapi_server.render.workshop import (
    EngineBroke,
    EngineDied,
    Interrupted,
    NoRoom,
    TookTooLong,
    Workshop,
)
from omnistudio.openapi_server.services import jobs

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
LEASE_SECONDS = 45.0
REST_SECONDS = 0.25
TROUBLE_SECONDS = 2.0
HOUSEKEEPING_SECONDS = 600.0
_STORE_SECONDS = 30.0
# The pause after a job that could not be stored or found the disk full; doubled each time in a row.
PAUSE_SECONDS, MAX_PAUSE_SECONDS = 5.0, 60.0
# Free space needed to take a job; the drawing engine uses a few megabytes for an image or a video.
ROOM_BYTES = 20_000_000


def seconds_for(kind: str) -> float:
    """Return how long an engine may take for a job of this kind."""
    return float(settings.OPENAPI_SERVER[f"SECONDS_{kind.upper()}"])


def most_seconds() -> float:
    """Return the longest time from taking a job to storing its result; without a pulse, the lease lasts as long."""
    return references.SECONDS + max(map(seconds_for, ("image", "video"))) + _STORE_SECONDS


class Renderer:
    """Carries out jobs, one at a time. Any number of renderers may run, on any number of machines."""

    def __init__(self, workshop: Workshop | None = None) -> None:
        self.name = process_name(Heartbeat.Role.RENDERER)
        self.workshop = workshop or Workshop(settings.OPENAPI_SERVER["ENGINE"])
        self.workshop.interrupted = self.must_end
        self.pulse: Pulse | None = None
        self._asked_to_end = False
        self._parent = os.getppid()
        self._supervised = os.environ.get("OMNISTUDIO_SUPERVISED") == "1"
        self._kept_house_at = float("-inf")
        self._paused_until = float("-inf")
        self._pauses = 0

    def ask_to_end(self) -> None:
        """Take no more jobs, and give back the current one. Safe in a signal handler."""
        self._asked_to_end = True

    def must_end(self) -> bool:
        """Whether the renderer was asked to end, or its supervisor is gone."""
        return self._asked_to_end or (self._supervised and os.getppid() != self._parent)

    def run(self) -> None:
        """Work until asked to end."""
        self.pulse = Pulse(self.name, LEASE_SECONDS)
        self.pulse.start()
        logger.info("Rendering with %s.", self.workshop.engine)
        try:
            while not self.must_end():
                self._one_round()
        finally:
            self.workshop.close()
            self.pulse.end()

    def run_once(self) -> int:
        """Carry out all jobs that are due, delete expired results, and return the number of jobs."""
        count = 0
        while self.work_on_next():
            count += 1
        jobs.expire_results()
        return count

    def work_on_next(self) -> bool:
        """Take one job and carry it out. Returns False if nothing is due, or if this renderer pauses."""
        if time.monotonic() < self._paused_until or not self._has_room():
            return False
        job = jobs.claim_next(self.name, LEASE_SECONDS if self.pulse else most_seconds())
        if job is None:
            return False
        if self.pulse:
            self.pulse.hold(job.pk, most_seconds())
        try:
            with translation.override(job.language):
                self._carry_out(job)
        finally:
            if self.pulse:
                self.pulse.let_go()
        return True

    def _one_round(self) -> None:
        """Carry out a job if one is due, else wait a moment. Errors are logged, and the renderer continues."""
        try:
            if self.work_on_next():
                return
            if time.monotonic() - self._kept_house_at > HOUSEKEEPING_SECONDS:
                self._kept_house_at = time.monotonic()
                jobs.expire_results()
            time.sleep(REST_SECONDS)
        except Exception:
            logger.exception("The renderer goes on after trouble.")
            connection.close()
            time.sleep(TROUBLE_SECONDS)

    def _carry_out(self, job: Job) -> None:
        if job.attempts >= MAX_ATTEMPTS:
            jobs.fail(job, self.name, _kept_dying())
            return
        if not jobs.start(job, self.name):
            return
        logger.info("%s: %s with %s", job.task_id, job.kind, job.model_id)
        try:
            with TemporaryDirectory(prefix="omnistudio-render-", ignore_cleanup_errors=True) as folder:
                self._store(job, self._made(job, Path(folder)))
        except (EngineError, references.Unusable) as error:
            jobs.fail(job, self.name, _(str(error)[:500]) if str(error) else _("The engine gave no reason."))
        except TookTooLong:
            reason = _("This took longer than %(seconds)d s, and was stopped.")
            jobs.fail(job, self.name, reason % {"seconds": seconds_for(job.kind)})
        except EngineBroke as error:
            logger.error("%s: the engine broke down.\n%s", job.task_id, error)
            jobs.fail(job, self.name, _("The engine failed on this task."))
        except Interrupted:
            jobs.give_back(job, self.name)
        except EngineDied as error:
            self._died(job, error)
        except NoRoom as error:
            self._pause(job, f"this machine's disk is full: {str(error).strip().splitlines()[-1]}")
        except OSError as error:  # of this machine's disk, or of the storage
            self._pause(job, f"it can't be stored: {error}")

    def _store(self, job: Job, artifact: Artifact) -> None:
        """Store the result, and mark the job as succeeded.

        Raises:
            EngineBroke: the engine has written no file.
            OSError: it could not be stored.
        """
        if not artifact.path.is_file():
            raise EngineBroke(f"The engine made no file at {artifact.path}.")
        jobs.succeed(job, self.name, artifact)
        self._pauses = 0

    def _made(self, job: Job, folder: Path) -> Artifact:
        """Run the engine on the job, and check that the file is of a type that results may have."""
        pictures = references.fetch_all(job.image_urls, folder, self.must_end)
        order = Order(cast(Kind, job.kind), job.prompt, job.aspect_ratio or AUTO, job.seed, pictures)
        artifact = self.workshop.make(order, folder, seconds_for(job.kind))
        if not extension_of(artifact.content_type) or artifact.content_type.partition("/")[0] != job.kind:
            raise EngineBroke(f"The engine made {artifact.content_type} for a task of the kind {job.kind}.")
        return artifact

    def _pause(self, job: Job, why: str) -> None:
        """Give the job back to other renderers and pause: the trouble is this machine's or the storage's."""
        seconds = min(MAX_PAUSE_SECONDS, PAUSE_SECONDS * 2**self._pauses)
        self._pauses += 1
        self._paused_until = time.monotonic() + seconds
        logger.error("%s is given back, and nothing is taken for %d s: %s", job.task_id, seconds, why)
        jobs.give_back(job, self.name)

    def _has_room(self) -> bool:
        """Whether the disk has room for a job. If not, log it and take no jobs for a while."""
        free = machines.free_bytes()
        if free >= ROOM_BYTES:
            return True
        self._paused_until = time.monotonic() + MAX_PAUSE_SECONDS
        logger.error("Only %d MB are free on this machine's disk, so nothing is taken.", free // 1_000_000)
        return False

    def _died(self, job: Job, error: Exception) -> None:
        """Schedule another attempt after a crash of the engine's process, or fail the job after the last one."""
        logger.warning("%s: attempt %d died: %s", job.task_id, job.attempts + 1, error)
        if job.attempts + 1 >= MAX_ATTEMPTS:
            jobs.fail(job, self.name, _kept_dying())
        else:
            jobs.try_again(job, self.name, after=job.attempts + 1)


def _kept_dying() -> str:
    return _("The engine stopped working on this task %(times)d times.") % {"times": MAX_ATTEMPTS}
