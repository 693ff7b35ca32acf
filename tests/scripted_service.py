"""An Open API service that does as it is told, on real sockets: well-behaved, or as bad as a test wants it.

It runs in a thread of its own, so synchronous tests, ``asyncio.run`` and other processes can all talk to it::

    with ScriptedService() as service:
        service.on_create(too_many(2), reset_after_request())    # the first create, the second; then ok()
        service.on_get(status(502), then=task(1, 3))             # the first look; all others
        service.on_file("result.png", endless())
        ...                                                      # a client at service.url
        assert len(service.creates) == 2 and service.charges == 1

A behaviour is an ``async`` function of an ``Exchange``; a test may write its own. Whatever waits is cut
short when the service closes, so no test waits for a misbehaviour to end. All that the service tells of
itself may be read at any time, and ``wait_for`` waits until it says something.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote

from tests.openapi_client import behaviours
from tests.openapi_client.behaviours import *  # noqa: F403 - a test imports both from here
from tests.openapi_client.behaviours import Behaviour, answer, ok, status, task, unauthorized
from tests.openapi_client.exchange import Exchange, Request, Task

__all__ = [*behaviours.__all__, "PNG", "Exchange", "Request", "ScriptedService", "Task"]

# Two by two orange pixels: the default result of an image task.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73000000"
    "104944415478da6338112507440c100a0025b6050160e283f50000000049454e44ae4260"
    "82"
)


@dataclass
class _Script:
    then: Behaviour
    queue: deque[Behaviour] = field(default_factory=deque)

    def put(self, behaviours: tuple[Behaviour, ...], then: Behaviour | None) -> None:
        self.queue.extend(behaviours)
        self.then = then or self.then

    def next(self) -> Behaviour:
        return self.queue.popleft() if self.queue else self.then


class ScriptedService:
    """The service; a context manager. ``url`` is its address, without ``/api/v1``.

    ``idempotent`` makes it give the first task again for an ``Idempotency-Key`` that it knows. An idle
    connection is closed after ``keep_alive`` seconds.
    """

    def __init__(self, *, idempotent: bool = False, keep_alive: float = 3600) -> None:
        self.idempotent, self.keep_alive = idempotent, keep_alive
        self.rejected_keys: set[str] = set()
        """Keys that get a 401 everywhere."""
        self._changed = threading.Condition()
        self._create, self._get = _Script(ok()), _Script(task(1, 2, 3))
        self._task_scripts: dict[str, _Script] = {}
        self._files = {"result.png": _Script(answer(PNG, content_type="image/png"))}
        self._requests: list[Request] = []
        self._arrived: list[Request] = []
        self._tasks: list[Task] = []
        self._connections = 0
        self._bugs: list[Exception] = []
        self._running: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="scripted-service")

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._ready = threading.Event()
        self._thread.start()
        assert self._ready.wait(5), "the scripted service did not start"
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        if self._bugs and error is None:
            raise self._bugs[0]

    # What it is told

    def on_create(self, *behaviours: Behaviour, then: Behaviour | None = None) -> None:
        """The next creates get ``behaviours``, one each; ``then`` is for all that follow, ``ok()`` at first."""
        with self._changed:
            self._create.put(behaviours, then)

    def on_get(self, *behaviours: Behaviour, then: Behaviour | None = None, task_id: str | None = None) -> None:
        """The next looks, at any task or at ``task_id``; ``then`` is ``task(1, 2, 3)`` at first."""
        with self._changed:
            script = self._get
            if task_id is not None:
                script = self._task_scripts.setdefault(task_id, _Script(self._get.then))
            script.put(behaviours, then)

    def on_file(self, name: str, *behaviours: Behaviour, then: Behaviour | None = None) -> str:
        """The next fetches of ``/files/name``; gives its URL. ``then`` is a 404 at first, but for result.png."""
        with self._changed:
            self._files.setdefault(name, _Script(status(404))).put(behaviours, then)
        return f"{self.url}/files/{quote(name)}"

    # What it tells

    @property
    def requests(self) -> list[Request]:
        """Every request whose head came in, whether or not it was read to its end."""
        with self._changed:
            return list(self._requests)

    @property
    def creates(self) -> list[Request]:
        """The creates that arrived whole, charged or not."""
        return self._of("POST", "/api/v1/tasks/")

    @property
    def gets(self) -> list[Request]:
        """The looks at tasks."""
        return self._of("GET", "/api/v1/tasks/")

    @property
    def fetches(self) -> list[Request]:
        """The fetches of files."""
        return self._of("GET", "/files/")

    @property
    def tasks(self) -> list[Task]:
        """The creates that were taken on, in their order."""
        with self._changed:
            return list(self._tasks)

    @property
    def charges(self) -> int:
        """How often credits were taken."""
        return len(self.tasks)

    @property
    def connections(self) -> int:
        """How many connections were ever made."""
        with self._changed:
            return self._connections

    def wait_for(self, condition: Callable[[ScriptedService], object], seconds: float = 5) -> None:
        """Wait until ``condition(self)`` holds; ``AssertionError`` where it does not in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self), seconds):
                raise AssertionError(f"not within {seconds} s; the requests so far: {self._requests}")

    # What behaviours tell it

    def take_note(self, request: Request) -> None:
        """``request`` arrived whole."""
        with self._changed:
            self._arrived.append(request)
            self._changed.notify_all()

    def take_on(self, request: Request) -> Task:
        """Make a task of a create and charge for it, or find the one that its ``Idempotency-Key`` made."""
        with self._changed:
            again = (request.key, request.idempotency_key)
            for known in self._tasks if self.idempotent and request.idempotency_key else ():
                if (known.request.key, known.request.idempotency_key) == again:
                    return known
            made = Task(f"task{len(self._tasks) + 1:08}", str((request.body or {}).get("model_id")), request)
            self._tasks.append(made)
            self._changed.notify_all()
            return made

    def look_at(self, task_id: str) -> Task | None:
        """The task, looked at once more."""
        with self._changed:
            for known in self._tasks:
                if known.task_id == task_id:
                    known.looks += 1
                    return known
            return None

    # How it works

    def _of(self, method: str, prefix: str) -> list[Request]:
        with self._changed:
            return [one for one in self._arrived if one.method == method and one.path.startswith(prefix)]

    def _choose(self, request: Request) -> Behaviour:
        with self._changed:
            if request.path.startswith("/files/"):
                script = self._files.get(request.name)
            elif request.key in self.rejected_keys:
                return unauthorized()
            elif request.path == "/api/v1/tasks/create":
                script = self._create
            elif request.path.startswith("/api/v1/tasks/"):
                script = self._task_scripts.get(request.name, self._get)
            else:
                script = None
            return script.next() if script else status(404)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connection, sock=self._socket)
        self._ready.set()
        await self._stop.wait()
        server.close()
        for running in self._running:
            running.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await asyncio.sleep(0)  # aborted transports close their sockets in the next round

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running = asyncio.current_task()
        assert running is not None
        self._running.add(running)
        with self._changed:
            self._connections += 1
            number = self._connections
        try:
            # A client that goes away, or that waits too long, is nothing to speak of; nor is the end.
            with contextlib.suppress(OSError, EOFError, TimeoutError, asyncio.CancelledError):
                while await self._exchange(number, reader, writer):
                    pass
        except Exception as bug:
            self._bugs.append(bug)
        finally:
            self._running.discard(running)
            if self._stop.is_set():
                writer.transport.abort()
            else:
                writer.close()

    async def _exchange(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Take one request; whether the connection may have another."""
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), self.keep_alive)
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        method, path, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        request = Request(method, path, headers, number)
        with self._changed:
            self._requests.append(request)
            self._changed.notify_all()
        exchange = Exchange(self, request, reader, writer, over=headers.get("connection") == "close")
        await self._choose(request)(exchange)
        return exchange.arrived and not exchange.over
