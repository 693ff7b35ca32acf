"""References: the pictures that a person gives to a model, uploaded, fetched, or taken from the record."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from omnistudio.accounts.models import User
from omnistudio.core import images
from omnistudio.core.fetch.safe_fetch import FetchError, fetch
from omnistudio.core.file_types import sniff
from omnistudio.gallery.media.videos import Unreadable, last_still
from omnistudio.gallery.models import Reference, Task

FETCH_SECONDS = 15.0
# A stranger's server may take all of those, and a thread with it: of the 48 of a process, so many at once.
_FETCHES = threading.BoundedSemaphore(8)


def keep_reference(owner: User, file: images.PictureFile) -> Reference:
    """Keep a picture as a reference: upright, without metadata, once a person.

    Raises:
        BadPicture: with a text for a person.
    """
    file.seek(0, 2)
    if file.tell() > settings.MAX_REFERENCE_BYTES:
        raise images.BadPicture(
            _("The file is %(size)d MB; a reference can be at most %(most)d MB.")
            % {"size": file.tell() // 1_000_000, "most": settings.MAX_REFERENCE_BYTES // 1_000_000}
        )
    content, picture = images.normalised(file, max_pixels=settings.MAX_PICTURE_PIXELS)
    sha256 = hashlib.sha256(content).hexdigest()
    known = Reference.objects.filter(owner=owner, sha256=sha256).first()
    if known:
        return known
    small = images.thumbnail(ContentFile(content), max_pixels=settings.MAX_PICTURE_PIXELS, side=256)
    reference = Reference(
        owner=owner,
        sha256=sha256,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        bytes=len(content),
    )
    reference.file.save(f"original.{picture.extension}", ContentFile(content), save=False)
    reference.thumbnail.save("thumbnail.webp", ContentFile(small), save=False)
    try:
        with transaction.atomic():
            reference.save()
    except IntegrityError:  # the same picture was added twice at the same time
        return Reference.objects.get(owner=owner, sha256=sha256)
    return reference


def fetch_reference(owner: User, url: str) -> Reference:
    """Fetch the picture at `url` and keep it as a reference; 15 seconds at most.

    Raises:
        FetchError, BadPicture: with a text for a person.
    """
    with tempfile.TemporaryFile() as file:
        if not _FETCHES.acquire(blocking=False):
            raise FetchError(_("Too many images are being fetched. Add it again in a minute."))
        try:
            fetch(url, file, max_bytes=settings.MAX_REFERENCE_BYTES, seconds=FETCH_SECONDS)
        finally:
            _FETCHES.release()
        return keep_reference(owner, file)


def own_reference(user: User, reference: Reference) -> Reference:
    """The same picture as a reference of the person's own. The file is shared: it is stored once."""
    if reference.owner_id == user.pk:
        return reference
    facts = ("file", "thumbnail", "content_type", "width", "height", "bytes")
    defaults = {name: getattr(reference, name) for name in facts}
    return Reference.objects.get_or_create(owner=user, sha256=reference.sha256, defaults=defaults)[0]


def last_frame_as_reference(user: User, task: Task) -> Reference:
    """The last picture of a video, to go on from, as a reference of the person's own.

    Raises:
        BadPicture: with a text for a person.
    """
    if task.file_kind != "video" or not task.file:
        raise images.BadPicture(_("#%(id)d is no video.") % {"id": task.pk})
    try:
        with tempfile.TemporaryDirectory(prefix="video-") as folder, task.file.open("rb") as file:
            path = Path(folder) / "video"
            with path.open("wb") as copy:
                shutil.copyfileobj(file, copy)
            type_ = sniff(path)
            picture = last_still(path, type_.format if type_ else "")
    except FileNotFoundError as error:
        raise images.BadPicture(_("The file of #%(id)d is missing from the storage.") % {"id": task.pk}) from error
    except Unreadable as error:
        raise images.BadPicture(_("The last image of #%(id)d can’t be read.") % {"id": task.pk}) from error
    return keep_reference(user, ContentFile(picture))


def picture_as_reference(user: User, task: Task) -> Reference:
    """The picture of an item as it is seen, or a video's poster, as a reference of the person's own.

    Raises:
        BadPicture: with a text for a person.
    """
    picture = {"image": task.file, "video": task.poster}.get(task.file_kind)
    if not picture:
        raise images.BadPicture(_("#%(id)d has no image to use.") % {"id": task.pk})
    try:
        with picture.open("rb") as file:
            return keep_reference(user, file)
    except FileNotFoundError as error:
        raise images.BadPicture(_("The file of #%(id)d is missing from the storage.") % {"id": task.pk}) from error
