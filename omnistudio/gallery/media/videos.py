"""Looking at videos and sounds that somebody else made: size, length, and a still that shows something.

Everything here is bounded in time: a file of some kB can hold frames without end.
"""

from __future__ import annotations

import io
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from omnistudio.core import images
from omnistudio.core.isolation import Failed, apart
from omnistudio.gallery.media import frames
from omnistudio.gallery.media.frames import MAX_VIDEO_SIDE
from omnistudio.gallery.media.previews import preview_of

# The search for a still: so many frames from the beginning, then one at each of these parts of the video.
_MAX_FRAMES, _PARTS = 90, (0.25, 0.5, 0.75)
_STILL_SECONDS, _LENGTH_SECONDS = 15.0, 10.0
# For all of it, the preview too; what takes longer hangs in the middle of a frame or of the head.
MAX_SECONDS = 60.0
# Of 255: how far the darker and the lighter parts of a frame lie apart. With so much it shows something for certain;
# with less, one that has a third more than those before it is the better one: a film that fades in, a film at night.
_ENOUGH_CONTRAST, _LEAST_CONTRAST, _BETTER = 96, 8, 4 / 3
_GLANCE = 64
# The last picture is looked for in so many seconds at the end.
_TAIL = 3


class TooLarge(Exception):
    """The video has more pixels than are decoded."""


class NoVideo(Exception):
    """There is no picture in the file, only sound."""


class Unreadable(Exception):
    """The file can't be decoded here: broken, of an unknown kind, or it would take too long."""


@dataclass(frozen=True)
class Seen:
    """What a video shows: its size as it is seen, its length where it can be told, its small copies."""

    width: int
    height: int
    seconds: float | None
    poster: bytes
    thumbnail: bytes
    preview: bytes | None


def look_at(path: Path, format: str) -> Seen:
    """Look at a video, in a process of its own.

    Raises:
        TooLarge, NoVideo, Unreadable: see there.
    """
    try:
        seen = apart(_looked_at, path, format, seconds=MAX_SECONDS)
    except Failed as error:
        raise Unreadable(str(error)) from error
    if isinstance(seen, Seen):
        return seen
    raise {"too large": TooLarge, "no video": NoVideo}[seen]


def seconds_of_sound(path: Path, format: str) -> float | None:
    """How long a sound is, in seconds; None where it can't be told. In a process of its own.

    Raises:
        Unreadable: there is nothing to hear.
    """
    try:
        return apart(_sound_seconds, path, format, seconds=MAX_SECONDS)
    except Failed as error:
        raise Unreadable(str(error)) from error


def last_still(path: Path, format: str) -> bytes:
    """The last picture of a video as it is seen, a JPEG; in a process of its own.

    Raises:
        Unreadable: the video can't be decoded to its end.
    """
    try:
        return apart(last_still_in, path, format, seconds=2 * _STILL_SECONDS)
    except Failed as error:
        raise Unreadable(str(error)) from error


def last_still_in(path: Path, format: str) -> bytes:
    """As `last_still`, in this very process.

    Raises:
        TooLarge, NoVideo: see there.
        Exception: whatever FFmpeg raises where it can't decode the video.
    """
    with av.open(str(path), format=format) as container:
        stream = _video_of(container)
        _refuse_large(stream.width, stream.height)
        stream.codec_context.options = {"max_pixels": str(MAX_VIDEO_SIDE**2)}
        if container.duration and container.duration > _TAIL * av.time_base:
            container.seek(int(container.duration - _TAIL * av.time_base))  # to the key frame before
        last: deque[VideoFrame] = deque(maxlen=1)
        started = time.monotonic()
        last.extend(_decoded(container, stream, started))
        if not last or time.monotonic() - started > _STILL_SECONDS:
            raise ValueError("the end can't be reached")
        (frame,) = last
        _refuse_large(frame.width, frame.height)
        picture = io.BytesIO()
        frames.still(frame, frames.shape_of(stream, frame)).save(picture, "JPEG", quality=92)
    return picture.getvalue()


def _looked_at(path: Path, format: str) -> Seen | str:
    try:
        return seen_in(path, format)
    except TooLarge:
        return "too large"
    except NoVideo:
        return "no video"


