"""Real files, and ways in which a service may send them badly that `tests.scripted_service` does not have."""

from __future__ import annotations

import asyncio
import io
import struct
import tempfile
import threading
import zlib
from pathlib import Path

import av
import numpy as np

from tests.scripted_service import Behaviour, Exchange


def video(
    size: tuple[int, int] = (64, 48),
    seconds: float = 1.0,
    *,
    format: str = "mp4",
    codec: str = "libx264",
    moov_first: bool = True,
    rate: int = 8,
) -> bytes:
    """The bytes of a real video: a grey ramp that moves."""
    options = {"movflags": "faststart"} if moov_first and format == "mp4" else {}
    with tempfile.NamedTemporaryFile() as file:  # a file with a name: to put the index first it is read again
        with av.open(file.name, "w", format=format, options=options) as container:
            stream = container.add_stream(codec, rate=rate)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            ramp = np.indices((size[1], size[0], 3)).sum(0)
            for number in range(round(seconds * rate)):
                picture = ((ramp * 2 + number * 9) % 256).astype(np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode())
        return Path(file.name).read_bytes()


def sound() -> bytes:
    """The bytes of an MP4 that has only sound in it."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=44100, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 44100
        for _ in range(20):
            frame.pts = None
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose head promises so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


# Behaviours


class Gate:
    """A behaviour that begins when the test says so."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour, self._open = behaviour, threading.Event()

    def open(self) -> None:
        self._open.set()

    async def __call__(self, exchange: Exchange) -> None:
        await exchange.read()
        while not self._open.is_set():  # noqa: ASYNC110 - it is opened from another thread
            await asyncio.sleep(0.005)
        await self._behaviour(exchange)


def unannounced(content: bytes, times: int = 1) -> Behaviour:
    """`content` so many times, whose length nobody tells: the connection ends it."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read()
        exchange.over = True
        exchange.writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(times):
            exchange.writer.write(content)
            await exchange.writer.drain()

    return behave


def endless_head(seconds: float = 0.05) -> Behaviour:
    """An answer whose head never ends: one more header line now and then."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read()
        exchange.over = True
        exchange.writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(10_000):
            exchange.writer.write(b"x-%d: y\r\n" % number)
            await exchange.writer.drain()
            await asyncio.sleep(seconds)

    return behave
