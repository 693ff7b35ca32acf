"""Hostile files: images and videos meant to run code, to exhaust memory, or to crash a decoder.

What is refused with which words: tests/studio/composer/test_references.py and tests/tracker/test_downloads_fail.py.
"""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.conf import settings as site
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from omnistudio.core import images
from omnistudio.gallery.media import ingest
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Reference, Task
from tests.conftest import picture, read

SCRIPT = b"<html><script>alert(document.domain)</script></html>"


def exif(*, place: bool = False, orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = "SECRET-WORDS"
    if place:
        data.get_ifd(0x8825).update({1: "N", 2: (13.0, 45.0, 30.0), 3: "E", 4: (100.0, 30.0, 5.0)})
    return data


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(png: bytes, kind: bytes, data: bytes) -> bytes:
    """A PNG with one more chunk before its pixels."""
    at = png.index(b"IDAT") - 4
    return png[:at] + chunk(kind, data) + png[at:]


# ------------------------------------------------------------------ what is served
POLYGLOTS = {
    "html after a png": picture() + SCRIPT,
    "html in a png's text": with_chunk(picture(), b"tEXt", b"Comment\0" + SCRIPT),
    "html in a jpeg's comment": picture("JPEG", comment=SCRIPT),
    "zip after a jpeg": picture("JPEG") + b"PK\3\4" + SCRIPT,
    "html in a webp": picture("WEBP", xmp=SCRIPT),
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_only_the_image_of_a_polyglot_is_stored(as_owner, name):
    as_owner.post("/references/", {"file": SimpleUploadedFile("a.html", POLYGLOTS[name], "text/html")})
    reference = Reference.objects.get()
    for which in ("file", "thumbnail"):
        response = as_owner.get(f"/references/{reference.pk}/{which}/")
        content = read(response)
        assert b"script" not in content
        assert b"PK\3\4" not in content
        assert response.headers["Content-Type"].startswith("image/")
    assert not reference.file.name.endswith("html")


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_polyglot_result_is_served_as_an_image_only(as_owner, make_task, name, tmp_path):
    path = tmp_path / "x.html"
    path.write_bytes(POLYGLOTS[name])
    task = make_task()
    fields = ingest.store(task, path, ingest.examine(path, "image"), "ab" * 32)
    Task.objects.filter(pk=task.pk).update(status="succeeded", **fields)
    response = as_owner.get(f"/media/{task.pk}/file/")
    read(response)
    assert response.headers["Content-Type"] in ("image/png", "image/jpeg", "image/webp")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert b"script" not in read(as_owner.get(f"/media/{task.pk}/thumbnail/"))


@pytest.mark.parametrize("kind", ["image", "video"])
@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>',
        SCRIPT,
        b'{"error": "expired"}',
        "\ufeffไม่พบ".encode(),
        "<html>".encode("utf-16"),
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:1/secret\n",
        b"%!PS-Adobe-3.0\n(/etc/passwd) run",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"",
    ],
)
def test_a_text_is_no_result(tmp_path, content, kind):
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with pytest.raises(ingest.BadResult):
        ingest.examine(path, kind)


NOT_SHOWN = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg after its head": b'<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE svg>\n<svg><script>alert(1)</script></svg>',
    "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction 2 0 R>>",
    "gif without a picture": b"GIF89a" + SCRIPT,
    "anything": b"\0\1\2" + SCRIPT,
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "ico": picture("ICO"),
    "ppm": picture("PPM", colour="#ffeedd"),
    "zip": b"PK\3\4" + SCRIPT,
}
UNKNOWN = "The studio can’t show this kind of file. You can download it."
DAMAGED = "The image is damaged and can’t be shown. You can download the original file."


@pytest.mark.parametrize("kind", ["image", "video"])
@pytest.mark.parametrize("name", NOT_SHOWN)
def test_a_result_of_an_unknown_kind_is_served_as_download_only(as_owner, make_task, tmp_path, name, kind):
    path = tmp_path / "x.png"
    path.write_bytes(NOT_SHOWN[name])
    result = ingest.examine(path, kind)
    assert (result.kind, result.content_type, result.thumbnail) == ("file", "application/octet-stream", None)
    assert result.note == (DAMAGED if name.startswith("gif") else UNKNOWN)
    task = make_task(kind=kind)
    Task.objects.filter(pk=task.pk).update(status="succeeded", **ingest.store(task, path, result, "ab" * 32))
    for query in ("", "?download"):
        response = as_owner.get(f"/media/{task.pk}/file/{query}")
        assert read(response) == NOT_SHOWN[name]
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
    assert as_owner.get(f"/media/{task.pk}/thumbnail/").status_code == 204


