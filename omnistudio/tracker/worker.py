"""The tracker's loop: claim what is due, work on it with bounded concurrency, beat, and end in good order."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import translation

from omnistudio.core import logs, machines
from omnistudio.core.counters import tally
from omnistudio.core.leases import claim
from omnistudio.core.models import Heartbeat, process_name
from omnistudio.gallery.browse.refolding import Refolding
from omnistudio.gallery.models import Task
from omnistudio.tracker import queries, services
from omnistudio.tracker.circuit_breaker import Breaker
from omnistudio.tracker.clients import Clients
from omnistudio.tracker.db import close, in_database
from omnistudio.tracker.downloads import DOWNLOADS, LOOKS, sweep
from omnistudio.tracker.poll_interval import Pace
from omnistudio.tracker.steps import Steps

logger = logging.getLogger(__name__)

REST_SECONDS = 0.25
# Between two looks for what is due: what comes in meanwhile is claimed at once, for the same few queries.
BREATH_SECONDS = 0.05
CHORES_SECONDS = 1.0
DRAIN_SECONDS = 8.0
BROKEN_SECONDS = 60.0
# Of each second, for prompts of an earlier version: a million of them take about an hour, and nobody waits.
REFOLD_SECONDS = 0.25


class Tracker:
    """One tracker. Any number may run, on any number of machines."""

    def __init__(self) -> None:
        self.process = process_name(Heartbeat.Role.TRACKER)
        self.holder = f"{self.process}:{secrets.token_hex(3)}"
        self.breaker = Breaker()
        self.clients = Clients()
        self.pace = Pace()
        self.refolding = Refolding()
        self.steps = Steps(self.holder, self.clients, self.breaker, self.pace)
        self.at_work: dict[int, asyncio.Task[None]] = {}
        self.owners: Counter[int] = Counter()
        self._stop = asyncio.Event()
        self._parent = os.getppid()

    def stop(self) -> None:
        """Take nothing new, and end when what is under way has ended."""
        self._stop.set()

    async def run(self, *, once: bool = False) -> None:
        """Work until `stop`; with `once`, until nothing is due."""
        with tally.kept_back():
            await self._run(once)

    async def _run(self, once: bool) -> None:
        # Threads for files: with the usual six or so, a few slow uploads would hold up everything.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(DOWNLOADS + LOOKS))
        chores = asyncio.create_task(self._chores())
        try:
            while not self._stop.is_set():
                was_idle = not self.at_work  # before the look: what ends during it may be due again
                started = await self._take_up()
                if once and was_idle and not started:
                    break
                await (asyncio.sleep(BREATH_SECONDS) if started else self._rest())
            await self._drain()
        finally:
            chores.cancel()
            await asyncio.gather(chores, return_exceptions=True)
            await self.clients.aclose()
            await self._sign_off()

    async def _sign_off(self) -> None:
        """Leave nothing behind: no heartbeat, no task that seems to be sent still, no connection."""
        try:
            await in_database(services.expire_sending)()
            await in_database(tally.flush)()
            await in_database(Heartbeat.stop)(self.process)
        except DatabaseError as error:  # the next tracker does the first, and the beat grows old
            logger.warning("the database does not answer: %s", type(error).__name__)
        await close()

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
        # Copies, made here: the database is asked in another thread. A download is no call of the service.
        busy = self.owners - self.steps.collector.places.taken
        try:
            throttled, in_turn = self.steps.throttle.keys(), self.steps.throttle.next_in_turn()
            tasks = await in_database(self._claim)(room, list(self.at_work), busy, throttled, in_turn)
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", type(error).__name__)
            await asyncio.sleep(1)
            return 0
        for task in tasks:
            self.owners[task.owner_id] += 1
            self.at_work[task.pk] = asyncio.create_task(self._work(task))
        if tasks:
            self.breaker.started()
        return len(tasks)

    def _claim(
        self, room: int, at_work: list[int], busy: Counter[int], throttled: list[int], in_turn: list[int]
    ) -> list[Task]:
        if not queries.something_due.finds_any():
            return []
        per_person = settings.TRACKER["CONNECTIONS_PER_KEY"]
        ids = queries.next_ids(at_work, busy, per_person=per_person, limit=room, throttled=throttled, in_turn=in_turn)
        if not ids:
            return []
        lease = settings.TRACKER["LEASE_SECONDS"]
        claimed = claim(queries.workable().filter(pk__in=ids), holder=self.holder, seconds=lease, limit=room)
        return queries.tasks_at_work(claimed) if claimed else []

    async def _work(self, task: Task) -> None:
        """One step of one task. An error of our own puts the task back for a while, and is not hidden."""
        logs.task_id.set(task.pk)  # in this step's own context
        try:
            with translation.override(task.owner.language or settings.LANGUAGE_CODE):
                await self.steps.advance(task)
        except asyncio.CancelledError:
            await asyncio.shield(in_database(services.release)(task, self.holder))
            raise
        except Exception:
            logger.exception("task %s: the step broke off", task.pk)
            await self._put_off(task)
        finally:
            del self.at_work[task.pk]
            self.owners[task.owner_id] -= 1

    async def _put_off(self, task: Task) -> None:
        """A task that breaks its step must not crash-loop: it comes back in a minute."""
        try:
            await in_database(services.release)(task, self.holder, BROKEN_SECONDS)
        except DatabaseError as error:  # its lease passes by itself
            logger.warning("the database does not answer: %s", type(error).__name__)

    async def _drain(self) -> None:
        """Let what is under way end, for a while; then give the claims back."""
        if self.at_work:
            await asyncio.wait(list(self.at_work.values()), timeout=DRAIN_SECONDS)
        for work in list(self.at_work.values()):
            work.cancel()
        await asyncio.gather(*list(self.at_work.values()), return_exceptions=True)

    def _beat(self) -> None:
        role, at_work = Heartbeat.Role.TRACKER, len(self.at_work)
        Heartbeat.beat(role, self.process, at_work=at_work, breaker_open=self.breaker.has_tripped)
        machines.note()

    async def _chores(self) -> None:
        """Beat, hold on to what takes long, mark what was lost while it was sent, close idle clients."""
        clock = asyncio.get_running_loop().time
        beat_at = renew_at = 0.0
        swept = False
        while True:
            if os.environ.get("OMNISTUDIO_SUPERVISED") and os.getppid() != self._parent:
                logger.warning("the supervisor is gone; ending")
                self.stop()
            try:
                if clock() >= beat_at:
                    beat_at = clock() + Heartbeat.EVERY.total_seconds()
                    await in_database(self._beat)()
                    await in_database(self.pace.measure)()
                    await in_database(tally.flush)()
                    await self.clients.close_idle()
                if self.at_work and clock() >= renew_at:
                    renew_at = clock() + settings.TRACKER["LEASE_SECONDS"] / 4
                    await in_database(services.renew)(list(self.at_work), self.holder)
                if lost := await in_database(services.expire_sending)():
                    logger.warning("%d tasks were lost while they were sent; they are unconfirmed", lost)
                if self.refolding.is_due:
                    await in_database(self.refolding.work)(REFOLD_SECONDS)
                if not swept:
                    swept = True
                    await asyncio.to_thread(sweep)
            except DatabaseError as error:
                logger.warning("the database does not answer: %s", type(error).__name__)
            except Exception:  # without its chores a tracker would lose its leases, and look dead
                logger.exception("a chore broke off")
            await asyncio.sleep(CHORES_SECONDS)
