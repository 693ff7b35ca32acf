"""Adding a reference: an unusable image is refused with a reason, and each image is stored once."""

import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Prompt, Reference
from tests.conftest import picture, read


def upload(client, content: bytes, name: str = "a.png"):
    return client.post("/references/", {"file": SimpleUploadedFile(name, content, "image/png")})


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose header promises more pixels than anybody has memory for."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_an_image_becomes_a_reference_with_a_thumbnail(as_owner, png):
    response = upload(as_owner, png)
    reference = Reference.objects.get()
    assert f'value="{reference.pk}"' in response.text
    thumbnail = as_owner.get(f"/references/{reference.pk}/thumbnail/")
    assert thumbnail.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(read(thumbnail))).size == (64, 48)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP"])
def test_the_three_formats_are_accepted(as_owner, format):
    assert upload(as_owner, picture(format)).status_code == 200


def test_the_same_image_is_stored_once(as_owner, png):
    upload(as_owner, png)
    upload(as_owner, png, "b.png")
    assert Reference.objects.count() == 1


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"just some text", "This image can’t be used."),
        (SVG, "This image can’t be used."),
        (b"", "This image can’t be used."),
        (picture("JPEG", (400, 400), quality=95)[:-900], "damaged or cut off"),
        (picture("PNG", (400, 400))[:-60], "damaged or cut off"),
        (picture("BMP"), "This image can’t be used."),
        (huge_png(30_000, 30_000), "The image is too large: at most 64 million pixels are allowed."),
    ],
    ids=["text", "svg", "empty", "cut jpeg", "cut png", "bmp", "30,000 × 30,000"],
)
def test_an_unusable_image_is_refused_with_a_reason(as_owner, content, says):
    response = upload(as_owner, content)
    assert response.status_code == 422
    assert says in response.text
    assert not Reference.objects.exists()


def test_a_file_of_forty_megabytes_is_refused_with_its_size(as_owner):
    response = upload(as_owner, picture() + bytes(40_000_000))
    assert response.status_code == 422
    assert "The file is 40 MB; a reference can be at most 20 MB." in response.text


def test_a_name_with_dots_and_slashes_does_not_leave_the_folder(as_owner, png, settings):
    upload(as_owner, png, "../../../../etc/passwd.png")
    name = Reference.objects.get().file.name
    assert ".." not in name
    assert (settings.MEDIA_ROOT / name).is_file()


def test_metadata_is_removed_and_the_image_is_upright(owner):
    image = Image.new("RGB", (40, 20), "red")
    exif = image.getexif()
    exif[0x0112] = 6  # turned by 90°
    exif.get_ifd(0x8825)[2] = (13.0, 45.0, 0.0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    reference = keep_reference(owner, buffer)
    with reference.file.open() as file, Image.open(file) as kept:
        assert kept.size == (20, 40)
        assert not kept.getexif()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("file:///etc/passwd", "Only addresses that begin with http"),
        ("http://127.0.0.1:22/", "inside a private network"),
        ("http://localhost/a.png", "inside a private network"),
        ("http://[::1]/a.png", "inside a private network"),
        ("http://169.254.169.254/latest/meta-data/", "inside a private network"),
        ("http://2130706433/", "inside a private network"),
        ("http://no-such-host.invalid/a.png", "There is no host named no-such-host.invalid"),
        ("not an address", "begin with http"),
        ("http://", "begin with http"),
    ],
)
def test_a_forbidden_url_is_refused_with_a_reason(as_owner, url, says):
    response = as_owner.post("/references/", {"url": url})
    assert response.status_code == 422
    assert says in response.text


def test_a_reference_is_visible_to_its_owner_only(as_owner, as_stranger, png):
    upload(as_owner, png)
    pk = Reference.objects.get().pk
    for path in (f"/references/{pk}/", f"/references/{pk}/file/", f"/references/{pk}/thumbnail/"):
        assert read(as_owner.get(path))
        assert as_stranger.get(path).status_code == 404


@pytest.fixture
def made(make_task, png):
    task = make_task(status="succeeded")
    task.file.save("a.png", ContentFile(png))
    return task


def test_the_image_of_an_item_is_used_by_its_number(as_owner, made):
    made.prompt = Prompt.of("")
    made.save(update_fields=["prompt"])
    assert as_owner.post("/references/", {"task": made.pk}).status_code == 200
    assert Reference.objects.count() == 1


@pytest.mark.parametrize("number", ["", "99999999", "9" * 40, "x"])
def test_a_missing_item_is_reported(as_owner, made, number):
    response = as_owner.post("/references/", {"task": number})
    assert response.status_code == 422
    assert response.text.startswith("Choose an image" if not number else "The item to be used as a reference")


def test_an_item_of_others_is_reported_as_missing(as_stranger, made):
    assert as_stranger.post("/references/", {"task": made.pk}).status_code == 422
    assert not Reference.objects.exists()
