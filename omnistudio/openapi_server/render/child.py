"""The child process in which an engine runs.

It uses neither Django nor the database, so that it starts quickly and a crash can't affect jobs or credits.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import threading
import time
import traceback
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from omnistudio.openapi_server.engines import Artifact, Engine, EngineError

Word = Literal["made", "refused", "no_room", "broke"]
Answer = tuple[Word, Artifact | str]
"""`made` with the artifact, `refused` with the engine's own reason, `no_room` and `broke` with a traceback."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
LITTLE_BYTES = 1_000_000

POLITENESS = 5


def work(engine_path: str, pipe: Connection, parent: int) -> None:
    """Receive orders from the pipe, run the engine on each and send back the answer, until the pipe is closed."""
    _settle(parent)
    engine: Engine | None = None
    while True:
        try:
            order, folder = pipe.recv()
        except EOFError:
            return
        answer: Answer
        try:
            engine = engine or load(engine_path)
            answer = ("made", engine.make(order, folder))
        except EngineError as reason:
            answer = ("refused", str(reason))
        except Exception as error:
            answer = ("no_room" if _is_disk_full(error, folder) else "broke", traceback.format_exc())
        with contextlib.suppress(BrokenPipeError):
            pipe.send(answer)


def _is_disk_full(error: BaseException | None, folder: Path) -> bool:
    """Whether the disk was full, by the error or its causes, or else by the free space: not every library says it."""
    while error is not None:
        if getattr(error, "errno", None) in NO_ROOM:
            return True
        error = error.__cause__ or error.__context__
    return shutil.disk_usage(folder).free < LITTLE_BYTES


def load(path: str) -> Engine:
    """Import and create the engine with this dotted path."""
    module, _dot, name = path.rpartition(".")
    engine: Engine = getattr(import_module(module), name)()
    return engine


def _settle(parent: int) -> None:
    """Prepare the process: only the parent ends it, it has a low priority, and libraries use one thread each."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"
    os.nice(POLITENESS)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
