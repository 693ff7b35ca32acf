"""One step of one task: send it, look at it, or collect its result."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from omnistudio.accounts.security.encryption import CannotOpen
from omnistudio.core.counters import tally
from omnistudio.gallery.media.reference_links import reference_link
from omnistudio.gallery.models import Task
from omnistudio.openapi_client import (
    NotSent,
    OpenAPIClient,
    OpenAPIError,
    RemoteTask,
    TaskStatus,
    TurnedAway,
    Unauthorized,
)
from omnistudio.tracker import outputs, poll_transitions, rejected_keys, services, submit_transitions
from omnistudio.tracker.circuit_breaker import Breaker
from omnistudio.tracker.clients import Clients
from omnistudio.tracker.db import in_database, persist
from omnistudio.tracker.downloads import Collector
from omnistudio.tracker.poll_interval import Pace
from omnistudio.tracker.throttle import Throttle

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

# Failed polls in a row, about a minute, before a task past its deadline is given up: a machine that
# has slept for a day has no network in its first seconds.
LAST_LOOKS = 5


class Steps:
    """What is done with claimed tasks. One instance a tracker."""

    def __init__(self, holder: str, clients: Clients, breaker: Breaker, pace: Pace) -> None:
        self.holder, self.clients, self.breaker, self.pace = holder, clients, breaker, pace
        self.collector = Collector(holder)
        self.throttle = Throttle()

    async def advance(self, task: Task) -> None:
        """Take the task one step further. Errors of the service are written to the task and never raised."""
        try:
            with self.clients.acquire(task.owner.api_key) as client:
                if task.status == Task.Status.WAITING:
                    with self.throttle.creating(task.owner_id):
                        await self._send(task, client)
                else:
                    await self._follow(task, client)
        except CannotOpen:
            await in_database(rejected_keys.key_unreadable)(task, task.owner.api_key)

    # ------------------------------------------------------------------ send
    async def _send(self, task: Task, client: OpenAPIClient) -> None:
        wanted = _wanted(task)
        if not await in_database(submit_transitions.sending)(task, self.holder):
            return
        began = time.monotonic()
        try:
            created = await self._heard_in_time("create", client.create_task(**wanted))
        except OpenAPIError as error:
            self._heard(error)
            wait = None
            if isinstance(error, TurnedAway):
                wait = self.throttle.turned_away(
                    task.owner_id, error.retry_after, attempts=task.attempts, began=began
                )
            await persist(self._not_created)(task, error, wait)
            return
        self.breaker.answered()
        self.throttle.accepted(task.owner_id)
        logger.info("task %s was accepted as %s", task.pk, created.task_id)
        await persist(submit_transitions.accepted)(task, created)

    def _not_created(self, task: Task, error: OpenAPIError, wait: float | None) -> None:
        logger.info("task %s was not created: %s", task.pk, type(error).__name__)
        match error:
            case Unauthorized():
                rejected_keys.key_rejected(task, task.owner.api_key, Task.Status.SENDING)
            case TurnedAway():
                submit_transitions.not_sent(task, error, Task.Trouble.BUSY, self.holder, wait)
            case NotSent():
                submit_transitions.not_sent(task, error, Task.Trouble.UNREACHABLE, self.holder)
            case _ if error.may_have_been_processed or task.sent_at:
                submit_transitions.answer_lost(task, error, self.holder)
            case _:
                submit_transitions.refused(task, error, self.holder)

    # ------------------------------------------------------------------ follow
    async def _follow(self, task: Task, client: OpenAPIClient) -> None:
        # Asked even when its time is over: it may have ended while no tracker ran, or while there was no key.
        try:
            remote = await self._heard_in_time("look", client.get_task(task.remote_id))
        except OpenAPIError as error:
            self._heard(error)
            await in_database(self._not_seen)(task, error)
            return
        self.breaker.answered()
        match remote.status:
            case TaskStatus.SUCCEEDED:
                await self.collector.collect(task, remote)
            case TaskStatus.FAILED if task.file:
                await persist(outputs.settle)(task, self.holder)
            case TaskStatus.FAILED:
                await persist(poll_transitions.failed)(task, remote)
            case _ if _is_overdue(task):
                await in_database(self._overdue)(task)
            case _:
                await in_database(self._seen)(task, remote)
        if remote.finished and not task.result_url:  # it ended just now: at a service that counts there is a place
            await self._make_room(task.owner_id)

    async def _make_room(self, owner_id: int) -> None:
        """Have the next task of a key sent that the service had turned away; the oldest one must be due by then."""
        if self.throttle.waits(owner_id):
            with suppress(DatabaseError):  # it is sent a little later then
                await in_database(services.wake)(owner_id)
        self.throttle.ended(owner_id)

    def _seen(self, task: Task, remote: RemoteTask) -> None:
        poll_transitions.seen(task, remote, self.holder, self.pace.next_look(task))

    def _not_seen(self, task: Task, error: OpenAPIError) -> None:
        if isinstance(error, Unauthorized):
            rejected_keys.key_rejected(task, task.owner.api_key, task.status)
            if task.file:  # only a further output is missing: what is here is not held up by a key
                outputs.settle(task, None)
        elif task.file and error.looked_for_a_task:
            outputs.settle(task, self.holder)
        elif _is_overdue(task) and task.attempts >= LAST_LOOKS:
            self._overdue(task)
        elif task.adopted and error.looked_for_a_task:
            poll_transitions.unknown_id(task, error)
        else:
            poll_transitions.not_seen(task, error, self.holder)

    def _overdue(self, task: Task) -> None:
        if task.file:
            outputs.settle(task, self.holder)
        else:
            poll_transitions.overdue(task)

    async def _heard_in_time(self, call: str, answer: Awaitable[Answer]) -> Answer:
        """The answer to a call; how long it took, and what came of it, is counted."""
        started = time.monotonic()
        outcome = "ok"
        try:
            return await answer
        except OpenAPIError as error:
            outcome = type(error).__name__
            raise
        finally:
            tally.took("remote_seconds", call, time.monotonic() - started)
            tally.count("remote_calls", call, outcome)

    def _heard(self, error: OpenAPIError) -> None:
        """Tell the breaker whether there was an answer at all."""
        if error.status_code is None:
            self.breaker.missed()
        else:
            self.breaker.answered()


def _wanted(task: Task) -> dict[str, Any]:
    links = [reference_link(link) for link in task.task_references.all()]
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
