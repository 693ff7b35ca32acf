"""An Open API service that is never unwell: every answer comes after the same time, from as far away as wanted.

The scripted service of the tests keeps each request for good; this one is asked some hundred times a second.
"""

from __future__ import annotations

import asyncio
import json
import math
import threading
import time
from collections import defaultdict
from contextlib import suppress
from typing import Any, Self

FILES = "/files/"
TASKS = "/api/v1/tasks/"
CREDITS = {"image": 15, "video": 60}


class Service:
    """The service; a context manager. ``url`` is its address.

    Args:
        delay: seconds from a request to its answer.
        takes: seconds from a create to the result. Ids that it did not give out are running for ever.
        files: what it has made, by kind: ``{"image": ("a.png", b"…"), "video": ("a.mp4", b"…")}``.
    """

    def __init__(self, *, delay: float, takes: float = math.inf, files: dict[str, tuple[str, bytes]] | None = None):
        self.delay, self.takes, self.files = delay, takes, files or {}
        self.answered: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        """When each task was asked for and when that was answered, by its id (Unix seconds)."""
        self.creates = 0
        self._made: dict[str, tuple[float, str]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        for running in self._running:
            running.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running = asyncio.current_task()
        assert running is not None
        self._running.add(running)
        try:
            with suppress(OSError, EOFError):  # a client that goes away
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._running.discard(running)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        came = time.time()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = first.split(" ")[1]
        await asyncio.sleep(self.delay)
        kind, content = self._answer(path, body)
        if path.startswith(TASKS) and not body:
            self.answered[path.removeprefix(TASKS)].append((came, time.time()))
        more = headers.get("connection", "").lower() != "close"
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
            f"Connection: {'keep-alive' if more else 'close'}\r\n\r\n".encode()
        )
        writer.write(content)
        await writer.drain()
        return more

    def _answer(self, path: str, body: bytes) -> tuple[str, bytes]:
        if path.startswith(FILES):
            name = path.removeprefix(FILES)
            content = next(content for known, content in self.files.values() if known == name)
            return ("video/mp4" if name.endswith(".mp4") else "image/png"), content
        data = self._create(json.loads(body)) if body else self._look(path.removeprefix(TASKS))
        return "application/json", json.dumps({"code": 200, "msg": "ok", "data": data}).encode()

    def _create(self, wanted: dict[str, Any]) -> dict[str, Any]:
        self.creates += 1
        kind = "video" if wanted["model_id"] == "seedance-2" else "image"
        name = f"task{self.creates:08}"
        self._made[name] = time.time(), kind
        return {"task_id": name, "request_id": f"bench_{self.creates}", "credits": CREDITS[kind]}

    def _look(self, name: str) -> dict[str, Any]:
        made, kind = self._made.get(name, (math.inf, "image"))
        is_done = time.time() - made > self.takes
        url = f"{self.url}{FILES}{self.files[kind][0]}" if is_done else None
        told = {"task_id": name, "task_status": 3 if is_done else 2, "task_type": kind, "credits": CREDITS[kind]}
        return {**told, f"{kind}_url": url}
