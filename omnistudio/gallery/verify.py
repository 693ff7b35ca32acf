"""Whether the files of works are what the record says: there, as long, and with the same sum."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from omnistudio.gallery import results
from omnistudio.gallery.models import Task, media_path
from omnistudio.http import CHUNK
from omnistudio.trouble import StorageAway

SMALL = ("thumbnail", "poster", "preview")
_EXTENSIONS = {"thumbnail": "webp", "poster": "jpg", "preview": "mp4"}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: of which work, with which of its files, and what."""

    task: Task
    which: str
    what: str

    def __str__(self) -> str:
        return f"#{self.task.pk} {self.which}: {self.what} ({getattr(self.task, self.which).name or '-'})"


def works() -> Iterator[Task]:
    """All works with a file, those in the trash among them, by number."""
    needed = Task.objects.exclude(file="").only(
        "uuid", "kind", "created_at", "bytes", "sha256", "width", "height", "seconds", "file", *SMALL
    )
    return needed.order_by("pk").iterator(chunk_size=200)


def faults_of(task: Task) -> Iterator[Fault]:
    """What is wrong with a work's files. The file is read whole, a piece at a time.

    Raises:
        StorageAway: the storage does not answer, so nobody can say.
    """
    if wrong := _wrong_with(task.file, task.bytes, task.sha256):
        yield Fault(task, "file", wrong)
    if not task.thumbnail:
        yield Fault(task, "thumbnail", "was never made")
    for which in SMALL:
        small = getattr(task, which)
        if small and not _is_there(small):
            yield Fault(task, which, "is missing")


def _wrong_with(file: FieldFile, length: int | None, sha256: str) -> str:
    """What is wrong with a file; empty where nothing is."""
    digest, count = hashlib.sha256(), 0
    try:
        with file.storage.open(str(file.name)) as stored:
            while piece := stored.read(CHUNK):
                digest.update(piece)
                count += len(piece)
    except FileNotFoundError:
        return "is missing"
    except StorageAway:  # that says nothing of the file
        raise
    except OSError as error:
        return f"can't be read: {error.strerror or error}"
    if length is not None and count != length:
        return f"has {count} bytes instead of {length}"
    if sha256 and digest.hexdigest() != sha256:
        return "has another sum than when it was stored"
    return ""


def _is_there(file: FieldFile) -> bool:
    try:
        with file.storage.open(str(file.name)) as stored:
            return bool(stored.read(1))
    except StorageAway:
        raise
    except OSError:
        return False


def mend(task: Task, faults: list[Fault]) -> bool:
    """Make the small copies that are missing anew from the work's file, where that is whole.

    Returns:
        Whether nothing is wrong with the work any more.
    """
    broken = {fault.which for fault in faults}
    if "file" in broken:
        return False
    try:
        made = _made_anew(task)
    except results.BadResult:
        return False
    changes = {}
    for which in broken:
        content = getattr(made, which)
        if content is None:
            return False
        name = media_path(task, f"{task.sha256[:16]}.{which}.{_EXTENSIONS[which]}")
        task.file.storage.delete(name)
        changes[which] = task.file.storage.save(name, ContentFile(content))
    Task.objects.filter(pk=task.pk).update(**changes)
    return True


def _made_anew(task: Task) -> results.Result:
    """The work examined as on its first day, from a copy on the disk."""
    with tempfile.NamedTemporaryFile(prefix="verify-") as copy:
        with task.file.storage.open(str(task.file.name)) as stored:
            while piece := stored.read(CHUNK):
                copy.write(piece)
        copy.flush()
        return results.examine(Path(copy.name), task.kind)
