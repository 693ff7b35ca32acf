"""One step of one task: send it, look at it, or collect its result."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from omnistudio.accounts.sealing import CannotOpen
from omnistudio.fetcher import FetchError, fetch
from omnistudio.gallery import results
from omnistudio.gallery.links import reference_link
from omnistudio.gallery.models import Task
from omnistudio.openapi_client import (
    CreatedTask,
    NotSent,
    OpenAPIClient,
    OpenAPIError,
    Refused,
    RemoteTask,
    TaskStatus,
    TurnedAway,
    Unauthorized,
)
from omnistudio.tracker import followed, sent, services
from omnistudio.tracker.breaker import Breaker
from omnistudio.tracker.clients import Clients

logger = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

# A file that is not there yet may come a moment later; one that never comes is given up for good.
MAX_FETCHES, MAX_PERMANENT_FETCHES = 10, 3
# Looks in a row that fail, a minute together, before a task whose time is over is given up: a machine that
# has slept for a day has no network in its first seconds.
LAST_LOOKS = 5
PERSISTENCE_SECONDS = 60.0


def in_database(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Call a function of the database from the loop, in the one thread that has the connection."""

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (OperationalError, InterfaceError):
            connection.close()  # the next call opens a new one
            raise

    return sync_to_async(call, thread_sensitive=True)


class Steps:
    """What is done with claimed tasks. One instance a tracker."""

    def __init__(self, holder: str, clients: Clients, breaker: Breaker, downloads: int = 4) -> None:
        self.holder, self.clients, self.breaker = holder, clients, breaker
        self._downloads = asyncio.Semaphore(downloads)

    async def advance(self, task: Task) -> None:
        """Take the task one step on. Trouble of the service ends in the record, never in an exception."""
        try:
            client = self.clients.of(task.owner.api_key)
        except CannotOpen:
            await in_database(services.key_unreadable)(task, task.owner.api_key)
            return
        if task.status == Task.Status.WAITING:
            await self._send(task, client)
        else:
            await self._follow(task, client)

    # ------------------------------------------------------------------ send
    async def _send(self, task: Task, client: OpenAPIClient) -> None:
        wish = _wish(task)
        if not await in_database(sent.sending)(task, self.holder):
            return
        try:
            created = await client.create_task(**wish)
        except OpenAPIError as error:
            self._heard(error)
            await persist(self._not_created)(task, error)
            return
        self.breaker.answered()
        logger.info("task %s was accepted as %s", task.pk, created.task_id)
        await persist(sent.accepted)(task, created)

    def _not_created(self, task: Task, error: OpenAPIError) -> None:
        logger.info("task %s was not created: %s", task.pk, type(error).__name__)
        match error:
            case Unauthorized():
                services.key_rejected(task, task.owner.api_key, Task.Status.SENDING)
            case TurnedAway():
                sent.not_sent(task, error, Task.Trouble.BUSY)
            case NotSent():
                sent.not_sent(task, error, Task.Trouble.UNREACHABLE)
            case _ if error.may_have_been_processed:
                sent.answer_lost(task, error)
            case _:
                sent.refused(task, error)

    # ------------------------------------------------------------------ follow
    async def _follow(self, task: Task, client: OpenAPIClient) -> None:
        # Asked even when its time is over: it may have ended while no tracker ran, or while there was no key.
        try:
            remote = await client.get_task(task.remote_id)
        except OpenAPIError as error:
            self._heard(error)
            await in_database(self._not_seen)(task, error)
            return
        self.breaker.answered()
        match remote.status:
            case TaskStatus.SUCCEEDED:
                await self._collect(task, remote)
            case TaskStatus.FAILED:
                await persist(followed.failed)(task, remote)
            case _ if _is_overdue(task):
                await in_database(followed.overdue)(task)
            case _:
                await in_database(followed.seen)(task, remote, self.holder)

    def _not_seen(self, task: Task, error: OpenAPIError) -> None:
        if isinstance(error, Unauthorized):
            services.key_rejected(task, task.owner.api_key, task.status)
        elif _is_overdue(task) and task.attempts >= LAST_LOOKS:
            followed.overdue(task)
        elif isinstance(error, Refused) and task.adopted:
            followed.unknown_id(task, error)
        else:
            followed.not_seen(task, error, self.holder)

    # ------------------------------------------------------------------ collect
    async def _collect(self, task: Task, remote: RemoteTask) -> None:
        if not await in_database(followed.saving)(task, remote, self.holder):
            return
        task.status = Task.Status.RUNNING
        try:
            async with self._downloads:
                stored = await asyncio.to_thread(download, task, remote.result_url or "")
        except (FetchError, results.BadResult) as error:
            await in_database(self._not_collected)(task, error)
            return
        await persist(followed.succeeded)(task, stored, self.holder)
        logger.info("task %s is stored", task.pk)

    def _not_collected(self, task: Task, error: FetchError | results.BadResult) -> None:
        permanent = isinstance(error, results.BadResult) or error.permanent
        if task.attempts + 1 < (MAX_PERMANENT_FETCHES if permanent else MAX_FETCHES):
            followed.not_fetched(task, str(error), self.holder)
            return
        is_bad = isinstance(error, results.BadResult)
        reason = Task.Reason.RESULT_BAD if is_bad else Task.Reason.RESULT_LOST
        followed.given_up(task, reason, str(error), self.holder)

    def _heard(self, error: OpenAPIError) -> None:
        """Tell the breaker whether there was an answer at all."""
        if error.status_code is None:
            self.breaker.missed()
        else:
            self.breaker.answered()


