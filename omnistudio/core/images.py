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

from omnistudio.core.colour_profiles import as_srgb, in_eight_bits
from omnistudio.core.workload import Work, work_of

PictureFile: TypeAlias = "IO[bytes] | File[Any]"
FORMATS = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "AVIF": ("image/avif", "avif"),
    "GIF": ("image/gif", "gif"),
}
# As Pillow calls a JPEG with more pictures behind the first one, as phones write them.
_MPO = "MPO"
# What a reference is kept as: the service takes these three.
_KEPT = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "AVIF": "WEBP", "GIF": "PNG"}
THUMBNAIL_SIDE = 512
_WEBP_SIDE = 16_383
# Of the upright copy of a picture: the widest that a page shows.
UPRIGHT_SIDE = 2560
# A progressive JPEG is gone over once more for each scan. Encoders write 10, those that search for the smallest file
# up to some 20 (mozjpeg, jpegrescan). 100 are let pass, and of a picture of the full size 20, which take some 10 s.
MAX_SCANS, MAX_SCANS_FULL_SIZE = 100, 20
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


class TooLarge(BadPicture):
    """The picture has more pixels, or asks for more work, than is done for one."""


class Busy(BadPicture):
    """Nothing is wrong with the file: too many others are being looked at."""


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


def _too_large(max_pixels: int) -> TooLarge:
    most = {"most": max_pixels // 1_000_000}
    return TooLarge(_("The image is too large: at most %(most)d million pixels are allowed.") % most)


@contextmanager
def _opened(file: PictureFile, max_pixels: int) -> Iterator[Image.Image]:
    """Open a picture without decoding it, its pixels bounded; every fault of the file is a `BadPicture`."""
    if not _PLACES.acquire(timeout=_PLACE_SECONDS):
        raise Busy(_("Too many images are being checked. Add it again in a minute."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow's, about what is wrong with metadata
            work = _counted(file)
            file.seek(0)
            with Image.open(file, formats=list(FORMATS)) as image:
                if image.width * image.height > max_pixels:
                    raise _too_large(max_pixels)
                _refuse_scans(image, work, max_pixels)
                yield image
    except BadPicture:
        raise
    except UnidentifiedImageError as error:
        raise BadPicture(_("This image can’t be used. Choose a JPEG, PNG, WebP, AVIF or GIF file.")) from error
    except Image.DecompressionBombError as error:
        raise _too_large(max_pixels) from error
    except Exception as error:  # decoders raise whatever comes to them: struct.error, TypeError, KeyError …
        raise BadPicture(_("The image is damaged or cut off. Save it again, then add it again.")) from error
    finally:
        _PLACES.release()


def _counted(file: PictureFile) -> Work:
    """Count the parts of the file before Pillow goes through them."""
    work = work_of(file)
    if work.too_much:
        raise TooLarge(_too_much_work())
    return work


def _refuse_scans(image: Image.Image, work: Work, max_pixels: int) -> None:
    """Refuse a JPEG whose scans would take too long, before it is decoded."""
    if work.scans > min(MAX_SCANS, MAX_SCANS_FULL_SIZE * max_pixels // (image.width * image.height)):
        raise TooLarge(_too_much_work())


def _too_much_work() -> str:
    return _("The image is too complex to be shown. Save it again, then add it again.")


def _format(image: Image.Image) -> str:
    """Pillow's name of the format: of several pictures in one JPEG the first counts."""
    return "JPEG" if image.format == _MPO else image.format or ""


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
        BadPicture: none of the formats, more than `max_pixels`, or damaged.
    """
    with _opened(file, max_pixels) as image:
        format_ = _format(image)
        image.load()
        width, height = (image.height, image.width) if _orientation(image) in (5, 6, 7, 8) else image.size
    return Picture(format_, width, height)


def normalised(file: PictureFile, *, max_pixels: int, max_side: int = 4096) -> tuple[bytes, Picture]:
    """Return a clean copy as JPEG, PNG or WebP: upright, in sRGB, at most `max_side` on a side, without metadata
    (which may name a place).

    Raises:
        BadPicture: as `inspect`.
    """
    with _opened(file, max_pixels) as image:
        format_ = _KEPT[_format(image)]
        if format_ == "JPEG":
            image.draft("RGB", (max_side, max_side))
        upright = _upright(in_eight_bits(image))
        if max(upright.size) > max_side:
            upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS, reducing_gap=3)
        upright = as_srgb(upright)
        if format_ == "JPEG":
            upright = upright.convert("RGB")
        upright.info = {}
        buffer = io.BytesIO()
        options = {"JPEG": {"quality": 94}, "WEBP": {"quality": 94, "method": 3}}.get(format_, {})
        upright.save(buffer, format_, **options)
    return buffer.getvalue(), Picture(format_, *upright.size)


def upright_copy(file: PictureFile, *, max_pixels: int) -> bytes | None:
    """A copy to show where browsers would not turn the file as it says: WebP by none, PNG and AVIF by some.

    Returns:
        A WebP of at most `UPRIGHT_SIDE` pixels a side; None where the file is shown upright by itself, as every
        JPEG is.

    Raises:
        BadPicture: as `inspect`.
    """
    with _opened(file, max_pixels) as image:
        is_upright = _format(image) == "JPEG" or _orientation(image) not in _UPRIGHT
        if is_upright:
            return None
        # Smaller before it is turned and packed: 64 million pixels would take half a minute and 3 GB.
        image.thumbnail((UPRIGHT_SIDE, UPRIGHT_SIDE), reducing_gap=2.0)
        return as_webp(_upright(in_eight_bits(image)), quality=90)


def thumbnail(file: PictureFile, *, max_pixels: int, side: int = THUMBNAIL_SIDE) -> bytes:
    """Return a WebP of at most `side` pixels a side.

    For a JPEG, `draft` decodes at a fraction of its size and `reducing_gap` shrinks in two steps,
    which together take a quarter of the time.

    Raises:
        BadPicture: as `inspect`.
    """
    with _opened(file, max_pixels) as image:
        image.draft("RGB", (side * 2, side * 2))
        small = _upright(in_eight_bits(image))
        small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2)
        return as_webp(small)


def as_webp(image: Image.Image, quality: int = 82) -> bytes:
    """Encode a picture for the web: in sRGB, without metadata."""
    image = as_srgb(image)
    image.info = {}
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()
