"""Collecting a result: fetch the file, look at it, and keep it in our storage with its small copies."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from omnistudio.core.fetch.safe_fetch import Fetched, FetchError, afetch
from omnistudio.gallery.media import ingest
from omnistudio.gallery.models import Output, Task
from omnistudio.openapi_client import RemoteTask
from omnistudio.tracker import outputs, poll_transitions
from omnistudio.tracker.db import in_database, persist

logger = logging.getLogger(__name__)

# A file that is not there yet may come a moment later; one that never comes is given up permanently.
MAX_FETCHES, MAX_PERMANENT_FETCHES = 10, 3
DOWNLOADS, DOWNLOADS_PER_PERSON = 32, 4
# A picture of 64 million pixels takes 256 MB while it is looked at.
LOOKS = 2
PLACE_SECONDS = 5.0
_PREFIX = "result-"
Failure = FetchError | ingest.BadResult


class NotStored(Exception):
    """The file was downloaded but could not be stored: the disk is full, or the storage is away."""


class NoPlace(Exception):
    """All places for downloads are taken, and none came free in time."""


class Places:
    """Places for downloads, a few for each person, so that nobody's slow files keep others waiting."""

    def __init__(self, total: int = DOWNLOADS, per_person: int = DOWNLOADS_PER_PERSON) -> None:
        self.total, self.per_person = total, per_person
        self.taken: Counter[int] = Counter()
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def place(self, person: int) -> AsyncIterator[None]:
        """Hold a place.

        Raises:
            NoPlace: none came free within some seconds.
        """
        async with self._changed:
            try:
                async with asyncio.timeout(PLACE_SECONDS):
                    await self._changed.wait_for(lambda: self._has_room(person))
            except TimeoutError as error:
                raise NoPlace from error
            self.taken[person] += 1
        try:
            yield
        finally:
            self.taken[person] -= 1
            async with self._changed:
                self._changed.notify_all()

    def _has_room(self, person: int) -> bool:
        return self.taken[person] < self.per_person and self.taken.total() < self.total


