"""How much work a picture file is, counted in its bytes before any library reads it.

A small file can ask for minutes: a JPEG with a thousand scans is gone over a thousand times, and of PNG, GIF and
JPEG every part is read by Python, some of them into a text that is copied for each.
"""

from __future__ import annotations

import io
import mmap
import re
from dataclasses import dataclass
from typing import IO, Any, TypeAlias

from django.core.files.base import File

Buffer: TypeAlias = "bytes | mmap.mmap"
# Whole parts of a file: segments of a JPEG, chunks of a PNG. A PNG of 64 million pixels in pieces of 8 kB has 32,000.
MAX_PARTS = 50_000
# What a GIF may have in front of its first picture, in blocks of up to 255 bytes: 1 MB of comments and metadata.
MAX_GIF_BLOCKS = 4_000
# Within the data of a scan FF is followed by 00 or by a restart mark (D0 to D7); all else begins a segment.
_MARK = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_START_OF_SCAN, _END = 0xDA, 0xD9
# Frames of arithmetic coding: no encoder in use writes them, no browser shows them, and each scan of one takes a
# hundred times as long as of others.
_ARITHMETIC = frozenset(range(0xC9, 0xD0)) - {0xCC}
_WITHOUT_LENGTH = frozenset({*range(0x01, 0xC0), 0xD8})


@dataclass(frozen=True)
class Work:
    """What was counted.

    Attributes:
        too_much: there are more parts than any encoder writes; nothing else was counted then.
        scans: of a JPEG, how often its pixels are gone over.
        ended: whether the mark at the end of a JPEG was seen.
    """

    too_much: bool = False
    scans: int = 1
    ended: bool = True


def work_of(file: IO[bytes] | File[Any]) -> Work:
    """Count the parts of the picture in `file`; of several in one JPEG those of the first. Leaves `file` anywhere."""
    data = _bytes_of(file)
    try:
        if data[:2] == b"\xff\xd8":
            return _of_jpeg(data)
        if data[:4] == b"\x89PNG":
            return _of_png(data)
        return _of_gif(data) if data[:4] == b"GIF8" else Work()
    finally:
        if isinstance(data, mmap.mmap):
            data.close()


def _of_jpeg(data: Buffer) -> Work:
    """Walk the segments (ITU-T T.81, B.1.1) as libjpeg reads them."""
    scans, at = 0, 2
    for _part in range(MAX_PARTS):
        found = _MARK.search(data, at)
        if found is None:
            return Work(scans=scans, ended=False)
        at = found.end()
        code = data[at - 1]
        del found  # it would keep a mapped file open
        if code == _END:
            return Work(scans=scans)
        if code in _ARITHMETIC:
            return Work(too_much=True)
        scans += code == _START_OF_SCAN
        if code not in _WITHOUT_LENGTH:
            at += max(2, int.from_bytes(data[at : at + 2]))
    return Work(too_much=True)


def _of_png(data: Buffer) -> Work:
    """ISO/IEC 15948: chunks of a length, a name and a sum."""
    at = 8
    for _part in range(MAX_PARTS):
        if at >= len(data) or data[at + 4 : at + 8] == b"IEND":
            return Work()
        at += 12 + int.from_bytes(data[at : at + 4])
    return Work(too_much=True)


def _of_gif(data: Buffer) -> Work:
    """GIF89a: the blocks of the extensions in front of the first picture."""
    at, blocks = 13 + colour_table(data[10:11]), 0
    while data[at : at + 1] == b"!":
        at += 2
        while length := int.from_bytes(data[at : at + 1]):
            at += 1 + length
            blocks += 1
            if blocks > MAX_GIF_BLOCKS:
                return Work(too_much=True)
        at += 1
        blocks += 1
    return Work()


def colour_table(flags: bytes) -> int:
    """How many bytes a GIF's table of colours has, by the flags in front of it."""
    return 3 * 2 ** ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _bytes_of(file: IO[bytes] | File[Any]) -> Buffer:
    """The whole file to look into: from the disk without reading it into memory, where it is there."""
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, AttributeError, ValueError, io.UnsupportedOperation):
        file.seek(0)
        return file.read()
