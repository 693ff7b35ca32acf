"""The tracker's way into the database: from the loop, in the one thread that has the connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection

from omnistudio.openapi_client import CreatedTask, RemoteTask

logger = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

PERSISTENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.5
LAST_SECONDS = 10.0  # for a write that is under way when the tracker ends


def in_database(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Call a function of the database from the loop."""

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (OperationalError, InterfaceError):
            connection.close()  # the next call opens a new one
            raise

    return sync_to_async(call, thread_sensitive=True)


def persist(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """As `in_database`, and again for a minute when the database is away.

    What the service has answered to a paid request must not be lost because of a database that restarts, or because
    the tracker is to end. Where it is lost after all, the log has the ids.
    """

    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        deadline = asyncio.get_running_loop().time() + PERSISTENCE_SECONDS
        while True:
            try:
                return await _to_its_end(asyncio.ensure_future(in_database(function)(*args, **kwargs)), args)
            except (OperationalError, InterfaceError):
                if asyncio.get_running_loop().time() > deadline:
                    logger.critical("could not record the answer: %s", _summary(args))
                    raise
                await _pause(args)

    return call


async def _to_its_end(write: asyncio.Future[R], args: tuple[Any, ...]) -> R:
    """Wait for a write, also where whoever waits is cancelled: it may still stand behind others of the one thread."""
    try:
        return await asyncio.shield(write)
    except asyncio.CancelledError:
        await asyncio.wait([write], timeout=LAST_SECONDS)
        if not write.done() or write.cancelled() or write.exception():
            logger.critical("ended before the answer could be recorded: %s", _summary(args))
        raise


async def _pause(args: tuple[Any, ...]) -> None:
    try:
        await asyncio.sleep(PAUSE_SECONDS)
    except asyncio.CancelledError:  # the tracker ends, and the database is still away
        logger.critical("ended before the answer could be recorded: %s", _summary(args))
        raise


def _summary(args: tuple[Any, ...]) -> str:
    """What an administrator needs to put a lost answer right by hand: the ids, no prompt and no key."""
    task, answer = args[0], args[1] if len(args) > 1 else None
    remote = answer.task_id if isinstance(answer, CreatedTask | RemoteTask) else type(answer).__name__
    return f"task {getattr(task, 'pk', '?')}, remote {remote}"


async def close() -> None:
    """Close the connection; the thread that had it lives on."""
    await in_database(lambda: connection.close())()  # looked up there: each thread has its own
