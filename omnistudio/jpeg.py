"""How much work a JPEG is, counted before anything of it is decoded."""

from __future__ import annotations

import io
import mmap
import re
from dataclasses import dataclass
from typing import IO, Any, TypeAlias

from django.core.files.base import File

Buffer: TypeAlias = "bytes | mmap.mmap"
# Within the data of a scan FF is followed by 00 or by a restart mark (D0 to D7); all else begins a segment.
_MARK = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_START_OF_SCAN, _END = 0xDA, 0xD9
_WITHOUT_LENGTH = frozenset({*range(0x01, 0xC0), 0xD8})


@dataclass(frozen=True)
class Scans:
    """How many scans a JPEG has (one more than `most` where there are more), and whether its end was seen."""

    count: int
    ended: bool


def count_scans(file: IO[bytes] | File[Any], most: int) -> Scans:
    """Walk the segments (ITU-T T.81, B.1.1) of the first picture in `file`, as libjpeg reads them.

    A progressive picture is gone over once more for each scan, and a scan that changes nothing takes a hundred
    bytes: a file of 100 kB may have a thousand of them.
    """
    data, count, at = _bytes_of(file), 0, 2
    try:
        while found := _MARK.search(data, at):
            mark, at = data[found.start() + 1], found.end()
            if mark == _END:
                return Scans(count, True)
            if mark == _START_OF_SCAN:
                count += 1
                if count > most:
                    return Scans(count, False)
            if mark not in _WITHOUT_LENGTH:
                at += max(2, int.from_bytes(data[at : at + 2]))
        return Scans(count, False)
    finally:
        if isinstance(data, mmap.mmap):
            del found
            data.close()


def _bytes_of(file: IO[bytes] | File[Any]) -> Buffer:
    """The whole file to look into: from the disk without reading it into memory, where it is there."""
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, AttributeError, ValueError, io.UnsupportedOperation):
        file.seek(0)
        return file.read()
