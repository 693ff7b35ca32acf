"""A ZIP of items, made while it is sent: the files as they are, and what is known of them as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import Storage
from django.utils import timezone
from zipstream import ZipStream

from omnistudio.core.http.files import CHUNK
from omnistudio.core.storage import availability
from omnistudio.gallery.models import Task
from omnistudio.gallery.models.task import TaskQuerySet

COLUMNS = [
    "number",
    "file",
    "prompt",
    "model",
    "ratio",
    "width",
    "height",
    "seconds",
    "credits",
    "person",
    "created",
    "shared with",
    "note",
]
# What stands in a ZIP for people without an account; the words that made it only where the link shows them.
PUBLIC_COLUMNS = ["file", "ratio", "width", "height", "seconds", "created", "note"]
PUBLIC_COLUMNS_WITH_PROMPT = ["file", "prompt", "model", *PUBLIC_COLUMNS[1:]]

NO_FILE = "It has no file."
FURTHER = "Result %d of the same task."
VANISHED = "Its file is missing from the storage."
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠\t\r\n]")


@dataclass
class Entry:
    """An item in an archive: what is said of it, and where its file is stored."""

    facts: dict[str, Any]
    stored: str


class Archive:
    """Items as a ZIP.

    Nothing is compressed: pictures and videos are already. Memory holds what is said of the items, and of the
    files one piece at a time.

    Args:
        tasks: items that whoever asks may see, in the order they get.
        left_out: how many others were asked for.
        columns: what is said of each item.

    Raises:
        StorageAway: the storage does not answer. Later than that it breaks the stream off.
    """

    def __init__(self, tasks: TaskQuerySet, *, left_out: int = 0, columns: list[str] | None = None) -> None:
        self.columns = columns or COLUMNS
        self.left_out = left_out
        self._names = _Names()
        needed = tasks.select_related("prompt", "owner", "team").only(*_NEEDED).prefetch_related("outputs")
        chosen = list(needed.iterator(chunk_size=500))
        self.count = len(chosen)
        self.entries = [entry for task in chosen for entry in self._entries(task)]
        # Before the first byte: a storage that is away would be told as files that are lost.
        availability.require(_storage(), has_files=any(entry.stored for entry in self.entries))
        self._zip: ZipStream | None = self._counted() if _is_local(_storage()) else None

    @property
    def length(self) -> int | None:
        """How many bytes the ZIP has; None where asking the storage for each size would cost too much."""
        return None if self._zip is None else len(self._zip)

    def stream(self) -> Iterator[bytes]:
        """The bytes of the ZIP. A file that changes its size meanwhile ends a counted ZIP with an error."""
        return iter(self._zip) if self._zip is not None else self._uncounted()

    def _entries(self, task: Task) -> Iterator[Entry]:
        """One for the task, and one for each further result that is stored."""
        first = self._entry(task)
        yield first
        for output in task.outputs.all():
            if output.file:
                shape = {"width": output.width, "height": output.height, "seconds": output.seconds}
                name = self._names.unique(output.beside(self._name(task)))
                told = {"file": name, "note": FURTHER % output.position, "credits": None, **shape}
                facts = {column: told.get(column, value) for column, value in first.facts.items()}
                yield Entry(facts, str(output.file.name))

    def _name(self, task: Task) -> str:
        return task.download_name if "prompt" in self.columns else wordless_name(task)

    def _entry(self, task: Task) -> Entry:
        facts = {
            "number": task.pk,
            "file": self._names.unique(self._name(task)) if task.file else None,
            "prompt": task.prompt.text,
            "model": task.model_id,
            "ratio": task.aspect_ratio,
            "width": task.width,
            "height": task.height,
            "seconds": task.seconds,
            "credits": task.credits,
            "person": task.owner.display_name,
            "created": timezone.localtime(task.created_at).isoformat(timespec="seconds"),
            "shared with": task.team.name if task.team else None,
            "note": None if task.file else NO_FILE,
        }
        return Entry({column: facts[column] for column in self.columns}, str(task.file.name or ""))

    def _counted(self) -> ZipStream:
        """With sizes from the disk, so that the browser can tell how much is still to come."""
        archive, storage = ZipStream(sized=True), _storage()
        for entry in self._with_files():
            try:
                size = storage.size(entry.stored)
            except (FileNotFoundError, ValueError):
                _note_missing(entry)
                continue
            archive.add(_pieces(storage, entry.stored), entry.facts["file"], size=size)
        self._add_metadata(archive)
        return archive

    def _uncounted(self) -> Iterator[bytes]:
        """Each file is looked for when its turn comes: one request a file, and none before the first byte."""
        archive, storage = ZipStream(), _storage()
        for entry in self._with_files():
            try:
                file = storage.open(entry.stored)
            except (FileNotFoundError, ValueError):
                _note_missing(entry)
                continue
            with file:
                archive.add(file.chunks(CHUNK), entry.facts["file"], size=file.size)
                yield from archive.file()
        self._add_metadata(archive)
        yield from archive.finalize()

    def _with_files(self) -> Iterator[Entry]:
        return (entry for entry in self.entries if entry.stored)

    def _add_metadata(self, archive: ZipStream) -> None:
        facts = [entry.facts for entry in self.entries]
        archive.add(metadata_json(facts, self.left_out), "metadata.json")
        archive.add(metadata_csv(facts, self.columns), "metadata.csv")


_NEEDED = [
    *("uuid", "file", "model_id", "aspect_ratio", "width", "height", "seconds", "credits", "created_at"),
    *("prompt__text", "owner__name", "owner__email", "team__name"),
]


def _storage() -> Storage:
    storage: Storage = Task._meta.get_field("file").storage
    return storage


def _is_local(storage: Storage) -> bool:
    try:
        storage.path("x")
    except NotImplementedError:
        return False
    return True


def _pieces(storage: Storage, name: str) -> Iterator[bytes]:
    """The file's bytes. It is opened when the first of them is asked for, so one file is open at a time."""
    with storage.open(name) as file:
        while piece := file.read(CHUNK):
            yield piece


