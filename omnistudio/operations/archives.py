"""The format of a backup: a tar file whose last member lists the SHA-256 of all others, in their order.

It is written and read as a stream, in pieces of at most `CHUNK` bytes, so that large archives need little memory.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, Self, cast

from omnistudio.core.storage.file_modes import open_private

CHUNK = 1024 * 1024
SUMS = "sums.txt"


class Damaged(Exception):
    """The archive is damaged or incomplete; the text says what is wrong."""


class Writer:
    """Writes an archive that only its owner can read. It has the name `….part` until it is complete."""

    def __init__(self, path: Path) -> None:
        self.path, self._draft = path, path.with_name(f"{path.name}.part")

    def __enter__(self) -> Self:
        self._file = os.fdopen(open_private(self._draft), "wb")
        self._tar = tarfile.open(fileobj=self._file, mode="w|", format=tarfile.PAX_FORMAT)
        self._sums = tempfile.TemporaryFile("w+b")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._end()
        finally:
            self._sums.close()
            self._file.close()
        if kind is None:
            self._draft.rename(self.path)
        else:
            self._draft.unlink(missing_ok=True)

    def add(self, name: str, content: bytes) -> None:
        """Add a member with these bytes."""
        self.add_file(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, file: IO[bytes], size: int) -> str:
        """Add a member of `size` bytes from a file; return their SHA-256.

        Raises:
            OSError: the file has fewer bytes, so that the archive can't be completed.
        """
        reader = _Summed(file)
        self._put(name, reader, size)
        digest = reader.digest.hexdigest()
        self._sums.write(f"{digest}  {name}\n".encode())
        return digest

    def _put(self, name: str, file: Any, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, file)
        cast(Any, self._tar).members.clear()  # it would keep every member in memory

    def _end(self) -> None:
        size = self._sums.tell()
        self._sums.seek(0)
        self._put(SUMS, self._sums, size)
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())


class _Summed:
    """A file that computes the SHA-256 of its bytes as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


@contextmanager
def _damage_raised() -> Iterator[None]:
    """Raise `Damaged` for the errors of `tarfile` about a file that is cut off or no tar."""
    try:
        yield
    except (tarfile.TarError, EOFError) as error:
        raise Damaged(f"The archive can't be read: {error}.") from error


def members(path: Path) -> Iterator[tuple[str, BinaryIO, int]]:
    """Yield name, file and length of each member. Read its bytes before asking for the next one.

    Raises:
        Damaged: it is no archive, or ends too early. Reading a member's bytes may raise `tarfile.TarError`.
    """
    with _damage_raised(), tarfile.open(path, "r|") as tar:
        while (member := tar.next()) is not None:
            file = tar.extractfile(member)
            if file is None:
                raise Damaged(f"{member.name} is no file.")
            yield member.name, cast(BinaryIO, file), member.size
            cast(Any, tar).members.clear()


def first(path: Path) -> tuple[str, bytes]:
    """Return name and bytes of the first member; both empty if there is none. Raises `Damaged`."""
    with _damage_raised():
        for name, file, _size in members(path):
            return name, file.read()
    return "", b""


def check(path: Path, folder: str = "rows/") -> int:
    """Read the whole archive and compare every checksum; return the total size of the members of `folder` in bytes.

    Raises:
        Damaged: says which member was changed.
    """
    total = 0
    with _damage_raised(), tempfile.TemporaryFile("w+b") as found:
        for name, file, size in members(path):
            if name == SUMS:
                found.seek(0)
                _compare(found, file)
                return total
            digest = hashlib.sha256()
            while piece := file.read(CHUNK):
                digest.update(piece)
            found.write(f"{digest.hexdigest()}  {name}\n".encode())
            total += size if name.startswith(folder) else 0
    raise Damaged("The archive ends too early: its last part, the sums, is missing.")


def _compare(found: IO[bytes], told: IO[bytes]) -> None:
    for line in told:
        if (there := found.readline()) != line:
            name = line.decode(errors="replace").partition("  ")[2].strip() or there.decode(errors="replace")
            raise Damaged(f"{name} is not what it was when the backup was made.")
    if extra := found.readline():
        raise Damaged(f"{extra.decode(errors='replace').strip()} was added after the backup was made.")
