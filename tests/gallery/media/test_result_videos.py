"""Videos and sounds that came as results: looked at as a player shows them, whatever the file says of itself."""

from __future__ import annotations

import io
import resource
import time
from fractions import Fraction

import av
import pytest
from av.video.reformatter import Colorspace
from django.core.files.base import ContentFile
from PIL import Image

from omnistudio.core import isolation
from omnistudio.core.images import BadPicture
from omnistudio.gallery.media import ingest, videos
from omnistudio.gallery.media.references import last_frame_as_reference, picture_as_reference
from omnistudio.gallery.models import Task
from tests import media_files
from tests.conftest import picture, read
from tests.media_files import film, laid
from tests.tracker.files import video


@pytest.fixture
def examined(tmp_path):
    def examine(content: bytes, kind: str = "video") -> ingest.Result:
        path = tmp_path / "result"
        path.write_bytes(content)
        return ingest.examine(path, kind)

    return examine


def opened(content: bytes | None) -> Image.Image:
    assert content
    return Image.open(io.BytesIO(content)).convert("RGB")


def first_frame(preview: bytes | None) -> Image.Image:
    assert preview
    with av.open(io.BytesIO(preview)) as container:
        frame = next(container.decode(video=0))
        assert (frame.colorspace, frame.color_primaries, frame.color_trc) == (1, 1, 1), "tagged as BT.709"
        return frame.reformat(format="rgb24", src_colorspace=Colorspace.ITU709).to_image()


def red_corner(image: Image.Image) -> str:
    """Where the red field lies."""
    width, height = image.size
    places = {"top left": (0.1, 0.1), "top right": (0.9, 0.1), "bottom left": (0.1, 0.9), "bottom right": (0.9, 0.9)}
    red = [name for name, (x, y) in places.items() if image.getpixel((int(x * width), int(y * height)))[1] < 90]
    return red[0] if len(red) == 1 else str(red)


@pytest.mark.parametrize(
    ("matrix", "size", "where"),
    [
        ((1, 0, 0, 1), (160, 96), "top left"),
        ((0, 1, -1, 0), (96, 160), "top right"),
        ((-1, 0, 0, -1), (160, 96), "bottom right"),
        ((0, -1, 1, 0), (96, 160), "bottom left"),
        ((-1, 0, 0, 1), (160, 96), "top right"),
        ((1, 0, 0, -1), (160, 96), "bottom left"),
        ((0, 1, 1, 0), (96, 160), "top left"),
        ((0, -1, -1, 0), (96, 160), "bottom right"),
    ],
)
def test_a_rotated_video_is_upright_everywhere(examined, matrix, size, where):
    result = examined(laid(film(), *matrix))
    assert (result.width, result.height) == size
    for image in (opened(result.poster), opened(result.thumbnail), first_frame(result.preview)):
        assert image.size == size
        assert red_corner(image) == where


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        (Fraction(64, 45), (228, 96)),
        (Fraction(1, 2), (160, 192)),
        (Fraction(1), (160, 96)),
        (Fraction(900), (160, 96)),
    ],
)
def test_the_pixel_aspect_ratio_is_applied(examined, shape, size):
    result = examined(film(shape=shape))
    assert (result.width, result.height) == size
    assert opened(result.poster).size == size
    assert opened(result.thumbnail).width / opened(result.thumbnail).height == pytest.approx(
        size[0] / size[1], rel=0.02
    )
    preview = first_frame(result.preview)
    assert preview.width / preview.height == pytest.approx(size[0] / size[1], rel=0.02)


