"""Undoing the `Content-Encoding` of a file in small pieces, so that a bound on its bytes can stop it in time.

httpx unpacks a whole chunk at once, and a chunk of 64 kB may stand for 64 MB.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

PIECE = 65_536
"""The most bytes of a piece."""

_GZIP, _DEFLATE = ("gzip", "x-gzip"), ("deflate",)
# Names of compressions that nothing installed here can undo.
_UNKNOWN = {"br", "zstd", "compress", "x-compress", "dcb", "dcz"}
_GZIP_MAGIC = b"\x1f\x8b"


class CannotUnpack(Exception):
    """The file is compressed in a way that can't be undone; the text is the header's value."""


class Unpacker:
    """The bytes of one file as they are once its encoding is undone.

    A header that names no compression (`identity`, `aws-chunked`, `utf-8`) changes nothing, and neither does
    `gzip` over a file that is none: object stores keep whatever header was given with the upload.

    Raises:
        CannotUnpack: for a compression that is not known here, and for several on top of each other.
    """

    def __init__(self, header: str) -> None:
        names = [name for part in header.lower().split(",") if (name := part.strip()) not in ("", "identity")]
        known = [name for name in names if name in _GZIP + _DEFLATE]
        if len(known) > 1 or _UNKNOWN & set(names):
            raise CannotUnpack(header[:60])
        self._encoding = known[0] if known else ""
        self._inflater: zlib._Decompress | None = None
        self._head = b""
        self._is_over = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """What `chunk`, the next of the file, stands for; at most `PIECE` bytes at a time.

        Raises:
            zlib.error: the file is damaged.
        """
        if self._is_over:  # zlib would copy all that comes behind the end once more with each piece
            return
        if not self._encoding:
            yield chunk
            return
        if self._inflater is None:
            self._head += chunk
            if len(self._head) < 2:
                return
            chunk, self._head = self._head, b""
            if self._encoding in _GZIP and not chunk.startswith(_GZIP_MAGIC):
                self._encoding = ""
                yield chunk
                return
            self._inflater = _inflater(self._encoding, chunk)
        yield from self._inflated(self._inflater, chunk)

    def _inflated(self, inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
        while True:
            piece = inflater.decompress(data, PIECE)
            if piece:
                yield piece
            data = inflater.unconsumed_tail
            if inflater.eof:
                # A gzip file may be several, one after the other; anything else behind its end is ignored.
                data = inflater.unused_data
                if self._encoding not in _GZIP or not data.startswith(_GZIP_MAGIC):
                    # Nothing yet, or the first byte of another: the next piece tells.
                    self._is_over = self._encoding not in _GZIP or not _GZIP_MAGIC.startswith(data)
                    return
                inflater = self._inflater = _inflater(self._encoding, data)
            elif not data and len(piece) < PIECE:
                return

    @property
    def is_whole(self) -> bool:
        """Whether the file came to its end."""
        return not self._head and (self._inflater is None or self._inflater.eof)


def _inflater(encoding: str, start: bytes) -> zlib._Decompress:
    if encoding in _GZIP:
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    # Deflate is meant to come inside zlib's format; some servers send it bare (RFC 9110, 8.4.1.2).
    has_header = start[0] & 0x0F == 8 and int.from_bytes(start[:2], "big") % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
