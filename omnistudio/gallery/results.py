"""Results: what file the service made, and how it gets into our storage with a poster, a thumbnail and a preview."""

from __future__ import annotations

import io
import logging
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from omnistudio import pictures
from omnistudio.gallery.models import Task, media_path

logger = logging.getLogger(__name__)

MAX_VIDEO_SIDE = 8192
PREVIEW_SECONDS, PREVIEW_RATE, PREVIEW_SIDE = 3, 24, 480
# What a preview may cost: beyond it the video has none. A decoder keeps up to 16 frames at once.
PREVIEW_MOST_SECONDS, PREVIEW_MOST_PIXELS, PREVIEW_MOST_FRAMES = 15.0, 9_500_000, 1000
_VIDEO_TYPES = {"mp4": ("video/mp4", "mp4"), "webm": ("video/webm", "webm")}


class BadResult(ValueError):
    """The file is not the picture or video that the task asked for; the text says why."""


@dataclass(frozen=True)
class Result:
    """A result as it is on the disk: its type, size in pixels, length in seconds (of a video), small copies."""

    content_type: str
    extension: str
    width: int
    height: int
    seconds: float | None
    thumbnail: bytes
    poster: bytes | None
    preview: bytes | None = None


def examine(path: Path, kind: str) -> Result:
    """Say what the file at `path` is, by its bytes and not by what anybody calls it.

    Raises:
        BadResult: no picture (or video), damaged, or larger than can be shown.
    """
    return _examine_video(path) if kind == Task.Kind.VIDEO else _examine_image(path)


def _examine_image(path: Path) -> Result:
    with path.open("rb") as file:
        try:
            picture = pictures.inspect(file, max_pixels=settings.MAX_PICTURE_PIXELS)
            small = pictures.thumbnail(file, max_pixels=settings.MAX_PICTURE_PIXELS)
        except pictures.BadPicture as error:
            raise BadResult(str(error)) from error
    return Result(picture.content_type, picture.extension, picture.width, picture.height, None, small, None)


def _examine_video(path: Path) -> Result:
    try:
        with av.open(str(path)) as container:
            content_type, extension = _video_type(container.format.name)
            stream = container.streams.video[0]
            if max(stream.width, stream.height) > MAX_VIDEO_SIDE:
                raise BadResult(
                    _("The video is too large: %(w)d × %(h)d pixels.") % {"w": stream.width, "h": stream.height}
                )
            frame = next(container.decode(stream))
            image = frame.to_image()
            seconds = float(container.duration or 0) / av.time_base
    except (FFmpegError, StopIteration, IndexError, ValueError) as error:
        if isinstance(error, BadResult):
            raise
        raise BadResult(_("The file is not a video that can be played.")) from error
    width, height = image.size
    small = image.copy()
    small.thumbnail((pictures.THUMBNAIL_SIDE, pictures.THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return Result(
        content_type,
        extension,
        width,
        height,
        seconds,
        pictures.as_webp(small),
        buffer.getvalue(),
        preview_of(path),
    )


def _video_type(container_format: str) -> tuple[str, str]:
    for name, types in _VIDEO_TYPES.items():
        if name in container_format.split(","):
            return types
    raise BadResult(_("The file is not a video that can be played."))


def preview_of(path: Path) -> bytes | None:
    """Make an MP4 of the first three seconds of a video, silent, 480 pixels on its longer side (H.264).

    Bounded in time and memory. None where it can't be made: the video is good without it.
    """
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="preview-") as folder, av.open(str(path)) as source:
            stream = source.streams.video[0]
            if stream.width * stream.height > PREVIEW_MOST_PIXELS:
                return None
            # A file and not memory: to put the index in front, the muxer reads again what it wrote.
            target = Path(folder) / "preview.mp4"
            _write_preview(target, stream, _frames(source.decode(stream), started))
            return target.read_bytes()
    except Exception as error:  # whatever a strange file does to a decoder must not cost the video itself
        logger.warning("no preview of %s: %s", path.name, error)
        return None


def _frames(decoded: Iterator[VideoFrame], started: float) -> Iterator[tuple[float, VideoFrame]]:
    """Frames with their time from the start, in seconds; no more of them than may be looked at."""
    first: float | None = None
    for number, frame in enumerate(decoded):
        if number >= PREVIEW_MOST_FRAMES or time.monotonic() - started > PREVIEW_MOST_SECONDS:
            raise TimeoutError("it takes too long")
        at = number / PREVIEW_RATE if frame.time is None else float(frame.time)
        first = at if first is None else first
        if at - first >= PREVIEW_SECONDS:
            return
        yield at - first, frame


def _write_preview(target: Path, stream: VideoStream, frames: Iterator[tuple[float, VideoFrame]]) -> None:
    """Write one picture for each 24th of a second (or fewer, where the video has fewer)."""
    shrink = min(1.0, PREVIEW_SIDE / max(stream.width, stream.height))
    width, height = (max(2, round(side * shrink / 2) * 2) for side in (stream.width, stream.height))
    rate = min(Fraction(PREVIEW_RATE), stream.average_rate or Fraction(PREVIEW_RATE)).limit_denominator(1001)
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        out = container.add_stream("libx264", rate=rate)
        assert isinstance(out, VideoStream)
        out.width, out.height, out.pix_fmt = width, height, "yuv420p"
        out.options = {"crf": "27", "preset": "veryfast", "x264-params": "threads=1"}
        written = 0
        for at, frame in frames:
            while written <= at * rate and written < PREVIEW_SECONDS * rate:
                small = frame.reformat(width, height, "yuv420p")
                small.pts, small.time_base = written, 1 / rate
                container.mux(out.encode(small))
                written += 1
        container.mux(out.encode())


def store(task: Task, path: Path, result: Result, sha256: str) -> dict[str, Any]:
    """Put the file and its small copies into the storage; return the fields for the task's row.

    Names are fixed by the task, so that doing it again after a crash leaves nothing behind.
    """
    storage = Task._meta.get_field("file").storage
    name = f"{sha256[:16]}.{result.extension}"
    fields: dict[str, Any] = {
        "content_type": result.content_type,
        "width": result.width,
        "height": result.height,
        "seconds": result.seconds,
        "bytes": path.stat().st_size,
        "sha256": sha256,
        "stored_at": timezone.now(),
    }
    with path.open("rb") as file:
        fields["file"] = _put(storage, task, name, File(file))
    fields["thumbnail"] = _put(storage, task, "thumbnail.webp", ContentFile(result.thumbnail))
    if result.poster:
        fields["poster"] = _put(storage, task, "poster.jpg", ContentFile(result.poster))
    if result.preview:
        fields["preview"] = _put(storage, task, "preview.mp4", ContentFile(result.preview))
    return fields


def _put(storage: Any, task: Task, name: str, content: File) -> str:
    path = media_path(task, name)
    if storage.exists(path):
        storage.delete(path)
    return storage.save(path, content)
