"""Looking at picture files that somebody else made: what they are, how large, and small copies of them."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, TypeAlias

from django.core.files.base import File
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

PictureFile: TypeAlias = "IO[bytes] | File[Any]"
FORMATS = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
THUMBNAIL_SIDE = 512
# A small file may hold 64 million pixels, which take some 500 MB while they are looked at: two at a time in each
# process, however many are sent at once.
_PLACES = threading.BoundedSemaphore(2)
_PLACE_SECONDS = 30.0
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class BadPicture(ValueError):
    """The file is not a picture that we take; the text says why, for a person."""


@dataclass(frozen=True)
class Picture:
    """What a picture file is: its format (Pillow's name), and width and height in pixels as it is shown."""

    format: str
    width: int
    height: int

    @property
    def content_type(self) -> str:
        return FORMATS[self.format][0]

    @property
    def extension(self) -> str:
        return FORMATS[self.format][1]


def _too_large(max_pixels: int) -> BadPicture:
    most = {"most": max_pixels // 1_000_000}
    return BadPicture(_("The picture is too large: at most %(most)d million pixels are taken.") % most)


@contextmanager
def _opened(file: PictureFile, max_pixels: int) -> Iterator[Image.Image]:
    """Open a picture without decoding it, its pixels bounded; every fault of the file is a `BadPicture`."""
    if not _PLACES.acquire(timeout=_PLACE_SECONDS):
        raise BadPicture(_("Too many pictures are being looked at. Add it once more in a minute."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow's, about what is wrong with metadata
            file.seek(0)
            with Image.open(file, formats=list(FORMATS)) as image:
                if image.width * image.height > max_pixels:
                    raise _too_large(max_pixels)
                yield image
    except BadPicture:
        raise
    except UnidentifiedImageError as error:
        raise BadPicture(_("This is not a picture that can be used. Take a JPEG, PNG or WebP file.")) from error
    except Image.DecompressionBombError as error:
        raise _too_large(max_pixels) from error
    except Exception as error:  # decoders raise whatever comes to them: struct.error, TypeError, KeyError …
        raise BadPicture(_("The picture is damaged or cut off. Save it again and add it once more.")) from error
    finally:
        _PLACES.release()


def _orientation(image: Image.Image) -> int:
    """How the picture is turned, 1 to 8 (EXIF). Where its metadata can't be read it stays as it is."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # broken metadata of a good picture
        return 1


def _upright(image: Image.Image) -> Image.Image:
    """The picture as it is meant to be seen.

    Not Pillow's `exif_transpose`: it writes all metadata anew, and breaks off where it can't.
    """
    turn = _UPRIGHT.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def inspect(file: PictureFile, *, max_pixels: int) -> Picture:
    """Say what picture `file` holds, after decoding it whole, so that a cut-off file is found out.

    Raises:
        BadPicture: not a JPEG, PNG or WebP, more than `max_pixels`, or damaged.
    """
    with _opened(file, max_pixels) as image:
        format_ = image.format or ""
        image.load()
        width, height = (image.height, image.width) if _orientation(image) in (5, 6, 7, 8) else image.size
    return Picture(format_, width, height)


def normalised(file: PictureFile, *, max_pixels: int, max_side: int = 4096) -> tuple[bytes, Picture]:
    """Return a clean copy: upright, at most `max_side` on a side, without metadata (which may name a place).

    Raises:
        BadPicture: as `inspect`.
    """
    with _opened(file, max_pixels) as image:
        format_ = image.format or "PNG"
        if format_ == "JPEG":
            image.draft("RGB", (max_side, max_side))
        upright = _upright(image)
        if max(upright.size) > max_side:
            upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=3)
        upright = upright.convert("RGBA" if upright.has_transparency_data and format_ != "JPEG" else "RGB")
        upright.info = {}
        buffer = io.BytesIO()
        options = {"JPEG": {"quality": 94}, "WEBP": {"quality": 94, "method": 3}}.get(format_, {})
        upright.save(buffer, format_, **options)
    return buffer.getvalue(), Picture(format_, *upright.size)


def thumbnail(file: PictureFile, *, max_pixels: int, side: int = THUMBNAIL_SIDE) -> bytes:
    """Return a WebP of at most `side` pixels a side.

    For a JPEG, `draft` decodes at a fraction of its size and `reducing_gap` shrinks in two steps,
    which together take a quarter of the time.

    Raises:
        BadPicture: as `inspect`.
    """
    with _opened(file, max_pixels) as image:
        image.draft("RGB", (side * 2, side * 2))
        small = _upright(image)
        small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2)
        return as_webp(small)


def as_webp(image: Image.Image) -> bytes:
    """Encode a small picture for the web, without metadata but for its colour profile."""
    buffer = io.BytesIO()
    image.convert("RGBA" if image.has_transparency_data else "RGB").save(buffer, "WEBP", quality=82, method=4)
    return buffer.getvalue()
