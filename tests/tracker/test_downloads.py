"""Collecting: a result is in our storage, with its small copies, before its task is done."""

from __future__ import annotations

import hashlib
import io
import os
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from PIL import Image

from omnistudio.gallery.media import ingest
from omnistudio.gallery.models import Task
from tests.conftest import picture
from tests.scripted_service import answer, redirect, status, task
from tests.tracker.files import Gate, unannounced, video
from tests.tracker.helpers import card, is_now, now, track, track_again, tracking, until

pytestmark = pytest.mark.django_db(transaction=True)


def small_copy(field) -> Image.Image:
    return Image.open(io.BytesIO(Path(field.path).read_bytes()))


@pytest.mark.parametrize(
    ("format", "content_type", "extension"),
    [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg"), ("WEBP", "image/webp", "webp")],
)
def test_an_image_is_stored_unchanged_with_a_thumbnail(service, make_task, format, content_type, extension) -> None:
    content = picture(format, (1200, 800))
    service.on_file("result.png", answer(content, content_type="text/html"))  # what it calls it does not count
    made = make_task()
    track()
    assert now(made).status == "succeeded"
    assert Path(made.file.path).read_bytes() == content
    assert (made.content_type, made.width, made.height, made.seconds) == (content_type, 1200, 800, None)
    assert (made.bytes, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert made.file.name.endswith(f".{extension}")
    thumbnail = small_copy(made.thumbnail)
    assert (thumbnail.format, thumbnail.size) == ("WEBP", (512, 341))
    assert not made.poster


def test_a_rotated_image_has_its_displayed_size(service, make_task) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    service.on_file("result.png", answer(picture("JPEG", (120, 80), exif=exif)))
    made = make_task()
    track()
    assert (now(made).width, made.height) == (80, 120)
    assert small_copy(made.thumbnail).size == (80, 120)


@pytest.mark.parametrize("moov_first", [True, False])
def test_a_video_has_a_poster_a_small_copy_its_size_and_its_length(service, make_task, moov_first) -> None:
    content = video((640, 360), 1.5, moov_first=moov_first)
    service.on_file("result.mp4", answer(content))
    made = make_task(model_id="seedance-2", aspect_ratio="16:9")
    track()
    assert now(made).status == "succeeded"
    assert Path(made.file.path).read_bytes() == content
    assert (made.content_type, made.width, made.height) == ("video/mp4", 640, 360)
    assert made.seconds == pytest.approx(1.5, abs=0.13)
    assert made.credits == 60
    assert (small_copy(made.poster).format, small_copy(made.poster).size) == ("JPEG", (640, 360))
    assert small_copy(made.thumbnail).size == (512, 288)


def test_a_webm_is_a_video_too(service, make_task) -> None:
    service.on_file("result.mp4", answer(video(format="webm", codec="libvpx")))
    made = make_task(model_id="seedance-2")
    track()
    assert (now(made).status, made.content_type, made.width) == ("succeeded", "video/webm", 64)
    assert made.file.name.endswith(".webm")


@pytest.mark.parametrize("model_id", ["gpt-image-2", "seedance-2"])
def test_pages_serve_the_stored_file(service, make_task, as_owner: Client, model_id) -> None:
    content = {"gpt-image-2": picture(), "seedance-2": video()}[model_id]
    service.on_file("result.png", answer(content))
    service.on_file("result.mp4", answer(content))
    made = make_task(model_id=model_id)
    track()
    assert b"".join(as_owner.get(now(made).file_url).streaming_content) == content
    assert b"".join(as_owner.get(made.thumbnail_url).streaming_content) == Path(made.thumbnail.path).read_bytes()


def test_the_card_says_saving_until_the_file_is_here(service, make_task, as_owner) -> None:
    service.on_get(then=task(3))
    service.on_file("result.png", gate := Gate(answer(picture())))
    made = make_task()
    with tracking():
        until(lambda: service.fetches)
        assert (now(made).status, made.is_saving, made.file.name) == ("running", True, "")
        assert made.result_url.endswith("/files/result.png")
        assert card(as_owner, made).startswith("Saving")
        gate.open()
    assert now(made).status == "succeeded"


def test_a_file_that_moved_is_followed_there(service, make_task) -> None:
    service.on_file("result.png", redirect("/files/there.png"))
    service.on_file("there.png", answer(picture()))
    made = make_task()
    track()
    assert now(made).status == "succeeded"


def test_a_file_of_unknown_length_is_stored(service, make_task) -> None:
    service.on_file("result.png", unannounced(picture()))
    made = make_task()
    track()
    assert now(made).status == "succeeded"


def test_collecting_once_more_after_a_crash_leaves_one_set_of_files(service, make_task) -> None:
    made = make_task()
    track()
    Task.objects.update(status="running", file="", thumbnail="", finished_at=None)  # it died before it was noted
    track_again()
    assert now(made).status == "succeeded"
    folder = Path(made.file.path).parent
    assert sorted(folder.iterdir()) == sorted([Path(made.file.path), Path(made.thumbnail.path)])


def test_a_partial_file_left_by_a_crash_is_not_the_result(service, make_task) -> None:
    content = picture("PNG", (300, 200))
    service.on_file("result.png", then=answer(content))
    made = make_task()
    track()
    Path(now(made).file.path).write_bytes(content[:100])
    Task.objects.update(status="running", file="", thumbnail="")
    track_again()
    assert Path(now(made).file.path).read_bytes() == content


def test_the_download_folder_is_left_empty(service, make_task) -> None:
    service.on_file("result.png", status(404), answer(b"no picture"), answer(picture()))
    made = make_task()
    for _ in range(3):
        track_again()
    assert is_now(made, "succeeded")
    assert list((django_settings.DATA_DIR / "tmp").iterdir()) == []


def test_leftover_downloads_of_a_killed_tracker_are_removed_later(db) -> None:
    folder = django_settings.DATA_DIR / "tmp"
    folder.mkdir(exist_ok=True)
    old, young, other = (folder / name for name in ("result-old", "result-young", "not-ours"))
    for path in (old, young, other):
        path.write_bytes(b"half a file")
    day = time.time() - 86_400
    os.utime(old, (day, day))
    os.utime(other, (day, day))
    try:
        with tracking():
            until(lambda: not old.exists())
        assert young.exists()
        assert other.exists()
    finally:
        young.unlink()
        other.unlink()


def test_files_are_on_the_disk_before_the_record_says_so(service, make_task, monkeypatch) -> None:
    flushed, fsync = [], os.fsync

    def note(number: int) -> None:
        flushed.append((Path(f"/proc/self/fd/{number}").readlink().name, now(made).status))
        connection.close()  # of the thread that puts files away
        fsync(number)

    made = make_task()
    monkeypatch.setattr(ingest.os, "fsync", note)
    track()
    names = [Path(name).name for name in (now(made).file.name, made.thumbnail.name)]
    assert flushed == [(name, "running") for name in names]
