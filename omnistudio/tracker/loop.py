"""The tracker's loop: claim what is due, work on it with bounded concurrency, beat, and end in good order."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections import Counter

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone, translation

from omnistudio.claims import claim
from omnistudio.gallery.models import Task
from omnistudio.models import Heartbeat, process_name
from omnistudio.tracker import queries, services
from omnistudio.tracker.breaker import Breaker
from omnistudio.tracker.clients import Clients
from omnistudio.tracker.collecting import sweep
from omnistudio.tracker.database import close, in_database
from omnistudio.tracker.steps import Steps

logger = logging.getLogger(__name__)

REST_SECONDS = 0.25
CHORES_SECONDS = 1.0
DRAIN_SECONDS = 8.0


class Tracker:
    """One tracker. Any number may run, on any number of machines."""

    def __init__(self) -> None:
        self.process = process_name(Heartbeat.Role.TRACKER)
        self.holder = f"{self.process}:{secrets.token_hex(3)}"
        self.breaker = Breaker()
        self.clients = Clients()
        self.steps = Steps(self.holder, self.clients, self.breaker)
        self.at_work: dict[int, asyncio.Task[None]] = {}
        self.owners: Counter[int] = Counter()
        self._stop = asyncio.Event()
        self._parent = os.getppid()

    def stop(self) -> None:
        """Take nothing new, and end when what is under way has ended."""
        self._stop.set()

    async def run(self, *, once: bool = False) -> None:
        """Work until `stop`; with `once`, until nothing is due."""
        chores = asyncio.create_task(self._chores())
        try:
            while not self._stop.is_set():
                was_idle = not self.at_work  # before the look: what ends during it may be due again
                started = await self._take_up()
                if once and was_idle and not started:
                    break
                if not started:
                    await self._rest()
            await self._drain()
        finally:
            chores.cancel()
            await asyncio.gather(chores, return_exceptions=True)
            await self.clients.aclose()
            await in_database(Heartbeat.stop)(self.process)

    async def _rest(self) -> None:
        """Wait for the next look: until something has ended, or a quarter of a second."""
        waits = [*self.at_work.values(), asyncio.create_task(self._stop.wait())]
        await asyncio.wait(waits, timeout=REST_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        waits[-1].cancel()

    async def _take_up(self) -> int:
        """Claim tasks and begin with them; returns how many."""
        room = self.breaker.allowance(settings.TRACKER["CONCURRENCY"] - len(self.at_work))
        if room <= 0:
            return 0
        try:
            tasks = await in_database(self._claim)(room)
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", type(error).__name__)
            await asyncio.sleep(1)
            return 0
        for task in tasks:
            self.owners[task.owner_id] += 1
            self.at_work[task.pk] = asyncio.create_task(self._work(task))
        return len(tasks)

    def _claim(self, room: int) -> list[Task]:
        per_person = settings.TRACKER["CONNECTIONS_PER_KEY"]
        ids = queries.next_ids(list(self.at_work), self.owners, per_person=per_person, limit=room)
        if not ids:
            return []
        lease = settings.TRACKER["LEASE_SECONDS"]
        claimed = claim(queries.workable().filter(pk__in=ids), holder=self.holder, seconds=lease, limit=room)
        return [task for pk in claimed if (task := queries.task_at_work(pk))]

    async def _work(self, task: Task) -> None:
        """One step of one task. An error of our own puts the task back for a while, and is not hidden."""
        try:
            with translation.override(task.owner.language or settings.LANGUAGE_CODE):
                await self.steps.advance(task)
        except asyncio.CancelledError:
            await asyncio.shield(in_database(services.release)(task, self.holder))
            raise
        except Exception:
            logger.exception("task %s: the step broke off", task.pk)
            await in_database(self._put_off)(task)
        finally:
            del self.at_work[task.pk]
            self.owners[task.owner_id] -= 1

    def _put_off(self, task: Task) -> None:
        """A task that breaks its step must not crash-loop: it comes back in a minute."""
        services.release(task, self.holder)
        mine = Task.objects.filter(pk=task.pk, status__in=queries.WORKABLE, holder="")
        mine.update(due_at=services.in_seconds(60))

    async def _drain(self) -> None:
        """Let what is under way end, for a while; then give the claims back."""
        if self.at_work:
            await asyncio.wait(list(self.at_work.values()), timeout=DRAIN_SECONDS)
        for work in list(self.at_work.values()):
            work.cancel()
        await asyncio.gather(*list(self.at_work.values()), return_exceptions=True)

    async def _chores(self) -> None:
        """Beat, hold on to what takes long, mark what was lost while it was sent, close idle clients."""
        beat_at = timezone.now() - Heartbeat.EVERY
        while True:
            if os.environ.get("OMNISTUDIO_SUPERVISED") and os.getppid() != self._parent:
                logger.warning("the supervisor is gone; ending")
                self.stop()
            try:
                if timezone.now() - beat_at >= Heartbeat.EVERY:
                    beat_at = timezone.now()
                    await in_database(Heartbeat.beat)(Heartbeat.Role.TRACKER, self.process)
                    await in_database(services.renew)(list(self.at_work), self.holder)
                    await self.clients.close_idle()
                if lost := await in_database(services.expire_sending)():
                    logger.warning("%d tasks were lost while they were sent; they are unconfirmed", lost)
            except DatabaseError as error:
                logger.warning("the database does not answer: %s", type(error).__name__)
            await asyncio.sleep(CHORES_SECONDS)
