"""Every write of the record."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from omnistudio.accounts.models import User
from omnistudio.core import images
from omnistudio.core.counters import tally
from omnistudio.core.fetch.safe_fetch import FetchError, fetch
from omnistudio.gallery.history.tally import counted
from omnistudio.gallery.models import Reference, Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.sharing_rights import unshare_where_not_allowed

FETCH_SECONDS = 15.0
# A stranger's server may take all of those, and a thread with it: of the 48 of a process, so many at once.
_FETCHES = threading.BoundedSemaphore(8)
# Downloads of a ZIP that are noted at once.
MOST_NOTED = 1000
# What of a task the numbers of its prompt depend on, and the states among which it makes a difference to them.
COUNTS = {"status", "credits", "refunded", "team", "team_id"}
ENDS = {Task.Status.SUCCEEDED, Task.Status.FAILED}


def move(task_id: int, *, was: Iterable[str], held_by: str | None = None, **changes: Any) -> bool:
    """Move a task on, if it still is in one of the states `was` (and in the hands of `held_by`, where given).

    One conditional UPDATE: of two that try, one does it. Raises the revision, so that pages see it. A task that
    comes back, or is done, is shared only where its person may still share: else it is private from then on.

    Returns:
        Whether this call made the change.
    """
    if not _comes_to_its_team(was, changes.get("status")):
        return _moved(task_id, was, held_by, changes)
    with transaction.atomic():
        moved = _moved(task_id, was, held_by, changes)
        if moved:
            unshare_where_not_allowed([task_id])
    return moved


def _comes_to_its_team(was: Iterable[str], status: str | None) -> bool:
    """Whether by this change a team sees something new: a result, or a task that had ended and goes on."""
    goes_on = status in Task.UNFINISHED and not set(Task.FINISHED).isdisjoint(was)
    return status == Task.Status.SUCCEEDED or goes_on


def _moved(task_id: int, was: Iterable[str], held_by: str | None, changes: dict[str, Any]) -> bool:
    rows = Task.objects.filter(pk=task_id, status__in=list(was))
    if held_by is not None:
        rows = rows.filter(holder=held_by)
    is_on_its_way = COUNTS & changes.keys() == {"status"} and ENDS.isdisjoint({changes["status"], *was})
    if is_on_its_way:  # most moves: no number changes by them
        moved = rows.update(revision=F("revision") + 1, **changes) == 1
    else:
        moved = change(rows, [task_id], **changes) == 1
    if moved and changes.get("status") in Task.FINISHED:
        tally.count("tasks_ended", str(changes["status"]))
    return moved


def change(rows: TaskQuerySet, ids: Iterable[int], **changes: Any) -> int:
    """Change those of the tasks `ids` that are in `rows`, and with them the numbers of their prompts. Atomic.

    Returns:
        How many were changed.
    """
    chosen = rows.filter(pk__in=ids)
    if COUNTS.isdisjoint(changes):
        return chosen.update(revision=F("revision") + 1, **changes)
    with counted(ids):
        return chosen.update(revision=F("revision") + 1, **changes)


def keep_reference(owner: User, file: images.PictureFile) -> Reference:
    """Keep a picture as a reference: upright, without metadata, once a person.

    Raises:
        pictures.BadPicture: with a text for a person.
    """
    file.seek(0, 2)
    if file.tell() > settings.MAX_REFERENCE_BYTES:
        raise images.BadPicture(
            _("The file has %(size)d MB; a reference may have %(most)d MB.")
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
        fetcher.FetchError, pictures.BadPicture: with a text for a person.
    """
    with tempfile.TemporaryFile() as file:
        if not _FETCHES.acquire(blocking=False):
            raise FetchError(_("Too many addresses are being fetched. Add it once more in a minute."))
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


def picture_as_reference(user: User, task: Task) -> Reference:
    """The picture of a work as it is seen, or a video's poster, as a reference of the person's own.

    Raises:
        pictures.BadPicture: with a text for a person.
    """
    picture = {"image": task.file, "video": task.poster}.get(task.file_kind)
    if not picture:
        raise images.BadPicture(_("#%(id)d has no picture to use.") % {"id": task.pk})
    try:
        with picture.open("rb") as file:
            return keep_reference(user, file)
    except FileNotFoundError as error:
        raise images.BadPicture(_("The file of #%(id)d is missing from the storage.") % {"id": task.pk}) from error


def note_downloads(tasks: TaskQuerySet) -> None:
    """Note of works that somebody has kept a copy, the first time that it happens; so many of them at once."""
    fresh = Task.objects.filter(downloaded_at__isnull=True)
    having = tasks.filter(downloaded_at__isnull=True).exclude(file="").values_list("pk", flat=True)
    if chosen := list(having[:MOST_NOTED]):
        with counted(chosen):
            fresh.filter(pk__in=chosen).update(downloaded_at=timezone.now())
