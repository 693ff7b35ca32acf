"""Results: what file the service made, and how it gets into our storage with a poster, a thumbnail and a preview."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils import timezone
from django.utils.translation import gettext as _

from omnistudio.core import file_types, images
from omnistudio.core.file_types import FileType, Kind
from omnistudio.gallery.media import videos
from omnistudio.gallery.media.completeness import is_cut_off
from omnistudio.gallery.models import Task, media_path

logger = logging.getLogger(__name__)


class BadResult(ValueError):
    """There is no result in the file, or not all of it: fetching it again may help. The text says why."""


@dataclass(frozen=True)
class Result:
    """A result as it is on the disk.

    Attributes:
        kind: what the bytes are, whatever was asked for.
        width, height: in pixels as every page shows it; None where it has none or can't be examined.
        seconds: of a video or sound; None where it can't be told.
        poster: of a video a still. Of a picture that browsers would not turn as it says, an upright copy to show.
        note: a sentence for a person where the file is kept and can't be shown or examined.
    """

    kind: Kind
    content_type: str
    extension: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    thumbnail: bytes | None = None
    poster: bytes | None = None
    preview: bytes | None = None
    note: str = ""


def examine(path: Path, kind: str) -> Result:
    """Say what the file at `path` is, by its bytes and not by what anybody calls it.

    What was paid for is kept: whatever is whole and no text is a result, of the kind that it is. Nothing that a
    library of ours raises comes out of here.

    Args:
        kind: what was asked for, `image` or `video`; it only chooses the words.

    Raises:
        BadResult: empty, cut off, or a text instead of a file.
    """
    if not path.stat().st_size:
        raise BadResult(_("The file is empty."))
    type_ = file_types.sniff(path)
    if type_ is None:
        is_video = kind == Task.Kind.VIDEO
        raise BadResult(
            _("The file is not a video that can be played.")
            if is_video
            else _("The file is not an image that can be shown.")
        )
    try:
        match type_.kind:
            case "image":
                return _image(path, type_)
            case "video":
                return _video(path, type_)
            case "audio":
                return _sound(path, type_)
    except BadResult:
        raise
    except Exception:  # a fault of ours or of a library: the file is there, and it was paid for
        logger.exception("a result can't be examined: %s", path.name)
    return _kept(type_, _cant_be_shown())


def _cant_be_shown() -> str:
    return _("The studio can’t show this kind of file. You can download it.")


def _kept(type_: FileType, note: str) -> Result:
    """A file as it came, to be downloaded and never shown."""
    return Result("file", file_types.OCTETS, type_.extension, note=note)


def _image(path: Path, type_: FileType) -> Result:
    # A JPEG may be whole without an end, so it is asked only where it can't be decoded.
    if type_ != file_types.JPEG and is_cut_off(path, type_):
        raise BadResult(_("The image is damaged or cut off."))
    most = settings.MAX_PICTURE_PIXELS
    try:
        with path.open("rb") as file:
            picture = images.inspect(file, max_pixels=most)
            small = images.thumbnail(file, max_pixels=most)
            upright = images.upright_copy(file, max_pixels=most)
    except images.Busy as error:
        raise BadResult(str(error)) from error
    except images.TooLarge:
        return _kept(type_, _("The image is too large to be shown here. You can download it."))
    except images.BadPicture as error:
        if is_cut_off(path, type_):
            raise BadResult(_("The image is damaged or cut off.")) from error
        return _kept(type_, _("The image is damaged and can’t be shown. You can download the original file."))
    return Result(
        "image", picture.content_type, picture.extension, picture.width, picture.height, None, small, upright
    )


def _video(path: Path, type_: FileType) -> Result:
    if is_cut_off(path, type_):
        raise BadResult(_("The video is damaged or cut off."))
    try:
        seen = videos.look_at(path, type_.format)
    except videos.NoVideo:
        return _sound(path, _SOUND_IN.get(type_.extension, type_))
    except videos.TooLarge:
        return _kept(type_, _("The video is too large to be shown here. You can download it."))
    except videos.Unreadable as error:
        logger.info("a video can't be examined: %s: %s", path.name, error)
        note = _(
            "The studio can’t read this video. You can download the original file, and it may play in another "
            "program."
        )
        return Result("video", type_.content_type, type_.extension, note=note)
    return Result(
        "video",
        type_.content_type,
        type_.extension,
        seen.width,
        seen.height,
        seen.seconds,
        seen.thumbnail,
        seen.poster,
        seen.preview,
    )


# What a file without any picture is, by the extension it has as a video.
_SOUND_IN = {"mp4": file_types.M4A, "mov": file_types.M4A, "webm": file_types.WEBM_AUDIO}


def _sound(path: Path, type_: FileType) -> Result:
    if is_cut_off(path, type_):
        raise BadResult(_("The sound is damaged or cut off."))
    try:
        seconds = videos.seconds_of_sound(path, type_.format)
    except videos.Unreadable as error:
        logger.info("a sound can't be examined: %s: %s", path.name, error)
        return _kept(type_, _cant_be_shown())
    return Result(type_.kind, type_.content_type, type_.extension, seconds=seconds)


def store(task: Task, path: Path, result: Result, sha256: str, *, name_prefix: str = "") -> dict[str, Any]:
    """Put the file and its small copies into the storage; return the fields for the row of the output.

    Names are fixed by the task and the content, so that doing it again after a crash leaves nothing behind.
    Small copies that the result does not have are empty names.

    Args:
        name_prefix: stands in front of each name, so that two outputs of a task never share one.
    """
    storage = Task._meta.get_field("file").storage
    stem = f"{name_prefix}{sha256[:16]}"
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
    small = {
        "thumbnail": ("thumbnail.webp", result.thumbnail),
        "poster": ("poster.jpg" if result.kind == "video" else "poster.webp", result.poster),
        "preview": ("preview.mp4", result.preview),
    }
    for which, (name, content) in small.items():
        fields[which] = _put(storage, task, f"{stem}.{name}", ContentFile(content)) if content else ""
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
