"""What a file is by its first bytes, and which content types a browser may be given to show."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["image", "video", "audio", "file"]

# A file of any other type is only ever sent to be saved: no browser may run or lay out what somebody else made.
INLINE_TYPES = frozenset(
    {
        *("image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"),
        *("video/mp4", "video/webm"),
        *("audio/mpeg", "audio/wav", "audio/ogg", "audio/mp4", "audio/flac", "audio/aac", "audio/webm"),
    }
)
# Videos that some browsers play and others don't: a page shows a player, opened by itself the file is saved.
_OTHER_VIDEOS = frozenset({"video/quicktime", "video/x-matroska", "video/x-msvideo"})
OCTETS = "application/octet-stream"
_HEAD_BYTES = 4096


@dataclass(frozen=True)
class FileType:
    """A kind of file: what it is shown as, its content type and extension, and FFmpeg's name of its format."""

    kind: Kind
    content_type: str
    extension: str
    format: str = ""


PNG = FileType("image", "image/png", "png")
JPEG = FileType("image", "image/jpeg", "jpg")
WEBP = FileType("image", "image/webp", "webp")
GIF = FileType("image", "image/gif", "gif")
AVIF = FileType("image", "image/avif", "avif")
MP4 = FileType("video", "video/mp4", "mp4", "mp4")
WEBM = FileType("video", "video/webm", "webm", "webm")
MOV = FileType("video", "video/quicktime", "mov", "mov")
MATROSKA = FileType("video", "video/x-matroska", "mkv", "matroska")
AVI = FileType("video", "video/x-msvideo", "avi", "avi")
MP3 = FileType("audio", "audio/mpeg", "mp3", "mp3")
WAV = FileType("audio", "audio/wav", "wav", "wav")
OGG = FileType("audio", "audio/ogg", "ogg", "ogg")
M4A = FileType("audio", "audio/mp4", "m4a", "mp4")
FLAC = FileType("audio", "audio/flac", "flac", "flac")
AAC = FileType("audio", "audio/aac", "aac", "aac")
WEBM_AUDIO = FileType("audio", "audio/webm", "weba", "webm")
UNKNOWN = FileType("file", OCTETS, "bin")


def as_file(extension: str) -> FileType:
    """A file that is kept and not shown, with the extension that its bytes tell."""
    return FileType("file", OCTETS, extension)


# The whole file begins with it: https://www.iana.org/assignments/media-types and the formats' own documents.
_STARTS: tuple[tuple[bytes, FileType], ...] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"OggS", OGG),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
    (b"BM", as_file("bmp")),
    (b"II*\0", as_file("tif")),
    (b"MM\0*", as_file("tif")),
    (b"\xff\x0a", as_file("jxl")),
    (b"\0\0\0\x0cJXL \r\n\x87\n", as_file("jxl")),
    (b"\0\0\0\x0cjP  \r\n\x87\n", as_file("jp2")),
    (b"\0\0\1\0", as_file("ico")),
    (b"8BPS", as_file("psd")),
    (b"v/1\1", as_file("exr")),
    (b"%PDF-", as_file("pdf")),
    (b"glTF", as_file("glb")),
    (b"PK\3\4", as_file("zip")),
    (b"\x1f\x8b", as_file("gz")),
)
_RIFF = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}
# Of ISO/IEC 14496-12 files: their main brand. What is none of these is taken for MP4, as browsers do.
_BRANDS = {b"qt  ": MOV, b"M4A ": M4A, b"M4B ": M4A, b"avif": AVIF, b"avis": AVIF} | {
    brand: as_file("heic") for brand in (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
}
_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # of QuickTime, older than `ftyp`
_SVG = re.compile(rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE\s+svg[^>]*>\s*)*<svg[\s>/]", re.S | re.I)


def sniff(path: Path) -> FileType | None:
    """Say what the file at `path` is; None where it is a text, a web page or another answer that is no result."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return _by_its_start(head) or _text_or_unknown(head)


def kind_of(content_type: str) -> Kind:
    """What a stored file is shown as, by the content type that it was stored with."""
    kind = content_type.partition("/")[0]
    is_shown = content_type in INLINE_TYPES or content_type in _OTHER_VIDEOS
    return kind if is_shown else "file"  # type: ignore[return-value]


def _by_its_start(head: bytes) -> FileType | None:
    for start, type_ in _STARTS:
        if head.startswith(start):
            return type_
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _branded(head)
    if head[4:8] in _ATOMS:
        return MOV
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return WEBM if b"webm" in head[:64] else MATROSKA
    if (
        len(head) > 3 and head[0] == 0xFF and head[:2] != codecs.BOM_UTF16_LE
    ):  # a frame of MPEG audio: 11 bits of sync, then version and layer
        if head[1] & 0xF6 == 0xF0:
            return AAC
        if head[1] & 0xE0 == 0xE0 and head[1] & 0x06 and head[2] & 0xF0 != 0xF0:
            return MP3
    return None


def _branded(head: bytes) -> FileType:
    """Of an ISO file its main brand; a general one (`mif1`) with AVIF among the compatible ones is AVIF."""
    main, others = head[8:12], head[16 : int.from_bytes(head[:4])]
    if main in (b"mif1", b"msf1") and (b"avif" in others or b"avis" in others):
        return AVIF
    return _BRANDS.get(main, MP4)


def _text_or_unknown(head: bytes) -> FileType | None:
    if _SVG.match(head):
        return as_file("svg")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:  # the last letter may be cut in two
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return UNKNOWN
    is_text = all(char >= " " or char in "\t\n\r\f\x1b" for char in text)
    return None if is_text else UNKNOWN