def persist(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """As `in_database`, and again for a minute when the database is away.

    What the service has answered to a paid request must not be lost because of a database that restarts.
    """

    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        deadline = asyncio.get_running_loop().time() + PERSISTENCE_SECONDS
        while True:
            try:
                return await in_database(function)(*args, **kwargs)
            except (OperationalError, InterfaceError):
                if asyncio.get_running_loop().time() > deadline:
                    logger.critical("could not record the answer: %s", _summary(args))
                    raise
                await asyncio.sleep(0.5)

    return call


def _summary(args: tuple[Any, ...]) -> str:
    """What an administrator needs to put a lost answer right by hand: the ids, no prompt and no key."""
    task, answer = args[0], args[1] if len(args) > 1 else None
    remote = answer.task_id if isinstance(answer, CreatedTask | RemoteTask) else type(answer).__name__
    return f"task {getattr(task, 'pk', '?')}, remote {remote}"


def _wish(task: Task) -> dict[str, Any]:
    links = [reference_link(link.reference) for link in task.task_references.all()]
    return {
        "model_id": task.model_id,
        "prompt": task.prompt.text,
        "image_urls": links,
        "aspect_ratio": task.aspect_ratio,
        "idempotency_key": str(task.uuid),
        "language": task.owner.language or None,
    }


def _is_overdue(task: Task) -> bool:
    since = task.followed_since or task.accepted_at
    return since is not None and timezone.now() - since > timedelta(seconds=settings.TRACKER["DEADLINE_SECONDS"])


def download(task: Task, url: str) -> dict[str, Any]:
    """Fetch a result into our storage with its small copies; return the fields for the task's row.

    Raises:
        FetchError, results.BadResult: with a text for a person.
    """
    folder = settings.DATA_DIR / "tmp"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "result"
        with path.open("wb") as file:
            fetched = fetch(
                url,
                file,
                max_bytes=settings.MAX_RESULT_BYTES,
                seconds=settings.TRACKER["COLLECT_SECONDS"],
                private_hosts=own_hosts(),
            )
        return results.store(task, path, results.examine(path, task.kind), fetched.sha256)


def own_hosts() -> set[str]:
    """`host:port` of the configured API and of this studio, which may have private addresses."""
    hosts = set()
    for url in (settings.OMNI_API_URL, settings.PUBLIC_URL):
        parts = urlsplit(url)
        hosts.add(f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}")
    return hosts