@pytest.mark.parametrize(
    ("size", "matrix"),
    [((1280, 720), Colorspace.ITU709), ((640, 360), Colorspace.ITU601), ((720, 1280), Colorspace.ITU709)],
)
def test_colours_without_a_tag_are_those_of_browsers(examined, size, matrix):
    """BT.709 from 720 lines on, BT.601 below."""
    result = examined(film([Image.new("RGB", size, media_files.GREEN)] * 3, matrix=matrix))
    for image in (opened(result.poster), opened(result.thumbnail), first_frame(result.preview)):
        assert image.getpixel((image.width // 2, image.height // 2)) == pytest.approx(media_files.GREEN, abs=8)


def test_the_poster_of_a_video_that_begins_in_black_is_not_black(examined):
    result = examined(media_files.fade_in())
    darkest, lightest = opened(result.poster).convert("L").getextrema()
    assert lightest - darkest > 90


def test_the_poster_is_the_first_frame_that_is_not_black(examined):
    blue = [Image.new("RGB", (160, 96), "blue")] * 20
    assert red_corner(opened(examined(film([media_files.corner((160, 96)), *blue])).poster)) == "top left"


def test_the_poster_is_found_after_a_long_black_beginning(examined):
    frames = [Image.new("RGB", (64, 48))] * 130 + [media_files.corner((64, 48))] * 130
    assert red_corner(opened(examined(film(frames)).poster)) == "top left"


def test_a_black_video_has_a_black_poster(examined):
    assert opened(examined(film([Image.new("RGB", (160, 96))] * 5)).poster).getextrema()[0][1] < 10


def test_a_duration_missing_in_the_file_is_measured(examined):
    content = film(format="webm", codec="libvpx-vp9", container={"live": "1"})
    with av.open(io.BytesIO(content)) as container:
        assert not container.duration
    assert examined(content).seconds == pytest.approx(1.0, abs=0.1)


def test_an_unknown_duration_stays_empty(tmp_path, monkeypatch):
    path = tmp_path / "x"
    path.write_bytes(film(format="webm", codec="libvpx-vp9", container={"live": "1"}))
    monkeypatch.setattr(videos, "_LENGTH_SECONDS", -1)
    assert videos.length_of(path, "webm") is None


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.999])
@pytest.mark.parametrize(
    ("format", "codec"), [("webm", "libvpx-vp9"), ("matroska", "libvpx-vp9"), ("mp4", "libx264")]
)
def test_a_truncated_video_is_fetched_again(examined, format, codec, share):
    content = film(format=format, codec=codec)
    with pytest.raises(ingest.BadResult, match="cut off"):
        examined(content[: int(len(content) * share)])
    assert examined(content).width == 160


@pytest.mark.parametrize(
    ("format", "codec", "content_type", "extension"),
    [
        ("mp4", "libx264", "video/mp4", "mp4"),
        ("webm", "libvpx-vp9", "video/webm", "webm"),
        ("mov", "libx264", "video/quicktime", "mov"),
        ("matroska", "libx264", "video/x-matroska", "mkv"),
        ("avi", "mpeg4", "video/x-msvideo", "avi"),
    ],
)
def test_a_video_in_any_container_is_stored_with_its_poster(
    examined, make_task, as_owner, tmp_path, format, codec, content_type, extension
):
    result = examined(film(format=format, codec=codec))
    assert (result.kind, result.content_type, result.extension) == ("video", content_type, extension)
    assert (result.width, result.height, result.note) == (160, 96, "")
    assert result.poster
    task = make_task(kind="video")
    fields = ingest.store(task, tmp_path / "result", result, "ab" * 32)
    Task.objects.filter(pk=task.pk).update(status="succeeded", **fields)
    response = as_owner.get(f"/media/{task.pk}/file/")
    read(response)
    is_shown = content_type in ("video/mp4", "video/webm")
    assert response.headers["Content-Disposition"] == ("inline" if is_shown else "attachment")
    assert "<video" in as_owner.get(f"/t/{task.pk}/").text


@pytest.mark.parametrize(
    ("format", "codec", "content_type"),
    [
        ("mp3", "libmp3lame", "audio/mpeg"),
        ("wav", "pcm_s16le", "audio/wav"),
        ("ogg", "libopus", "audio/ogg"),
        ("mp4", "aac", "audio/mp4"),
        ("flac", "flac", "audio/flac"),
        ("adts", "aac", "audio/aac"),
        ("webm", "libopus", "audio/webm"),
    ],
)
@pytest.mark.parametrize("asked", ["video", "image"])
def test_audio_is_stored_and_can_be_played(
    examined, make_task, as_owner, tmp_path, format, codec, content_type, asked
):
    result = examined(media_files.sound(format, codec), asked)
    assert (result.kind, result.content_type, result.thumbnail, result.width) == ("audio", content_type, None, None)
    assert result.seconds == pytest.approx(2, abs=0.2)
    task = make_task(kind=asked)
    fields = ingest.store(task, tmp_path / "result", result, "ab" * 32)
    assert len(content_type) <= 32
    Task.objects.filter(pk=task.pk).update(status="succeeded", **fields)
    for page in ("/", f"/t/{task.pk}/"):
        assert f'src="/media/{task.pk}/file/"' in as_owner.get(page).text
    assert as_owner.get("/gallery/").status_code == 200
    response = as_owner.get(f"/media/{task.pk}/file/")
    read(response)
    assert (response.headers["Content-Type"], response.headers["Content-Disposition"]) == (content_type, "inline")


