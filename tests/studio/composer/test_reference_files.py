"""References of the kinds that phones and other programs write: as they are seen, in a format that is taken."""

from __future__ import annotations

import io
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from omnistudio.gallery.models import Reference
from tests import media_files
from tests.conftest import picture, read


@pytest.fixture
def kept(as_owner):
    """Upload a file as a reference; return the stored image and its thumbnail."""

    def keep(content: bytes) -> tuple[Reference, Image.Image, Image.Image]:
        response = as_owner.post("/references/", {"file": SimpleUploadedFile("a.bin", content)})
        assert response.status_code == 200, response.text
        reference = Reference.objects.get()
        files = [read(as_owner.get(f"/references/{reference.pk}/{which}/")) for which in ("file", "thumbnail")]
        stored, small = (Image.open(io.BytesIO(file)) for file in files)
        assert stored.size == (reference.width, reference.height)
        assert not stored.info.get("icc_profile")
        return reference, stored, small

    return keep


def test_the_first_of_several_images_in_a_jpeg_is_the_reference(kept):
    reference, stored, _small = kept(media_files.mpo())
    assert (reference.content_type, stored.size) == ("image/jpeg", (64, 48))
    assert stored.getpixel((2, 2))[0] > 200


def test_sixteen_bits_of_grey_reach_the_service_as_a_ramp(kept):
    for image in kept(media_files.grey16())[1:]:
        shades = [image.convert("L").getpixel((x, 4)) for x in (0, 64, 128, 192, 255)]
        assert shades == pytest.approx([0, 64, 128, 192, 255], abs=4)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_profile_is_applied_before_it_is_taken_off(kept, format):
    for image in kept(media_files.p3(format))[1:]:
        for number, colour in enumerate(media_files.P3_IN_SRGB):
            assert image.convert("RGB").getpixel((number * 32 + 16, 16)) == pytest.approx(colour, abs=8)


def test_cmyk_becomes_rgb(kept):
    image = media_files.encoded(Image.new("RGB", (64, 48), (200, 40, 40)).convert("CMYK"), "JPEG", quality=98)
    stored = kept(image)[1]
    assert stored.mode == "RGB"
    assert stored.getpixel((9, 9)) == pytest.approx((200, 40, 40), abs=6)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_it_stands_upright(kept, format):
    for image in kept(media_files.turned(format))[1:]:
        assert image.size == (40, 60)
        assert image.convert("RGB").getpixel((37, 3))[1] < 90


@pytest.mark.parametrize("mode", ["P", "1"])
def test_fine_lines_of_a_palette_are_smooth_when_small(kept, mode):
    darkest, lightest = kept(media_files.lines(mode))[2].convert("L").getextrema()
    assert 90 < darkest <= lightest < 170


@pytest.mark.parametrize(("format", "type_"), [("AVIF", "image/webp"), ("GIF", "image/png")])
def test_unsupported_formats_are_converted(kept, format, type_):
    reference, stored, _small = kept(picture(format, (96, 64)))
    assert (reference.content_type, stored.size) == (type_, (96, 64))


def test_a_narrow_image_keeps_its_ratio(kept):
    _reference, stored, small = kept(picture("PNG", (2000, 40)))
    assert (stored.size, small.size) == ((2000, 40), (256, 5))


def chunks(kind: bytes, data: bytes, count: int) -> bytes:
    content = picture()
    at = content.index(b"IDAT") - 4
    length = len(data).to_bytes(4)
    return content[:at] + (length + kind + data + bytes(4)) * count + content[at:]


def gif_comments(count: int) -> bytes:
    content = picture("GIF")
    at = content.index(b",", 13)
    return content[:at] + b"!\xfe\x01a\0" * count + content[at:]


@pytest.mark.parametrize(
    "content",
    [
        media_files.many_scans(1000),
        media_files.many_scans(30, (7900, 7900)),
        chunks(b"prVt", b"", 1_000_000),
        gif_comments(3_000_000),
        b"\xff\xd8" + b"\xff\xfe\0\2" * 4_000_000,
    ],
    ids=["a thousand scans", "30 scans of 62 million pixels", "a million chunks", "comments", "segments"],
)
def test_a_small_file_that_asks_for_minutes_is_refused_at_once(as_owner, monkeypatch, content):
    started = time.monotonic()
    monkeypatch.setattr(Image.Image, "load", lambda _image: pytest.fail("it was decoded"))
    response = as_owner.post("/references/", {"file": SimpleUploadedFile("a.jpg", content)})
    assert response.status_code == 422
    assert "The image is too complex to be shown." in response.text
    assert time.monotonic() - started < 5
    assert not Reference.objects.exists()


def test_images_of_common_encoders_are_accepted(kept):
    kept(media_files.many_scans(15, (300, 200)))
