"""Files that burst what looks at them, and files that are broken."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import threading
import time
import tracemalloc
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from omnistudio.core import images
from omnistudio.gallery.media import ingest
from omnistudio.gallery.media.references import keep_reference
from tests.conftest import picture
from tests.security.test_files import chunk, exif, with_chunk
from tests.tracker.files import sound, video


# ------------------------------------------------------------------ bombs
def bomb(width: int, height: int) -> bytes:
    """A real PNG of one colour, a thousandth of what it unpacks to."""
    rows = zlib.compressobj(9)
    line = b"\0" + bytes((width + 7) // 8)
    data = b"".join(rows.compress(line) for _ in range(height)) + rows.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_an_image_of_too_many_pixels_is_refused_before_decoding(as_owner):
    content = bomb(40_000, 40_000)
    assert len(content) < 400_000
    tracemalloc.start()
    started = time.monotonic()
    response = as_owner.post("/references/", {"file": SimpleUploadedFile("a.png", content)})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert response.status_code == 422
    assert "too large" in response.text
    assert peak < 20_000_000
    assert time.monotonic() - started < 2


def test_text_that_unpacks_to_gigabytes_is_refused(as_owner):
    packed = zlib.compress(bytes(200_000_000), 9)
    content = with_chunk(picture(), b"zTXt", b"Comment\0\0" + packed)
    response = as_owner.post("/references/", {"file": SimpleUploadedFile("a.png", content)})
    assert response.status_code == 422
    assert "damaged" in response.text


@pytest.mark.parametrize("format", ["WEBP", "PNG"])
def test_of_a_thousand_frames_one_is_looked_at(format):
    frames = [Image.new("RGB", (64, 64), (number % 256, 0, 0)) for number in range(1000)]
    buffer = io.BytesIO()
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:], duration=10)
    content, kept = images.normalised(buffer, max_pixels=10**6)
    with Image.open(io.BytesIO(content)) as one:
        assert getattr(one, "n_frames", 1) == 1
    assert (kept.width, kept.height) == (64, 64)


@pytest.mark.parametrize("size", [(60_000, 1), (1, 60_000), (16_000, 3)])
def test_a_narrow_image_takes_no_more_memory_than_others(owner, make_task, size):
    reference = keep_reference(owner, io.BytesIO(picture("PNG", size)))
    assert max(reference.width, reference.height) <= 4096
    task = make_task(width=size[0], height=size[1])
    assert 0.2 <= task.ratio <= 5


def test_at_most_two_images_are_decoded_at_once(monkeypatch):
    """An image of 64 million pixels takes some 500 MB: 48 threads with one each take 24 GB."""
    inside, most, lock = 0, 0, threading.Lock()
    real = Image.open

    def slow(*args, **options):
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.05)
        with lock:
            inside -= 1
        return real(*args, **options)

    monkeypatch.setattr(images.Image, "open", slow)
    threads = [
        threading.Thread(target=lambda: images.inspect(io.BytesIO(picture()), max_pixels=10**6)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_waiting_too_long_for_a_slot_is_reported(monkeypatch):
    monkeypatch.setattr(images, "_PLACE_SECONDS", 0.05)
    with (
        images._opened(io.BytesIO(picture()), 10**6),
        images._opened(io.BytesIO(picture()), 10**6),
        pytest.raises(images.BadPicture, match="in a minute"),
    ):
        images.inspect(io.BytesIO(picture()), max_pixels=10**6)


# ------------------------------------------------------------------ a corpus of broken ones
def mutations(seed: bytes, count: int, dice: random.Random) -> list[bytes]:
    """Copies with bytes changed, left out, repeated, and cut off."""
    made = []
    for _number in range(count):
        data = bytearray(seed)
        for _change in range(dice.choice([1, 1, 2, 4, 16])):
            at = dice.randrange(len(data))
            match dice.randrange(6):
                case 0 | 1:
                    data[at] = dice.randrange(256)
                case 2:
                    data[at : at + 4] = struct.pack(">I", dice.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF]))
                case 3:
                    del data[at : at + dice.randrange(1, 40)]
                case 4:
                    data[at:at] = data[at // 2 : at // 2 + dice.randrange(1, 60)]
                case 5:
                    del data[at + 1 :]
            data = data or bytearray(b"\0")
        made.append(bytes(data))
    return made


PICTURES = {
    "png": picture(),
    "png with a place": picture("PNG", exif=exif(place=True)),
    "jpeg with a place": picture("JPEG", exif=exif(place=True, orientation=6)),
    "progressive jpeg": picture("JPEG", progressive=True),
    "webp with a place": picture("WEBP", exif=exif(place=True)),
    "lossless webp": picture("WEBP", lossless=True),
}


VIDEOS = {"mp4": video, "mp4, index last": lambda: video(moov_first=False), "sound": sound,
          "webm": lambda: video(format="webm", codec="libvpx")}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_a_broken_image_raises_only_bad_image(name):
    dice = random.Random(name)
    for content in mutations(PICTURES[name], 400, dice):
        for look in (images.inspect, images.normalised, images.thumbnail):
            with contextlib.suppress(images.BadPicture):
                look(io.BytesIO(content), max_pixels=100_000)


@pytest.mark.parametrize("name", VIDEOS)
def test_a_broken_video_is_a_bad_result_and_nothing_else(name, tmp_path):
    dice, path = random.Random(name), tmp_path / "x.mp4"
    for content in mutations(VIDEOS[name](), 300, dice):
        path.write_bytes(content)
        with contextlib.suppress(ingest.BadResult):
            ingest.examine(path, "video")