def test_a_result_of_another_kind_than_requested_is_stored(examined):
    assert examined(picture(), "video").kind == "image"
    assert examined(video(), "image").kind == "video"


def test_an_undecodable_video_is_stored_and_the_page_says_so(examined):
    result = examined(video().replace(b"avc1", b"vvc1").replace(b"avcC", b"vvcX"))
    assert (result.kind, result.content_type, result.width, result.thumbnail) == ("video", "video/mp4", None, None)
    assert "can’t read this video. You can download the original file" in result.note


def test_a_video_of_too_many_pixels_is_stored_undecoded(examined):
    result = examined(film([Image.new("RGB", (8208, 16))]))
    assert (result.kind, result.content_type, result.extension) == ("file", "application/octet-stream", "mp4")
    assert "too large" in result.note


def most_memory() -> int:
    """The most that this process has ever held, in bytes; Linux counts it in units of 1,024."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_a_small_file_with_a_huge_index_takes_no_memory(examined, monkeypatch):
    monkeypatch.setattr(videos, "MAX_SECONDS", 3.0)
    started, before = time.monotonic(), most_memory()
    result = examined(media_files.claims_samples(film(), 50_000_000))
    assert time.monotonic() - started < 12
    assert most_memory() - before < 200 * 1024**2
    assert (result.kind, result.width) == ("video", None)
    assert examined(film()).width == 160, "the next one is looked at as ever"


def test_a_crashed_decoder_is_a_fault_of_the_file():
    with pytest.raises(isolation.Failed, match="ended"):
        isolation.apart(_dies, seconds=20)


def _dies() -> None:
    import os

    os._exit(3)


def test_use_as_reference_takes_the_upright_poster_and_audio_has_none(examined, make_task, owner, as_owner, tmp_path):
    for content, has_picture in ((laid(film(), 0, 1, -1, 0), True), (media_files.sound("mp3", "libmp3lame"), False)):
        task = make_task(kind="video")
        fields = ingest.store(task, tmp_path / "result", examined(content), "ab" * 32)
        Task.objects.filter(pk=task.pk).update(status="succeeded", **fields)
        task.refresh_from_db()
        assert ("item-use" in as_owner.get(f"/t/{task.pk}/").text) is has_picture
        if has_picture:
            reference = picture_as_reference(owner, task)
            assert (reference.width, reference.height) == (96, 160)


def coloured(*colours: str, seconds: float = 1) -> bytes:
    """An MP4 that has one colour after the other."""
    images = [Image.new("RGB", (96, 64), colour) for colour in colours]
    count = max(len(images), int(seconds * 12))
    return film([images[number * len(images) // count] for number in range(count)])


@pytest.mark.parametrize("seconds", [0.3, 5, 20])
def test_a_video_is_continued_from_its_last_image(examined, make_task, owner, tmp_path, seconds):
    task = make_task(kind="video")
    result = examined(coloured("red", "lime", "blue", seconds=seconds))
    fields = ingest.store(task, tmp_path / "result", result, "ab" * 32)
    Task.objects.filter(pk=task.pk).update(status="succeeded", **fields)
    task.refresh_from_db()
    reference = last_frame_as_reference(owner, task)
    assert (reference.width, reference.height) == (96, 64)
    with reference.file.open("rb") as file:
        red, green, blue = opened(file.read()).getpixel((48, 32))
    assert blue > 200 > 90 > max(red, green)


def test_what_has_no_last_image_says_so(make_task, owner, tmp_path):
    broken = make_task(kind="video", status="succeeded", content_type="video/mp4")
    broken.file.save("a.mp4", ContentFile(coloured("red")[:400]))
    image = make_task(kind="image", status="succeeded")
    image.file.save("a.png", ContentFile(picture()))
    for task, words in ((broken, "can’t be read"), (image, "is no video"), (make_task(kind="video"), "is no video")):
        with pytest.raises(BadPicture, match=words):
            last_frame_as_reference(owner, task)
