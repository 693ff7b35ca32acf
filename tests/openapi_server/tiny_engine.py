"""A real engine, as small as one can be: flat colours, 64 pixels, a few frames.

Words in the prompt make it misbehave: `[[fail]]` says no, `[[break]]` raises, `[[crash]]` ends the process,
`[[slow]]` takes its time, `[[odd]]` makes a text, `[[full]]` fills a small disk, `[[wrapped full]]` hides why.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import av
import numpy as np
from PIL import Image

from omnistudio.openapi_server.engines import Artifact, EngineError, Order

SIDE = 64
FRAMES = 6
RATE = 12
SLOW_SECONDS = 30.0


class TinyEngine:
    """Makes a file whose colour is the order's seed; with references, one as wide as they are many."""

    def make(self, order: Order, folder: Path) -> Artifact:
        """Make the order, or misbehave as it asks for."""
        if "[[fail]]" in order.prompt:
            raise EngineError("The prompt asked for a failure.")
        if "[[break]]" in order.prompt:
            raise ZeroDivisionError
        if "[[crash]]" in order.prompt:
            os._exit(9)
        if "[[slow]]" in order.prompt:
            time.sleep(SLOW_SECONDS)
        if "full]]" in order.prompt and shutil.disk_usage(folder).total < 10_000_000:
            try:
                (folder / "large").write_bytes(b"x" * 10_000_000)
            except OSError as error:
                if "[[full]]" in order.prompt:
                    raise
                raise ValueError("the encoder gave up") from error
        if "[[odd]]" in order.prompt:
            path = folder / "odd.txt"
            path.write_text("odd")
            return Artifact(path, "text/html", SIDE, SIDE, None)
        width = SIDE * max(1, len(order.references))
        colour = tuple(order.seed.to_bytes(4, "big")[1:])
        return _picture(folder, width, colour) if order.kind == "image" else _film(folder, width, colour)


def _picture(folder: Path, width: int, colour: tuple[int, ...]) -> Artifact:
    path = folder / "tiny.png"
    Image.new("RGB", (width, SIDE), colour).save(path)
    return Artifact(path, "image/png", width, SIDE, None)


def _film(folder: Path, width: int, colour: tuple[int, ...]) -> Artifact:
    path = folder / "tiny.mp4"
    pixels = np.full((SIDE, width, 3), colour, np.uint8)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as film:
        stream = film.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, SIDE, "yuv420p"
        for _frame in range(FRAMES):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels)))
        film.mux(stream.encode())
    return Artifact(path, "video/mp4", width, SIDE, FRAMES / RATE)
