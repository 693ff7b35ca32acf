"""Previews: the first seconds of a video, small and silent, for the pointer that rests on it."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from omnistudio.gallery.media import frames as shown
from omnistudio.gallery.media.frames import Shape

logger = logging.getLogger(__name__)

PREVIEW_SECONDS, PREVIEW_RATE, PREVIEW_SIDE = 3, 24, 480
# What a preview may cost: beyond it the video has none. A decoder keeps up to 16 frames at once.
PREVIEW_MAX_SECONDS, PREVIEW_MAX_PIXELS, PREVIEW_MAX_FRAMES = 15.0, 9_500_000, 1000


def preview_of(path: Path, format: str, shape: Shape | None = None) -> bytes | None:
    """Make an MP4 of the first three seconds of a video, silent, 480 pixels on its longer side (H.264).

    It is upright, with square pixels and the colours of BT.709, whatever the video has. Bounded in time and
    memory. None where it can't be made: the video is good without it.
    """
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="preview-") as folder, av.open(str(path), format=format) as source:
            stream = source.streams.video[0]
            if stream.width * stream.height > PREVIEW_MAX_PIXELS:
                return None
            # A file and not memory: to put the index in front, the muxer reads again what it wrote.
            target = Path(folder) / "preview.mp4"
            _write_preview(target, stream, _frames(source.decode(stream), started), shape)
            return target.read_bytes()
    except Exception as error:  # whatever a strange file does to a decoder must not cost the video itself
        logger.warning("no preview of %s: %s", path.name, error)
        return None


def _frames(decoded: Iterator[VideoFrame], started: float) -> Iterator[tuple[float, VideoFrame]]:
    """Frames with their time from the start, in seconds; no more of them than may be looked at."""
    first: float | None = None
    for number, frame in enumerate(decoded):
        if number >= PREVIEW_MAX_FRAMES or time.monotonic() - started > PREVIEW_MAX_SECONDS:
            raise TimeoutError("it takes too long")
        at = number / PREVIEW_RATE if frame.time is None else float(frame.time)
        first = at if first is None else first
        if at - first >= PREVIEW_SECONDS:
            return
        yield at - first, frame


def _write_preview(
    target: Path, stream: VideoStream, frames: Iterator[tuple[float, VideoFrame]], shape: Shape | None
) -> None:
    """Write one picture for each 24th of a second (or fewer, where the video has fewer)."""
    rate = min(Fraction(PREVIEW_RATE), stream.average_rate or Fraction(PREVIEW_RATE)).limit_denominator(1001)
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        out: VideoStream | None = None
        written = 0
        for at, frame in frames:
            shape = shape or shown.shape_of(stream, frame)
            if out is None:
                out = _encoder(container, rate, *shape.size)
            while written <= at * rate and written < PREVIEW_SECONDS * rate:
                picture = shown.still(frame, shape, side=PREVIEW_SIDE).resize((out.width, out.height))
                small = shown.as_video_frame(picture)
                small.pts, small.time_base = written, 1 / rate
                container.mux(out.encode(small))
                written += 1
        if out is not None:
            container.mux(out.encode())


def _encoder(container: OutputContainer, rate: Fraction, width: int, height: int) -> VideoStream:
    """An H.264 stream of at most 480 pixels a side, both even. It is tagged as BT.709: so small, browsers would
    take it for BT.601."""
    shrink = min(1.0, PREVIEW_SIDE / max(width, height))
    out = container.add_stream("libx264", rate=rate)
    assert isinstance(out, VideoStream)
    out.width, out.height = (max(2, round(side * shrink / 2) * 2) for side in (width, height))
    out.pix_fmt = "yuv420p"
    out.options = {"crf": "27", "preset": "veryfast", "x264-params": "threads=1"}
    context = out.codec_context
    context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
    context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    return out
