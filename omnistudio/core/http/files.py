"""Answers that several parts give: files from the storage, byte ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe

CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})$", re.ASCII)  # int() refuses thousands of digits
# A signature ends while its redirect is still in a browser's cache, unless that ends a little before.
_MARGIN_SECONDS = 30


def stored(
    request: HttpRequest, field: FieldFile, *, content_type: str, etag: str, disposition: str = "inline"
) -> HttpResponseBase:
    """Answer with a stored file, to whoever the caller has found to be allowed to have it.

    From a folder: the file itself, in ranges; or, behind nginx, the order to send it (`MEDIA_X_ACCEL`). From an
    object store: a redirect to a signed address, which answers ranges, types and names by itself.

    Raises:
        Http404: there is no file, or it is gone. An object store says so itself, after the redirect.
    """
    if not field:
        raise Http404
    storage: Storage = field.storage
    response: HttpResponseBase
    if hasattr(storage, "signed_url"):
        response = _signed(request, storage, str(field.name), content_type, disposition)
    elif settings.MEDIA_X_ACCEL and isinstance(storage, FileSystemStorage):
        response = _accelerated(storage, str(field.name), content_type)
    else:
        try:
            file = field.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = ranged(request, file, content_type=content_type, etag=etag)
    response.headers.setdefault("Cache-Control", "private, max-age=31536000, immutable")
    response.headers["Content-Disposition"] = disposition
    return response


def _signed(
    request: HttpRequest, storage: Storage, name: str, content_type: str, disposition: str
) -> HttpResponseBase:
    """A redirect to the object. The browser may keep it for as long as the signature holds, and nobody else may."""
    seconds: int = storage.signed_seconds  # type: ignore[attr-defined]
    url: str = storage.signed_url(  # type: ignore[attr-defined]
        name,
        method=request.method or "GET",
        ResponseContentType=content_type,
        ResponseContentDisposition=disposition,
        ResponseCacheControl=f"private, max-age={seconds}",
    )
    response = HttpResponse(status=302)
    response.headers["Location"] = url
    response.headers["Cache-Control"] = f"private, max-age={seconds - _MARGIN_SECONDS}"
    return response


def _accelerated(storage: Storage, name: str, content_type: str) -> HttpResponseBase:
    """Have nginx send the file: it knows ranges, and keeps no thread of ours busy while a reader is slow."""
    if not storage.exists(name):
        raise Http404
    response = HttpResponse(content_type=content_type)
    response.headers["X-Accel-Redirect"] = settings.MEDIA_X_ACCEL + quote(name)
    return response


def ranged(
    request: HttpRequest, file: File, *, content_type: str, etag: str, modified: float | None = None
) -> HttpResponseBase:
    """Answer with `file`: 200 whole, 206 for one byte range, 416 for one outside it, 304 where it is known.

    Django's `FileResponse` knows no ranges, and a browser can't seek in a video without them. Several
    ranges at once are answered whole, as RFC 9110 §14.2 allows.

    Args:
        file: an open binary file; it is closed when the answer has been sent.
        etag: a strong validator without quotes, such as the file's sha256.
        modified: when the file was made, in seconds since 1970.
    """
    size = file.size
    response: HttpResponseBase
    if request.headers.get("If-None-Match", "").strip() in (f'"{etag}"', f'W/"{etag}"'):
        file.close()
        response = HttpResponse(status=304)
    else:
        wanted = _wanted_range(request, size, etag, modified)
        if wanted is None:
            response = FileResponse(file, content_type=content_type)
            response.block_size = CHUNK
            response.headers["Content-Length"] = str(size)
        elif wanted[0] >= size or wanted[0] > wanted[1]:
            file.close()
            response = HttpResponse(status=416)
            response.headers["Content-Range"] = f"bytes */{size}"
        else:
            first, last = wanted
            response = StreamingHttpResponse(_Slice(file, first, last), status=206, content_type=content_type)
            response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
            response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = f'"{etag}"'
    if modified is not None:
        response.headers["Last-Modified"] = http_date(modified)
    return response


def _wanted_range(request: HttpRequest, size: int, etag: str, modified: float | None) -> tuple[int, int] | None:
    """The first and last byte that are asked for, or None for the whole file."""
    match = _RANGE.match(request.headers.get("Range", ""))
    if not match or not any(match.groups()):
        return None
    condition = request.headers.get("If-Range")
    if condition and condition != f'"{etag}"':
        since = parse_http_date_safe(condition)
        if since is None or modified is None or int(modified) > since:
            return None
    first, last = match.groups()
    if not first:  # the last N bytes
        return (max(0, size - int(last)), size - 1) if int(last) else (size, size - 1)
    return int(first), min(int(last), size - 1) if last else size - 1


class _Slice:
    """The bytes `first` to `last` of a file, in chunks; closes the file at the end."""

    def __init__(self, file: File | BinaryIO, first: int, last: int) -> None:
        self.file, self.left = file, last - first + 1
        file.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        while self.left > 0 and (chunk := self.file.read(min(CHUNK, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()
