"""Results: what file the service made, and how it gets into our storage with a poster, a thumbnail and a preview."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from omnistudio import pictures
from omnistudio.gallery.models import Task, media_path
from omnistudio.gallery.previews import preview_of

MAX_VIDEO_SIDE = 8192
_MP4_PARTS = (b"ftyp", b"moov", b"mdat", b"moof", b"free", b"skip", b"wide", b"uuid", b"styp", b"sidx")


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
    if not path.stat().st_size:
        raise BadResult(_("The file is empty."))
    return _examine_video(path) if kind == Task.Kind.VIDEO else _examine_image(path)


def _examine_image(path: Path) -> Result:
    with path.open("rb") as file:
        try:
            picture = pictures.inspect(file, max_pixels=settings.MAX_PICTURE_PIXELS)
            small = pictures.thumbnail(file, max_pixels=settings.MAX_PICTURE_PIXELS)
        except pictures.BadPicture as error:
            raise BadResult(_what_is_wrong(error)) from error
    return Result(picture.content_type, picture.extension, picture.width, picture.height, None, small, None)


def _what_is_wrong(error: pictures.BadPicture) -> str:
    """The same without the advice that somebody gets who chose the file."""
    match error.__cause__:
        case None | Image.DecompressionBombError():
            return str(error)
        case UnidentifiedImageError():
            return _("The file is not a picture that can be shown.")
    return _("The picture is damaged or cut off.")


def _examine_video(path: Path) -> Result:
    name, content_type, extension = _video_type(path)
    if name == "mp4" and _is_cut_off(path):
        raise BadResult(_("The video is damaged or cut off."))
    try:
        # With its format given, FFmpeg does not take the file for a playlist of other files and addresses.
        with av.open(str(path), format=name) as container:
            stream = container.streams.video[0]
            if max(stream.width, stream.height) > MAX_VIDEO_SIDE:
                raise BadResult(
                    _("The video is too large: %(w)d × %(h)d pixels.") % {"w": stream.width, "h": stream.height}
                )
            frame = next(container.decode(stream))
            image = frame.to_image()
            seconds = float(container.duration or 0) / av.time_base
    except BadResult:
        raise
    except Exception as error:  # FFmpeg's errors, no stream, no frame, sizes that are none: all faults of the file
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
        preview_of(path, name),
    )


def _video_type(path: Path) -> tuple[str, str, str]:
    """FFmpeg's name of the format, the content type and the extension."""
    with path.open("rb") as file:
        head = file.read(64)
    if head[4:8] == b"ftyp":
        return "mp4", "video/mp4", "mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        return "webm", "video/webm", "webm"
    raise BadResult(_("The file is not a video that can be played."))


def _is_cut_off(path: Path) -> bool:
    """Whether a part of an MP4 (ISO/IEC 14496-12, 4.2) is longer than the file; such a film stops in the middle."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4])
            if head[4:8] not in _MP4_PARTS or length < 8:
                return False
            at += length
    return at > size


def store(task: Task, path: Path, result: Result, sha256: str) -> dict[str, Any]:
    """Put the file and its small copies into the storage; return the fields for the task's row.

    Names are fixed by the task and the content, so that doing it again after a crash leaves nothing behind.
    """
    storage = Task._meta.get_field("file").storage
    stem = sha256[:16]
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
        fields["file"] = _put(storage, task, f"{stem}.{result.extension}", File(file))
    fields["thumbnail"] = _put(storage, task, f"{stem}.thumbnail.webp", ContentFile(result.thumbnail))
    if result.poster:
        fields["poster"] = _put(storage, task, f"{stem}.poster.jpg", ContentFile(result.poster))
    if result.preview:
        fields["preview"] = _put(storage, task, f"{stem}.preview.mp4", ContentFile(result.preview))
    return fields


def _put(storage: Storage, task: Task, name: str, content: File) -> str:
    """Keep `content` under `name`. A whole copy that is there stays untouched: a record may point to it already."""
    path = media_path(task, name)
    if storage.exists(path):
        if storage.size(path) == content.size:
            return path
        storage.delete(path)  # half of it, left by a process that was killed
    path = storage.save(path, content)
    _flush(storage, path)
    return path


def _flush(storage: Storage, path: str) -> None:
    """Have a file on the disk before the record says so: neither is lost by a power cut alone."""
    try:
        file = Path(storage.path(path)).open("rb")  # noqa: SIM115
    except NotImplementedError:
        return  # an object store keeps what it has confirmed
    with file:
        os.fsync(file.fileno())