# ------------------------------------------------------------------ metadata
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_gps_data_is_removed_from_an_upload_and_its_thumbnail(owner, format):
    words = {"xmp": b"<x:xmpmeta>SECRET-WORDS</x:xmpmeta>", "comment": b"SECRET-WORDS"}
    file = io.BytesIO(picture(format, exif=exif(place=True), **words))
    reference = keep_reference(owner, file)
    for stored in (reference.file, reference.thumbnail):
        content = stored.open().read()
        stored.close()
        assert b"SECRET-WORDS" not in content
        with Image.open(io.BytesIO(content)) as kept:
            assert not kept.getexif().get_ifd(0x8825)
            assert not kept.getexif()


def test_a_thumbnail_of_a_result_has_no_metadata():
    made = picture("WEBP", exif=exif(place=True), xmp=b"<x:xmpmeta>SECRET-WORDS</x:xmpmeta>")
    assert b"SECRET-WORDS" not in images.thumbnail(io.BytesIO(made), max_pixels=10**6)


@pytest.mark.parametrize("orientation", [-1, 0, 9, 65535, 1])
def test_an_invalid_orientation_is_ignored(orientation):
    file = io.BytesIO(picture("PNG", (40, 20), exif=exif(orientation=max(0, orientation))))
    assert images.normalised(file, max_pixels=10**6)[1].width == 40


@pytest.mark.parametrize(
    ("orientation", "size", "corner"),
    [(1, (4, 2), 0), (2, (4, 2), 1), (3, (4, 2), 3), (4, (4, 2), 2),
     (5, (2, 4), 0), (6, (2, 4), 1), (7, (2, 4), 3), (8, (2, 4), 2)],
)  # fmt: skip
def test_a_rotated_image_is_upright(orientation, size, corner):
    image = Image.new("RGB", (4, 2), "white")
    image.putpixel((0, 0), (0, 0, 0))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", exif=exif(orientation=orientation))
    content, kept = images.normalised(buffer, max_pixels=10**6)
    assert (kept.width, kept.height) == size
    with Image.open(io.BytesIO(content)) as upright:
        corners = [(x, y) for y in (0, size[1] - 1) for x in (0, size[0] - 1)]
        assert [upright.getpixel(at) == (0, 0, 0) for at in corners].index(True) == corner


def test_broken_metadata_does_not_spoil_an_image():
    """Pillow's own rotation of an image raises struct.error and TypeError for what it can't write again."""
    block = exif(place=True, orientation=6).tobytes()
    for at in range(6, len(block)):
        for value in (0, 2, 5):
            file = io.BytesIO(picture("JPEG", (4, 4), exif=bytes([*block[:at], value, *block[at + 1 :]])))
            images.normalised(file, max_pixels=1000)
            images.thumbnail(file, max_pixels=1000)


@pytest.mark.parametrize("fault", [struct.error, TypeError, KeyError, IndexError, ZeroDivisionError, MemoryError])
def test_whatever_a_decoder_raises_is_a_fault_of_the_file(as_owner, monkeypatch, tmp_path, fault):
    """Else an upload is an error page, and a result is fetched again and again."""

    def broken(_image):
        raise fault("deep inside")

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", broken)
    response = as_owner.post("/references/", {"file": SimpleUploadedFile("a.png", picture())})
    assert response.status_code == 422
    assert "damaged" in response.text
    path = tmp_path / "a.png"
    path.write_bytes(picture())
    kept = ingest.examine(path, "image")
    assert (kept.kind, kept.extension) == ("file", "png")
    assert kept.note == DAMAGED


# ------------------------------------------------------------------ bodies
class Endless(io.RawIOBase):
    """A body that must not be read."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


@pytest.mark.parametrize(
    ("path", "signed_in", "length", "status"),
    [
        ("/auth/login/", False, 3_000_000, 413),
        ("/references/", False, 3_000_000, 413),
        ("/account/name/", True, 3_000_000, 413),
        ("/references/", True, 10**12, 413),
        ("/runs/", True, 10**12, 413),
        ("/api/v1/tasks/create", False, 10**12, 401),
    ],
)
def test_a_body_that_is_too_long_is_refused_unread(owner, path, signed_in, length, status):
    browser = Client()
    if signed_in:
        browser.force_login(owner)
    response = browser.generic(
        "POST",
        path,
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": Endless()},
    )
    assert response.status_code == status


def test_eight_large_files_at_once_are_accepted(as_owner, owner):
    files = [SimpleUploadedFile(f"{n}.png", picture(colour=f"#0000{n}0") + bytes(3_000_000)) for n in range(8)]
    form = {"prompt": "x", "model": "gpt-image-2", "ratio": "1:1", "variations": "1", "files": files}
    assert as_owner.post("/runs/", form).status_code == 302
    assert Task.objects.get().references.count() == 8


def test_files_are_stored_for_the_studios_own_account_alone(owner):
    reference = keep_reference(owner, ContentFile(picture()))
    path = site.MEDIA_ROOT / reference.file.name
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
