"""Small servers on loopback that a studio meets in a company: a proxy, and a file server that speaks TLS."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Self
from urllib.parse import urlsplit

_HEAD = b"\r\n\r\n"


class _Server:
    """A server in a thread of its own; a context manager."""

    def __init__(self, host: str, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family)
        self.host, self.port, self._tls = host, self._socket.getsockname()[1], tls
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_exception_handler(lambda *_about: None)  # handshakes that fail are meant here
        server = await asyncio.start_server(self._answered, sock=self._socket, ssl=self._tls)
        self._ready.set()
        async with server:
            await self._stop.wait()
            under_way = asyncio.all_tasks() - {asyncio.current_task()}
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        await asyncio.sleep(0)  # what was closed is gone a turn later

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                first = await reader.readexactly(1)
                if first.isalpha():
                    head = first + await reader.readuntil(_HEAD)
                    await self.answer(head.decode("latin-1"), reader, writer)
                else:  # TLS, to a server that speaks none
                    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
        finally:
            await _closed(writer)

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError


class FileServer(_Server):
    """Gives the same bytes for every path, and notes the `Host` of each request (`hosts`)."""

    def __init__(
        self,
        content: bytes,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tls: ssl.SSLContext | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(host, port, tls)
        self.content, self.headers, self.hosts = content, headers, list[str]()

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hosts += [line[6:] for line in head.split("\r\n") if line.lower().startswith("host: ")]
        lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(self.content)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + self.content)


class Proxy(_Server):
    """A proxy as companies use them: CONNECT, and absolute URLs for http; `asked` has each request line.

    Names are looked up in `names` alone, as in a network whose machines know no names of the world outside.
    """

    def __init__(self, names: Mapping[str, tuple[str, int]], *, refuses: bool = False) -> None:
        super().__init__("127.0.0.1")
        self.names, self.refuses, self.asked = names, refuses, list[str]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, _rest, others = head.partition("\r\n")
        self.asked.append(line)
        method, target, _version = line.split(" ")
        host = target.rpartition(":")[0] if method == "CONNECT" else urlsplit(target).hostname or ""
        if self.refuses or host not in self.names:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        there, to_there = await asyncio.open_connection(*self.names[host])
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            to_there.write(f"{method} {urlsplit(target).path or '/'} HTTP/1.1\r\n{others}".encode("latin-1"))
        try:
            await asyncio.gather(_pumped(reader, to_there), _pumped(there, writer))
        finally:
            await _closed(to_there)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