def seen_in(path: Path, format: str) -> Seen:
    """As `look_at`, in this very process.

    With its format given, FFmpeg does not take a file for a playlist of other addresses.

    Raises:
        TooLarge, NoVideo: see there.
        Exception: whatever FFmpeg raises where it can't decode the video.
    """
    with av.open(str(path), format=format) as container:
        stream = _video_of(container)
        _refuse_large(stream.width, stream.height)
        stream.codec_context.options = {
            "max_pixels": str(MAX_VIDEO_SIDE**2)
        }  # frames may be larger than the head says
        frame = _telling_frame(container, stream)
        _refuse_large(frame.width, frame.height)
        shape = frames.shape_of(stream, frame)
        poster, small = io.BytesIO(), frames.small_still(frame, shape)
        frames.still(frame, shape).save(poster, "JPEG", quality=88)
    seconds = length_of(path, format)
    return Seen(*shape.size, seconds, poster.getvalue(), images.as_webp(small), preview_of(path, format, shape))


def _video_of(container: InputContainer) -> VideoStream:
    """The video, not the cover that a sound file may have in it."""
    for stream in container.streams.video:
        if "ATTACHED_PIC" not in str(stream.disposition).upper():
            return stream
    raise NoVideo


def _refuse_large(width: int, height: int) -> None:
    if max(width, height) > MAX_VIDEO_SIDE:
        raise TooLarge(f"{width} × {height}")


def _telling_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """The first frame that shows something; of a video that is all one colour the first.

    Films begin in black. After the first frames some places farther on are tried.
    """
    started, best, best_contrast = time.monotonic(), None, 0
    for frame in _candidates(container, stream, started):
        contrast = _contrast(frame)
        if best is None or contrast > max(best_contrast * _BETTER, _LEAST_CONTRAST):
            best, best_contrast = frame, contrast
        if contrast >= _ENOUGH_CONTRAST:
            break
    if best is None:
        raise ValueError("no frame can be decoded")
    return best


def _candidates(container: InputContainer, stream: VideoStream, started: float) -> Iterator[VideoFrame]:
    """Frames to choose from, in the order they are preferred; ends when their time is up."""
    for number, frame in enumerate(_decoded(container, stream, started)):
        if number >= _MAX_FRAMES:
            break
        yield frame
    if not container.duration:
        return
    for part in _PARTS:
        try:
            container.seek(int(container.duration * part))
            yield next(_decoded(container, stream, started))
        except (av.error.FFmpegError, StopIteration):
            return  # what was found before will do


def _decoded(container: InputContainer, stream: VideoStream, started: float) -> Iterator[VideoFrame]:
    """Frames, with a look at the clock for each packet: one that holds no frame costs time, too."""
    found = False
    for packet in container.demux(stream):
        try:
            for frame in packet.decode():
                found = True
                yield frame
        except av.error.FFmpegError:
            if found:  # the rest is broken: what was decoded before is there
                return
            raise
        if time.monotonic() - started > _STILL_SECONDS:
            return


def _contrast(frame: VideoFrame) -> int:
    """How far the darkest and the lightest twentieth of a frame lie apart."""
    small = frame.reformat(_GLANCE, _GLANCE, "gray").to_ndarray()
    values = sorted(small.ravel().tolist())
    return int(values[len(values) * 19 // 20]) - int(values[len(values) // 20])


def length_of(path: Path, format: str) -> float | None:
    """How long a video or sound is, in seconds: as it says, else by its packets; None where neither can tell."""
    with av.open(str(path), format=format) as container:
        if container.duration and container.duration > 0:
            return float(container.duration) / av.time_base
        started, first, end = time.monotonic(), None, 0.0
        for number, packet in enumerate(container.demux()):
            if packet.pts is None or packet.time_base is None:
                continue
            at = float(packet.pts * packet.time_base)
            first = at if first is None else min(first, at)
            end = max(end, at + float((packet.duration or 0) * packet.time_base))
            if number % 256 == 0 and time.monotonic() - started > _LENGTH_SECONDS:
                return None
    return end - first if first is not None and end > first else None


def _sound_seconds(path: Path, format: str) -> float | None:
    with av.open(str(path), format=format) as container:
        if not container.streams.audio:
            raise ValueError("no sound")
    return length_of(path, format)
