"""Work on strangers' files in a process of its own, with bounds on its time and memory.

A video of 4 kB can claim an index of gigabytes, and no check from outside knows all of a decoder's ways to be kept
busy. The process is killed where it takes too long, and takes nothing with it.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import queue
import resource
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

T = TypeVar("T")

# 8192 × 8192 pixels take 100 MB a frame, of which H.264 may keep 16; the libraries themselves reserve 1 GB.
MAX_MEMORY = 4 * 1024**3
_CALLS_A_CHILD = 200  # what a library leaks goes with it
_POLITENESS = 5


class Failed(Exception):
    """The process was killed for its time, ended by itself, or the function raised; the text says which."""


class _Child:
    """A process that is spawned, not forked: a fork would carry database connections and locks along."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, os.getpid()), daemon=True, name="apart")
        self._process.start()
        theirs.close()
        self.calls = 0
        _all.add(self)

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> tuple[bool, Any]:
        """Whether the function returned, and what; else the text of what it raised."""
        self.calls += 1
        self._pipe.send((function, args))
        if not self._pipe.poll(seconds):
            raise Failed(f"it took longer than {seconds:.0f} s")
        return cast(tuple[bool, Any], self._pipe.recv())

    def end(self) -> None:
        _all.discard(self)
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()


_idle: queue.LifoQueue[_Child] = queue.LifoQueue()
_all: set[_Child] = set()


@atexit.register
def _end_all() -> None:
    """Before multiprocessing waits for them: they don't end when they are only asked to."""
    for child in list(_all):
        child.end()


def apart(function: Callable[..., T], *args: Any, seconds: float) -> T:
    """Call a function of a module in a child process, which is kept for the next call.

    Raises:
        Failed: there is no result. A child that took too long or ended is gone.
    """
    child, returned, value = _answered(function, args, seconds)
    if child.calls < _CALLS_A_CHILD:
        _idle.put(child)
    else:
        child.end()
    if not returned:
        raise Failed(value)
    return cast(T, value)


def _answered(function: Callable[..., Any], args: tuple[Any, ...], seconds: float) -> tuple[_Child, bool, Any]:
    """The answer of a child. One that was idle may have died meanwhile: then a new one is asked, once."""
    while True:
        try:
            child, is_new = _idle.get_nowait(), False
        except queue.Empty:
            child, is_new = _started(), True
        try:
            return child, *child.call(function, args, seconds)
        except (Failed, EOFError, OSError) as error:
            child.end()
            if isinstance(error, Failed):
                raise
            if is_new:
                raise Failed("its process ended") from error


def _started() -> _Child:
    try:
        return _Child()
    except OSError as error:
        raise Failed("no process can be started") from error


def _work(pipe: Connection, parent: int) -> None:
    """The child: answer calls until the pipe is closed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the parent decides when it ends
    with contextlib.suppress(ValueError, OSError):  # a system without this bound
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    os.nice(_POLITENESS)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    while True:
        try:
            function, args = pipe.recv()
        except EOFError:
            return
        try:
            answer = True, function(*args)
        except Exception as error:
            answer = False, f"{type(error).__name__}: {error}"
        with contextlib.suppress(BrokenPipeError):
            pipe.send(answer)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
