"""Results: what file the service made, and how it gets into our storage with a poster and a thumbnail."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image

from omnistudio import pictures
from omnistudio.gallery.models import Task, media_path

MAX_VIDEO_SIDE = 8192
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
    return Result(content_type, extension, width, height, seconds, pictures.as_webp(small), buffer.getvalue())


def _video_type(container_format: str) -> tuple[str, str]:
    for name, types in _VIDEO_TYPES.items():
        if name in container_format.split(","):
            return types
    raise BadResult(_("The file is not a video that can be played."))


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
    }
    with path.open("rb") as file:
        fields["file"] = _put(storage, task, name, File(file))
    fields["thumbnail"] = _put(storage, task, "thumbnail.webp", ContentFile(result.thumbnail))
    if result.poster:
        fields["poster"] = _put(storage, task, "poster.jpg", ContentFile(result.poster))
    return fields


def _put(storage: Any, task: Task, name: str, content: File) -> str:
    path = media_path(task, name)
    if storage.exists(path):
        storage.delete(path)
    return storage.save(path, content)
