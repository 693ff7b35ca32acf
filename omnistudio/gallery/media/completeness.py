"""Whether a file was cut off on its way, by the lengths that it gives of its own parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from omnistudio.core import file_types
from omnistudio.core.file_types import FileType
from omnistudio.core.workload import colour_table, work_of

# A file may have a part for each of its bytes; after so many of them it is taken for whole.
_MAX_PARTS = 100_000
_MP4_PARTS = (b"ftyp", b"moov", b"mdat", b"moof", b"free", b"skip", b"wide", b"uuid", b"styp", b"sidx", b"mfra",
              b"meta", b"prft", b"emsg", b"pdin", b"ssix", b"pnot", b"PICT")  # fmt: skip
# A WAV that was written without going back to its head says so by a length that no file has.
_UNKNOWN_RIFF = 0x7FFF_F000
_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
_EBML_HEAD = 12  # the longest id and length


def is_cut_off(path: Path, type_: FileType) -> bool:
    """Whether the file ends before its own parts do. What gives no lengths (MP3, Ogg …) is taken for whole."""
    look = _LOOKS.get(type_.extension)
    if look is None:
        return False
    with path.open("rb") as file:
        return look(file, path.stat().st_size)


def _iso(file: BinaryIO, size: int) -> bool:
    """ISO/IEC 14496-12, 4.2: boxes with their length. Without an index at all nothing of it can be played."""
    at, seen = 0, set()
    for _part in range(_MAX_PARTS):
        if at >= size:
            break
        file.seek(at)
        head = file.read(16)
        name, length = head[4:8], int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[8:16])
        elif length == 0:  # to the end of the file
            length = size - at
        if name not in _MP4_PARTS or length < 8:
            return False  # not a file of this kind after all, or something behind it
        seen.add(name)
        at += length
    return at > size or not seen & {b"moov", b"moof", b"meta"}


def _riff(file: BinaryIO, size: int) -> bool:
    """The length of everything after the first eight bytes."""
    length = int.from_bytes(file.read(8)[4:8], "little")
    return length < _UNKNOWN_RIFF and length + 8 > size


def _png(file: BinaryIO, size: int) -> bool:
    """ISO/IEC 15948: chunks with their length, `IEND` the last."""
    at = 8
    for _part in range(_MAX_PARTS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return True
        if not head[4:8].isalpha():
            return False  # broken, and not for want of an end: decoders put up with a good deal
        at += 12 + int.from_bytes(head[:4])
        if head[4:8] == b"IEND":
            return at > size
    return False


def _gif(file: BinaryIO, size: int) -> bool:
    """GIF89a: blocks up to the trailer `;`."""
    flags = file.read(13)[10:11]
    file.seek(colour_table(flags), 1)
    for _part in range(_MAX_PARTS):
        match file.read(1):
            case b";":
                return False
            case b"!":
                file.seek(1, 1)
            case b",":
                file.seek(colour_table(file.read(9)[8:9]) + 1, 1)
            case b"":
                return True
            case _:
                return False  # broken, and not for want of an end
        while length := file.read(1):
            if length == b"\0":
                break
            file.seek(length[0], 1)
    return False


def _jpeg(file: BinaryIO, size: int) -> bool:
    """Whether the picture has no end. Asked only where it can't be decoded: many are whole without one."""
    return not work_of(file).ended


def _matroska(file: BinaryIO, size: int) -> bool:
    """RFC 8794: elements with their length. One whose length is unknown (a live recording) is entered."""
    at = 0
    for _part in range(_MAX_PARTS):
        if at >= size:
            return at > size
        file.seek(at)
        id_, length, head = _element(file.read(_EBML_HEAD))
        if not head:
            return False
        # The file's end must reach the segment's; what is in it has a length of its own.
        at += head if length is None and id_ in (_SEGMENT, _CLUSTER) else head + (length or 0)
    return False


def _element(head: bytes) -> tuple[int, int | None, int]:
    """Id, length (None: unknown) and the number of bytes of both; 0 of them where there is no element."""
    id_bytes = 9 - head[0].bit_length() if head else 9
    if id_bytes > 4 or len(head) <= id_bytes:
        return 0, 0, 0
    first = head[id_bytes]
    count = 9 - first.bit_length()
    if count > 8 or len(head) < id_bytes + count:
        return 0, 0, 0
    value = int.from_bytes(head[id_bytes : id_bytes + count]) & ((1 << (7 * count)) - 1)
    unknown = value == (1 << (7 * count)) - 1
    return int.from_bytes(head[:id_bytes]), None if unknown else value, id_bytes + count


_LOOKS: dict[str, Callable[[BinaryIO, int], bool]] = {
    **dict.fromkeys(("mp4", "mov", "m4a", "avif"), _iso),
    **dict.fromkeys(("webp", "wav", "avi"), _riff),
    **dict.fromkeys(("webm", "weba", "mkv"), _matroska),
    file_types.PNG.extension: _png,
    file_types.GIF.extension: _gif,
    file_types.JPEG.extension: _jpeg,
}
