"""One request to the scripted service: what it remembers of it, and the connection to answer on."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from json import loads
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from tests.scripted_service import ScriptedService

CREDITS = {"image": 15, "video": 60}


@dataclass(frozen=True)
class Request:
    """A request as it came in. Header names are in lower case; ``connection`` counts connections from 1."""

    method: str
    path: str
    headers: dict[str, str]
    connection: int
    body: Any = None
    """The JSON of a create; None for all else, and where it was not read."""

    @property
    def key(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def idempotency_key(self) -> str | None:
        return self.headers.get("idempotency-key")

    @property
    def name(self) -> str:
        """The last part of the path: a task's id, a file's name."""
        return unquote(self.path.rpartition("/")[2])


@dataclass
class Task:
    """A create that the service took on and charged for."""

    task_id: str
    model_id: str
    request: Request
    looks: int = 0

    @property
    def kind(self) -> str:
        return "video" if self.model_id.startswith("seedance") else "image"

    @property
    def credits(self) -> int:
        return CREDITS[self.kind]


@dataclass
class Exchange:
    """One request and its connection, as a behaviour sees them."""

    service: ScriptedService
    request: Request
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    arrived: bool = False
    over: bool = False
    """Whether the connection ends with this exchange."""

    async def read(self) -> None:
        """Read the rest of the request. From here on it is in ``creates``, ``gets`` or ``fetches``."""
        if self.arrived:
            return
        if length := int(self.request.headers.get("content-length", 0)):
            body = await self.reader.readexactly(length)
            self.request = replace(self.request, body=loads(body))
        self.arrived = True
        self.service.take_note(self.request)

    async def send(
        self,
        content: bytes,
        status: int = 200,
        headers: Mapping[str, str] = MappingProxyType({}),
        length: int | None = None,
    ) -> None:
        """Answer. ``length`` is the Content-Length to claim where the true one would not do."""
        self.over = self.over or length is not None
        lines = [f"HTTP/1.1 {status} As-Scripted"]
        lines.append(f"Content-Length: {len(content) if length is None else length}")
        lines.append(f"Connection: {'close' if self.over else 'keep-alive'}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await self.writer.drain()

    def reset(self) -> None:
        """End the connection with an RST in place of a FIN."""
        self.over = True
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()
