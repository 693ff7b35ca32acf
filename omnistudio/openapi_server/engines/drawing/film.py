"""Writing an H.264 film frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import av
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from omnistudio.openapi_server.engines.drawing.colour import Array

RATE = 24
FRAMES = 97
BT709 = 1
LIMITED_RANGE = 1


class FrameSink(Protocol):
    """Takes one uint8 RGB frame."""

    def __call__(self, frame: Array) -> None: ...


@contextmanager
def film_writer(path: Path, width: int, height: int) -> Iterator[FrameSink]:
    """Open an MP4 and yield a function that appends a frame; closes it in the end."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=RATE)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "18", "preset": "fast", "profile": "high", "x264-params": "keyint=48:threads=1"}
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = LIMITED_RANGE

        def append(frame: Array) -> None:
            picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            picture.color_primaries = picture.color_trc = BT709
            container.mux(stream.encode(picture))

        yield append
        container.mux(stream.encode())
