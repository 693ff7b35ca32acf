"""Make and restore backups of the database, the files and, if wanted, the secrets."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.apps import apps
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.security.encryption import CannotOpen
from omnistudio.core.storage import availability
from omnistudio.gallery.media import integrity
from omnistudio.gallery.models import Reference, Task
from omnistudio.gallery.services import RELEASED, transition_all
from omnistudio.operations import archives, rows, secrets
from omnistudio.operations.examining import COUNTS, FORMAT, HEAD, SECRETS, Examined, Refused, require_fit

HELD = "It waited when the backup of %s was made, and may have been sent since."
Tell = Callable[[str], None]


@dataclass
class Made:
    """What a backup contains, and the names of files that were missing."""

    rows: int = 0
    files: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)


def back_up(path: Path, *, passphrase: str = "", tell: Tell = lambda _line: None) -> Made:
    """Write everything into one archive, while the studio may go on working.

    The rows are a snapshot of one moment. The files that they name are copied afterwards; this is safe because
    stored files never change. Those that were deleted meanwhile are listed in `Made.missing`.

    Args:
        passphrase: encrypts the secrets in the archive; without one they are left out.

    Raises:
        StorageAway: the storage does not answer; no archive was written.
    """
    availability.require(has_files=Task.objects.exclude(file="").exists())
    made = Made()
    with archives.Writer(path) as archive, tempfile.TemporaryFile("w+") as names:
        with rows.snapshot():
            head = {"format": FORMAT, "made": timezone.now().isoformat(), "migrations": rows.migrations()}
            archive.add(HEAD, json.dumps(head).encode())
            counts = {model._meta.label_lower: _dump(archive, model) for model in rows.tables()}
            names.writelines(f"{json.dumps(name)}\n" for name in rows.stored_names())
        made.rows = sum(counts.values())
        tell(f"{made.rows:,} rows of {len(counts)} tables.")
        archive.add(COUNTS, json.dumps(counts).encode())
        if passphrase:
            archive.add(SECRETS, secrets.sealed(passphrase))
        names.seek(0)
        for line in names:
            _keep(archive, json.loads(line), made)
            if made.files and made.files % 5000 == 0:
                tell(f"{made.files:,} files so far.")
    return made


def _dump(archive: archives.Writer, model: rows.Model) -> int:
    with tempfile.TemporaryFile() as file:
        count = rows.dump(model, file)
        size = file.tell()
        file.seek(0)
        archive.add_file(f"rows/{model._meta.label_lower}.jsonl.gz", file, size)
    return count


def _keep(archive: archives.Writer, name: str, made: Made) -> None:
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        made.missing.append(name)
        return
    with file:
        archive.add_file(f"media/{name}", file, file.size)
        made.files += 1
        made.bytes += file.size


@dataclass
class Restored:
    """What was restored from a backup, and what is wrong with it."""

    made: str
    rows: int = 0
    files: int = 0
    held: int = 0
    faults: list[str] = field(default_factory=list)
    closed_keys: int = 0


def restore(examined: Examined, *, hold: bool = True, tell: Tell) -> Restored:
    """Restore a backup into this instance, whose database must be migrated and empty.

    The rows are restored in one transaction: all or none. The secrets are replaced at its end.

    Args:
        examined: the result of `examining.examine`.
        hold: mark tasks that waited as unconfirmed: they may have been sent, and paid, after the backup was made, and
            a task that may have been sent is never sent again automatically.

    Raises:
        Refused, archives.Damaged: no row was written, and it may be tried again.
    """
    require_fit(examined.head)
    made = examined.head["made"]
    done = Restored(made=made)
    with transaction.atomic():
        rows.clear_initial_rows()
        counts = _load_archive(examined.path, done, tell)
        rows.continue_numbering()
        if hold:
            done.held = _hold_waiting(made)
        if examined.secrets:
            secrets.put_in_place(examined.secrets)
    done.rows = sum(counts.values())
    tell(f"{done.rows:,} rows and {done.files:,} files are back. Checking them …")
    done.faults = [str(fault) for fault in faults()]
    done.closed_keys = sum(1 for key in ApiKey.objects.iterator() if not _opens(key))
    return done


def _load_archive(path: Path, done: Restored, tell: Tell) -> dict[str, int]:
    told: dict[str, int] = {}
    found: dict[str, int] = {}
    for name, file, size in archives.members(path):
        kind, _, rest = name.partition("/")
        if kind == "rows":
            label = rest.removesuffix(".jsonl.gz")
            found[label] = rows.load(apps.get_model(label), file)
        elif name == COUNTS:
            told = json.loads(file.read())
        elif kind == "media":
            _store(rest, file, size)
            done.files += 1
            if done.files % 5000 == 0:
                tell(f"{done.files:,} files so far.")
    if told != found:
        raise archives.Damaged("The archive has other numbers of rows than it says.")
    return found


def _store(name: str, file: IO[bytes], size: int) -> None:
    """Store a file under its own name, replacing one that an interrupted restore may have left."""
    with tempfile.SpooledTemporaryFile(max_size=8 * archives.CHUNK) as copy:
        while piece := file.read(archives.CHUNK):
            copy.write(piece)
        copy.seek(0)
        default_storage.delete(name)
        content = File(copy, name)
        content.size = size
        stored = default_storage.save(name, content)
    if stored != name:
        raise Refused(f"The storage keeps {name} as {stored}. Is it in use by another instance?")


def _hold_waiting(made: str) -> int:
    return transition_all(
        Task.objects.all(),
        was=Task.Status.WAITING,
        status=Task.Status.UNCONFIRMED,
        reason=Task.Reason.ANSWER_LOST,
        reason_words=HELD % made[:16].replace("T", " "),
        finished_at=timezone.now(),
        **RELEASED,
    )


def faults() -> Iterator[object]:
    """Yield what is wrong with stored files: results are checked by their checksums, references for existence."""
    for stored in integrity.stored_results():
        yield from integrity.faults_of(stored)
    for reference in Reference.objects.iterator(chunk_size=500):
        for file in (reference.file, reference.thumbnail):
            if not default_storage.exists(str(file.name)):
                yield f"reference {reference.pk}: is missing ({file.name})"


def _opens(key: ApiKey) -> bool:
    try:
        key.reveal()
    except CannotOpen:
        return False
    return True