class Collector:
    """Collects the results of tasks that the service has made. One instance a tracker."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        self.places = Places()
        self._looks = asyncio.Semaphore(LOOKS)

    async def collect(self, task: Task, remote: RemoteTask) -> None:
        """Take the task to its end, or note why the result can't be had yet."""
        try:
            async with self.places.place(task.owner_id):
                await self._collect(task, remote)
        except NoPlace:
            await in_database(poll_transitions.later)(task, PLACE_SECONDS, self.holder)

    async def _collect(self, task: Task, remote: RemoteTask) -> None:
        if not await in_database(outputs.saving)(task, remote, self.holder):
            return
        further = await in_database(outputs.missing)(task)
        failures: list[Failure] = []
        first: dict[str, Any] = {}
        try:
            if not task.file:  # else it was stored before, and only a further output was missing
                first = await self._first(task, remote, failures)
            has_first = bool(first or task.file)
            if first and further:
                if not await persist(outputs.first_stored)(task, first, self.holder):
                    return
                first = {}
            for output in further:
                await self._further(task, output, failures)
        except NotStored:  # the disk is full, the storage is away: our own trouble, so it is never given up
            logger.exception("the result of task %s can't be stored", task.pk)
            words = _("The studio can’t save the file at the moment.")
            await in_database(poll_transitions.not_kept)(task, words, self.holder)
            return
        if failures:
            await in_database(self._not_collected)(task, failures, has_first)
            return
        await persist(poll_transitions.succeeded)(task, first, self.holder)
        logger.info("task %s is stored", task.pk)

    async def _first(self, task: Task, remote: RemoteTask, failures: list[Failure]) -> dict[str, Any]:
        """Collect the first output. Returns the columns for the task's row; none where it failed."""
        try:
            result, columns = await self._stored(task, outputs.address_of_first(task, remote), task.kind)
        except (FetchError, ingest.BadResult) as error:
            failures.append(error)
            return {}
        return columns | outputs.about_first(task, result)

    async def _further(self, task: Task, output: Output, failures: list[Failure]) -> None:
        """Collect a further output into its own row, or add the failure."""
        try:
            result, columns = await self._stored(task, output.result_url, output.kind, prefix=f"{output.position}-")
        except (FetchError, ingest.BadResult) as error:
            failures.append(error)
            await in_database(outputs.not_fetched)(output, str(error))
        else:
            await persist(outputs.stored)(output, result, columns)

    async def _stored(
        self, task: Task, url: str | None, kind: str, *, prefix: str = ""
    ) -> tuple[ingest.Result, dict[str, Any]]:
        """Fetch a result into our storage; return what it is, and the columns of a stored file.

        Raises:
            FetchError, results.BadResult: with a text for a person.
            NotStored: nothing is wrong with the file, and we have no place for it.
        """
        if not url:
            raise FetchError(_("The service says that it is done, but gives no file."))
        with _temporary() as file:
            fetched = await self._fetched(url, file)
            path = Path(file.name)
            async with self._looks:
                result = await asyncio.to_thread(_examine, path, kind, translation.get_language())
            try:
                columns = await asyncio.to_thread(
                    ingest.store, task, path, result, fetched.sha256, name_prefix=prefix
                )
            except Exception as error:
                raise NotStored from error
        return result, columns

    async def _fetched(self, url: str, file: IO[bytes]) -> Fetched:
        try:
            fetched = await afetch(
                url,
                file,  # type: ignore[arg-type] # a file in all that matters
                max_bytes=settings.MAX_RESULT_BYTES,
                seconds=settings.TRACKER["COLLECT_SECONDS"],
                private_hosts=own_hosts(),
                setting="RESULT_HOSTS",
            )
            file.flush()
        except OSError as error:  # of the file on our disk: those of the network are `FetchError`
            raise NotStored from error
        return fetched

    def _not_collected(self, task: Task, failures: list[Failure], has_first: bool) -> None:
        """Try again later, or give up: a task whose first result is here succeeds without the rest."""
        permanent = all(isinstance(error, ingest.BadResult) or error.permanent for error in failures)
        # Failures of the same kind in a row: looks that failed on the way say nothing about the file.
        tries = 1 + (task.attempts if task.trouble == Task.Trouble.FETCH else 0)
        error = failures[0]
        if tries < (MAX_PERMANENT_FETCHES if permanent else MAX_FETCHES):
            poll_transitions.not_fetched(task, str(error), self.holder, tries)
            return
        outputs.give_up(task)
        if has_first:
            poll_transitions.succeeded(task, {}, self.holder)
            return
        reason = Task.Reason.RESULT_BAD if isinstance(error, ingest.BadResult) else Task.Reason.RESULT_LOST
        poll_transitions.given_up(task, reason, str(error), self.holder)


def _examine(path: Path, kind: str, language: str) -> ingest.Result:
    with translation.override(language):  # a thread does not inherit it
        return ingest.examine(path, kind)


@contextmanager
def _temporary() -> Iterator[IO[bytes]]:
    """A file in our own folder that is gone after the block.

    Raises:
        NotStored: none could be made.
    """
    try:
        file = tempfile.NamedTemporaryFile(prefix=_PREFIX, dir=_folder())  # noqa: SIM115 - it is closed below
    except OSError as error:
        raise NotStored from error
    with file:
        yield file


def _folder() -> Path:
    folder: Path = settings.DATA_DIR / "tmp"
    folder.mkdir(exist_ok=True)
    return folder


def sweep() -> None:
    """Remove downloads that trackers left behind when they were killed."""
    old = time.time() - settings.TRACKER["COLLECT_SECONDS"] - 3600
    for left in _folder().glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # another tracker sweeps, too
            if left.stat().st_mtime < old:
                left.unlink()


def own_hosts() -> set[str]:
    """What may have private addresses: the configured API, this studio, and the hosts that the operator names."""
    hosts = set(settings.RESULT_HOSTS)
    for url in (settings.OMNI_API_URL, settings.PUBLIC_URL):
        parts = urlsplit(url)
        hosts.add(f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}")
    return hosts