def _note_missing(entry: Entry) -> None:
    entry.facts |= {"file": None, "note": VANISHED}


def wordless_name(task: Task) -> str:
    """A name for a download that tells nothing of the prompt or the model."""
    extension = str(task.file.name).rpartition(".")[2]
    return f"{timezone.localdate(task.created_at):%Y-%m-%d}_{task.uuid.hex[:8]}.{extension}"


def safe_name(text: str) -> str:
    """The text with everything but letters, digits, `.`, `-` and `_` turned into `-`.

    Marks count as letters: without its vowels and tones a Thai word is another word, or none.
    """
    kept = (char if char in "._-" or unicodedata.category(char)[0] in "LMN" else "-" for char in text)
    return re.sub("--+", "-", "".join(kept))


class _Names:
    """Names of files in one folder: safe on every system, and each once, also where case does not count."""

    def __init__(self) -> None:
        self._taken = {"metadata.json", "metadata.csv"}

    def unique(self, name: str) -> str:
        name = safe_name(name).lstrip(".-") or "item"
        stem, dot, extension = name.rpartition(".")
        candidate, number = name, 1
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{stem}_{number}{dot}{extension}"
        self._taken.add(candidate.casefold())
        return candidate


def metadata_json(facts: list[dict[str, Any]], left_out: int) -> bytes:
    """What is known of the items, how many of those asked for are not in it, and how many files are missing."""
    works = [{key.replace(" ", "_"): value for key, value in item.items()} for item in facts]
    told = {
        "made": timezone.localtime().isoformat(timespec="seconds"),
        "left_out": left_out,
        "missing": sum(1 for item in facts if item["file"] is None),
        "works": works,
    }
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def metadata_csv(facts: Iterable[dict[str, Any]], columns: list[str]) -> bytes:
    """The same as a table. With a byte order mark, without which Excel takes Thai and Chinese for Latin-1."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    table.writerows([cell(item[column]) for column in columns] for item in facts)
    return text.getvalue().encode("utf-8-sig")


def cell(value: Any) -> Any:
    """A spreadsheet runs a text that begins like a formula; an apostrophe in front makes it a text."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
