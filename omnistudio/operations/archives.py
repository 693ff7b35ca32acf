"""The file that a backup is: a tar whose last member holds the SHA-256 of all others, in their order.

Written and read as a stream, so that an archive of any size needs the memory of one piece of it.
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
    """The archive is not whole; the text says what is wrong."""


class Writer:
    """Writes an archive that only its owner can read; it gets its name when it is whole."""

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
        """Add a member whose bytes are at hand."""
        self.add_file(name, io.BytesIO(content), len(content))

    def add_file(self, name: str, file: IO[bytes], size: int) -> str:
        """Add a member of `size` bytes from a file; return their SHA-256.

        Raises:
            OSError: the file has fewer bytes, so that the archive can't be ended.
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
        cast(Any, self._tar).members.clear()  # it would remember each of a million

    def _end(self) -> None:
        size = self._sums.tell()
        self._sums.seek(0)
        self._put(SUMS, self._sums, size)
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())


class _Summed:
    """A file whose bytes are summed as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


@contextmanager
def _whole() -> Iterator[None]:
    """What `tarfile` says of a file that is cut off or no tar, as one kind of error."""
    try:
        yield
    except (tarfile.TarError, EOFError) as error:
        raise Damaged(f"The archive can't be read: {error}.") from error


def members(path: Path) -> Iterator[tuple[str, BinaryIO, int]]:
    """Name, bytes and length of each member; the bytes are to be read before the next one is asked for.

    Raises:
        Damaged: it is no archive, or ends too early. Reading a member's bytes may raise `tarfile.TarError`.
    """
    with _whole(), tarfile.open(path, "r|") as tar:
        while (member := tar.next()) is not None:
            file = tar.extractfile(member)
            if file is None:
                raise Damaged(f"{member.name} is no file.")
            yield member.name, cast(BinaryIO, file), member.size
            cast(Any, tar).members.clear()


def first(path: Path) -> tuple[str, bytes]:
    """Name and bytes of the first member. Raises `Damaged`."""
    with _whole():
        for name, file, _size in members(path):
            return name, file.read()
    return "", b""


def check(path: Path, folder: str = "rows/") -> int:
    """Read the whole archive and compare every sum; return how many bytes the members of `folder` have together.

    Raises:
        Damaged: says which member is not what it was.
    """
    total = 0
    with _whole(), tempfile.TemporaryFile("w+b") as found:
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
