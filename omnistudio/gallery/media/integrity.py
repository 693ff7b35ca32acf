"""Whether the files of results are what the record says: there, as long, and with the same sum."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile

from omnistudio.core.http.files import CHUNK
from omnistudio.core.trouble import StorageAway
from omnistudio.gallery.media import ingest
from omnistudio.gallery.models import Output, Task, media_path

SMALL = ("thumbnail", "poster", "preview")
Stored = Task | Output
_EXTENSIONS = {"thumbnail": "webp", "poster": "jpg", "preview": "mp4"}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: of which result, with which of its files, and what."""

    stored: Stored
    which: str
    what: str

    def __str__(self) -> str:
        name = getattr(self.stored, self.which).name or "-"
        return f"{label_of(self.stored)} {self.which}: {self.what} ({name})"


def label_of(stored: Stored) -> str:
    """`#7` for the first result of a task, `#7, output 2` for a further one."""
    if isinstance(stored, Output):
        return f"#{stored.task_id}, output {stored.position}"
    return f"#{stored.pk}"


def stored_results() -> Iterator[Stored]:
    """All results with a file, those in the trash among them, by number: first ones, then further ones."""
    first = Task.objects.exclude(file="").only(
        "uuid",
        "kind",
        "created_at",
        *("content_type", "bytes", "sha256", "width", "height", "seconds", "file"),
        *SMALL,
    )
    yield from first.order_by("pk").iterator(chunk_size=200)
    further = Output.objects.exclude(file="").select_related("task").order_by("pk")
    yield from further.iterator(chunk_size=200)


def faults_of(stored: Stored) -> Iterator[Fault]:
    """What is wrong with a result's files. The file is read whole, a piece at a time.

    Raises:
        StorageAway: the storage does not answer, so nobody can say.
    """
    if wrong := _wrong_with(stored.file, stored.bytes, stored.sha256):
        yield Fault(stored, "file", wrong)
    if not stored.thumbnail and stored.has_small_copies:
        yield Fault(stored, "thumbnail", "was never made")
    for which in SMALL:
        small = getattr(stored, which)
        if small and not _is_there(small):
            yield Fault(stored, which, "is missing")


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


def mend(stored: Stored, faults: list[Fault]) -> bool:
    """Make the small copies that are missing anew from the result's file, where that is whole.

    Returns:
        Whether nothing is wrong with the result any more.
    """
    broken = {fault.which for fault in faults}
    if "file" in broken:
        return False
    try:
        made = _made_anew(stored)
    except ingest.BadResult:
        return False
    changes = {}
    for which in broken:
        content = getattr(made, which)
        if content is None:
            return False
        task = stored.task if isinstance(stored, Output) else stored
        prefix = f"{stored.position}-" if isinstance(stored, Output) else ""
        # The upright copy of a picture stands in the place of a poster, and is a WebP.
        extension = "webp" if which == "poster" and stored.file_kind == "image" else _EXTENSIONS[which]
        name = media_path(task, f"{prefix}{stored.sha256[:16]}.{which}.{extension}")
        stored.file.storage.delete(name)
        changes[which] = stored.file.storage.save(name, ContentFile(content))
    type(stored)._base_manager.filter(pk=stored.pk).update(**changes)
    return True


def _made_anew(stored: Stored) -> ingest.Result:
    """The result examined as on its first day, from a copy on the disk."""
    with tempfile.NamedTemporaryFile(prefix="verify-") as copy:
        with stored.file.storage.open(str(stored.file.name)) as file:
            while piece := file.read(CHUNK):
                copy.write(piece)
        copy.flush()
        return ingest.examine(Path(copy.name), stored.kind)
