"""Images that came as results: stored byte by byte, and shown upright, in sRGB and in their own ratio."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from omnistudio.gallery.items import compare as comparing
from omnistudio.gallery.media import ingest
from omnistudio.gallery.models import Task
from tests import media_files
from tests.conftest import picture, read


@pytest.fixture
def kept(tmp_path, make_task):
    """Examine some bytes and keep them as the result of a new task."""

    def keep(content: bytes, kind: str = "image") -> Task:
        path = tmp_path / "result"
        path.write_bytes(content)
        result = ingest.examine(path, kind)
        task = make_task(kind=kind)
        Task.objects.filter(pk=task.pk).update(status="succeeded", **ingest.store(task, path, result, "ab" * 32))
        task.refresh_from_db()
        assert Path(task.file.path).read_bytes() == content
        return task

    return keep


def small(task: Task, which: str = "thumbnail") -> Image.Image:
    return Image.open(io.BytesIO(Path(getattr(task, which).path).read_bytes()))


def test_the_first_of_several_images_in_a_jpeg_counts(kept):
    task = kept(media_files.mpo())
    assert (task.content_type, task.width, task.height) == ("image/jpeg", 64, 48)
    assert task.file.name.endswith(".jpg")
    assert small(task).getpixel((2, 2))[0] > 200


@pytest.mark.parametrize(("format", "type_"), [("AVIF", "image/avif"), ("GIF", "image/gif")])
def test_formats_that_browsers_show_are_shown(kept, as_owner, format, type_):
    content = picture(format, (96, 64))
    task = kept(content)
    assert (task.file_kind, task.content_type, task.width, task.height) == ("image", type_, 96, 64)
    response = as_owner.get(task.file_url)
    assert read(response) == content
    assert (response.headers["Content-Type"], response.headers["Content-Disposition"]) == (type_, "inline")
    assert small(task).size == (96, 64)


def test_sixteen_bits_of_grey_are_scaled_and_not_cut(kept):
    row = [small(kept(media_files.grey16())).getpixel((x, 4))[0] for x in (0, 64, 128, 192, 255)]
    assert row == pytest.approx([0, 64, 128, 192, 255], abs=4)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_profile_is_applied_before_it_is_lost(kept, format):
    thumbnail = small(kept(media_files.p3(format)))
    assert not thumbnail.info.get("icc_profile")
    for number, colour in enumerate(media_files.P3_IN_SRGB):
        assert thumbnail.getpixel((number * 32 + 16, 16)) == pytest.approx(colour, abs=7)


@pytest.mark.parametrize("profile", [b"no profile", media_files.profile_p3()[:300], bytes(5_000_000)])
def test_an_unusable_profile_is_ignored(kept, profile):
    task = kept(picture("JPEG", colour="#c03020", icc_profile=profile))
    assert small(task).getpixel((5, 5)) == pytest.approx((0xC0, 0x30, 0x20), abs=6)


def test_a_profile_of_another_colour_space_is_ignored(kept):
    grey = media_files.encoded(Image.new("L", (64, 48), 90), "PNG", icc_profile=media_files.profile_p3())
    assert small(kept(grey)).getpixel((5, 5)) == pytest.approx((90, 90, 90), abs=3)


@pytest.mark.parametrize("mode", ["P", "1"])
def test_fine_lines_of_a_palette_are_smooth_when_small(kept, mode):
    thumbnail = small(kept(media_files.lines(mode))).convert("L")
    darkest, lightest = thumbnail.getextrema()
    assert thumbnail.size == (512, 512)
    assert darkest > 90
    assert lightest < 170


@pytest.mark.parametrize("format", ["WEBP", "PNG", "JPEG"])
def test_a_rotated_image_is_upright_with_one_size_everywhere(kept, as_owner, format):
    task = kept(media_files.turned(format))
    assert (task.width, task.height) == (40, 60)
    shown = Image.open(io.BytesIO(read(as_owner.get(task.display_url))))
    if format == "JPEG":  # every browser turns it
        assert task.display_url == task.file_url
        return
    assert shown.size == (40, 60)
    assert not shown.getexif()
    red, white = shown.convert("RGB").getpixel((37, 3)), shown.convert("RGB").getpixel((3, 3))
    assert red[0] > 200 > 60 > red[2], "the corner at the top left lies at the top right now"
    assert min(white) > 200
    response = as_owner.get(task.display_url)
    assert response.headers["Content-Type"] == "image/webp"
    read(response)
    for page in ("/", f"/t/{task.pk}/", f"/compare/?ids={task.pk},{kept(picture()).pk}"):
        assert f'src="{task.display_url}"' in as_owner.get(page).text


def test_a_narrow_image_keeps_its_ratio_and_has_no_slider_with_another(kept, owner):
    task, other = kept(picture("PNG", (2000, 40))), kept(picture("PNG", (300, 50)))
    assert (task.width, task.height, task.ratio) == (2000, 40, 5.0)
    assert small(task).size == (512, 10)
    assert not comparing.compare(owner, [task.pk, other.pk]).can_slide
    assert comparing.compare(owner, [task.pk, kept(picture("PNG", (1000, 20))).pk]).can_slide


@pytest.mark.parametrize(
    "content",
    [picture("PNG", (300, 200))[:-20], media_files.encoded(media_files.corner((300, 200)), "JPEG")[:-300],
     picture("WEBP", (300, 200))[:-9], picture("GIF", (300, 200))[:-1], picture("AVIF", (300, 200))[:-9]],
    ids=["png", "jpeg", "webp", "gif", "avif"],
)  # fmt: skip
def test_a_truncated_image_is_fetched_again(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(ingest.BadResult, match="cut off"):
        ingest.examine(tmp_path / "x", "image")


def test_a_complete_but_broken_image_is_stored(kept, tmp_path):
    content = bytearray(picture("PNG", (300, 200)))
    content[60] ^= 255
    assert kept(bytes(content)).file_kind == "file"


@pytest.mark.parametrize(
    "content",
    [picture("PNG", (1200, 900)), media_files.many_scans(1000)],
    ids=["too many pixels", "a thousand scans"],
)
def test_an_image_that_is_too_large_is_stored_undecoded(tmp_path, settings, monkeypatch, content):
    settings.MAX_PICTURE_PIXELS = 1_000_000
    monkeypatch.setattr(Image.Image, "load", lambda _image: pytest.fail("it was decoded"))
    (tmp_path / "x").write_bytes(content)
    result = ingest.examine(tmp_path / "x", "image")
    assert (result.kind, result.width) == ("file", None)
    assert "too large" in result.note


def test_two_outputs_of_a_task_never_share_a_name(tmp_path, make_task):
    path = tmp_path / "x"
    path.write_bytes(media_files.turned("WEBP"))
    task, result = make_task(), ingest.examine(path, "image")
    first = ingest.store(task, path, result, "ab" * 32)
    second = ingest.store(task, path, result, "ab" * 32, name_prefix="2-")
    names = [fields[which] for fields in (first, second) for which in ("file", "thumbnail", "poster")]
    assert len(set(names)) == 6
    assert all(Path(name).name.startswith("2-") for name in names[3:])


def test_an_error_in_our_own_code_loses_no_result(tmp_path, monkeypatch):
    def broken(*_args, **_options):
        raise KeyError("MPO")

    monkeypatch.setattr("omnistudio.core.images.thumbnail", broken)
    (tmp_path / "x").write_bytes(picture())
    result = ingest.examine(tmp_path / "x", "image")
    assert (result.kind, result.extension) == ("file", "png")
