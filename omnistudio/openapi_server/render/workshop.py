"""Run the engine in one child process, which is kept for several orders and killed if it takes too long."""

from __future__ import annotations

import logging
import multiprocessing
import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from omnistudio.openapi_server.engines import Artifact, EngineError, Order
from omnistudio.openapi_server.render import child

logger = logging.getLogger(__name__)

ORDERS_A_CHILD = 200
_LOOK_SECONDS = 0.1


class EngineDied(Exception):
    """The child process ended in the middle of an order: out of memory, killed, crashed."""


class EngineBroke(Exception):
    """The engine raised something that is not an `EngineError`; the text is its traceback."""


class NoRoom(Exception):
    """The disk was full while the engine worked, which is not the order's fault. The text is a traceback."""


class TookTooLong(Exception):
    """The engine exceeded its time limit and was killed."""


class Interrupted(Exception):
    """The renderer is asked to end."""


class Workshop:
    """Runs an engine in a child process of its own, one order at a time.

    The child is spawned, not forked: a fork would inherit database connections and locks. It is kept for the next
    order, because loading an engine takes a while, and replaced when it has ended or after `ORDERS_A_CHILD` orders.

    Args:
        engine: dotted path of the engine's class.
        interrupted: called ten times a second while the engine works; if it returns true, the child is killed.
    """

    def __init__(self, engine: str, interrupted: Callable[[], bool] = lambda: False) -> None:
        self.engine, self.interrupted = engine, interrupted
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._orders = 0

    def make(self, order: Order, folder: Path, seconds: float) -> Artifact:
        """Run the engine on an order, with `folder` for its files, for at most `seconds`.

        Raises:
            EngineError: the engine refused the order; the text is for a person.
            EngineBroke, EngineDied, NoRoom, TookTooLong, Interrupted: see there. The child has ended after each of
                these, but not after `EngineError`.
        """
        until = time.monotonic() + seconds
        try:
            pipe = self._warm()
            pipe.send((order, folder))
            while not pipe.poll(_LOOK_SECONDS):
                if self.interrupted():
                    raise Interrupted
                if time.monotonic() > until:
                    raise TookTooLong
            word, value = pipe.recv()
        except (EOFError, OSError) as error:
            code = self.close()
            if self.interrupted():
                raise Interrupted from error
            raise EngineDied(f"The engine's process ended with {code}.") from error
        except (Interrupted, TookTooLong):
            self.close()
            raise
        if isinstance(value, Artifact):
            return value
        if word == "refused":
            raise EngineError(value)
        self.close()
        raise NoRoom(value) if word == "no_room" else EngineBroke(value)

    def close(self) -> int | None:
        """Kill the child process, and return its exit code, or None if there was none."""
        process, self._process = self._process, None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if process is None:
            return None
        process.join(_LOOK_SECONDS)  # one that ends by itself keeps its own exit code
        process.kill()
        process.join()
        code = process.exitcode
        process.close()
        return code

    def _warm(self) -> Connection:
        if self._orders >= ORDERS_A_CHILD:
            self.close()  # frees what an engine may have leaked
        if self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(
                target=child.work, args=(self.engine, theirs, os.getpid()), daemon=True, name="engine"
            )
            self._process.start()
            theirs.close()
            self._orders = 0
        self._orders += 1
        return self._pipe
