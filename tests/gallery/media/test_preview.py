"""The preview of a video: three silent seconds, small; and no video fails for want of one."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest

from omnistudio.gallery.media import ingest, previews, videos
from omnistudio.gallery.media.previews import preview_of
from omnistudio.gallery.models import Task
from tests.conftest import picture, read


def film(path: Path, *, seconds: float = 5, rate: int = 30, size: tuple[int, int] = (640, 360), sound: bool = True):
    """A real video with a moving bar and a tone."""
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        audio = container.add_stream("aac", rate=44100) if sound else None
        for number in range(int(seconds * rate)):
            frame = np.zeros((size[1], size[0], 3), np.uint8)
            frame[:, (number * 4) % size[0] :, 1] = 200
            container.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(video.encode())
        if audio:
            tone = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            tone.sample_rate, tone.pts = 44100, 0
            container.mux(audio.encode(tone))
            container.mux(audio.encode())
    return path


@pytest.mark.parametrize(
    ("made", "width", "height", "frames"),
    [
        ({}, 480, 270, 72),
        ({"size": (360, 640), "rate": 60}, 270, 480, 72),
        ({"seconds": 1}, 480, 270, 24),
        ({"size": (160, 120), "rate": 12}, 160, 120, 36),
    ],
)
def test_three_seconds_without_sound_and_small(tmp_path, made, width, height, frames):
    result = ingest.examine(film(tmp_path / "a.mp4", **made), "video")
    assert result.preview
    assert len(result.preview) < 400_000
    with av.open(io.BytesIO(result.preview)) as preview:
        assert not preview.streams.audio
        [stream] = preview.streams.video
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (width, height)
        assert sum(1 for _ in preview.decode(stream)) == frames
        assert float(stream.average_rate) <= 24
    assert result.preview.index(b"moov") < result.preview.index(b"mdat"), "it plays before it is loaded whole"


def test_odd_sides_become_even(tmp_path):
    result = preview_of(film(tmp_path / "a.mp4", size=(1000, 30), seconds=0.5, sound=False), "mp4")
    with av.open(io.BytesIO(result)) as preview:
        assert (preview.streams.video[0].width, preview.streams.video[0].height) == (480, 14)


@pytest.mark.parametrize("bound", ["PREVIEW_MAX_SECONDS", "PREVIEW_MAX_FRAMES", "PREVIEW_MAX_PIXELS"])
def test_a_video_beyond_a_bound_has_no_preview(tmp_path, monkeypatch, bound):
    monkeypatch.setattr(previews, bound, 0)
    result = videos.seen_in(film(tmp_path / "a.mp4", seconds=1), "mp4")
    assert (result.preview, result.width) == (None, 640)


def test_a_failed_preview_does_not_fail_the_result(tmp_path, monkeypatch, caplog):
    def broken(*_args):
        raise MemoryError("no room")

    monkeypatch.setattr(previews, "_write_preview", broken)
    assert videos.seen_in(film(tmp_path / "a.mp4", seconds=1), "mp4").poster
    assert "no room" in caplog.text


def test_a_preview_is_served_with_ranges_to_those_who_see_the_item(
    tmp_path, make_task, as_owner, as_stranger, client, team, as_viewer
):
    path = film(tmp_path / "a.mp4", seconds=1)
    task = make_task(kind="video", status="succeeded", team=team)
    fields = ingest.store(task, path, ingest.examine(path, "video"), "ab" * 32)
    assert fields["stored_at"]
    Task.objects.filter(pk=task.pk).update(**fields)
    url = f"/media/{task.pk}/preview/"
    for allowed in (as_owner, as_viewer):
        response = allowed.get(url, headers={"Range": "bytes=4-7"})
        assert (response.status_code, read(response)) == (206, b"ftyp")
        assert response.headers["Content-Type"] == "video/mp4"
    assert as_stranger.get(url).status_code == 404
    assert client.get(url).status_code == 302


def test_an_image_has_no_preview(tmp_path, make_task, as_owner):
    (tmp_path / "a.png").write_bytes(picture())
    assert ingest.examine(tmp_path / "a.png", "image").preview is None
    assert as_owner.get(f"/media/{make_task(status='succeeded').pk}/preview/").status_code == 404


def test_the_trash_shows_its_owner_thumbnails_and_nothing_else(make_task, as_owner, as_viewer, team, tmp_path):
    (tmp_path / "a.png").write_bytes(picture())
    task = make_task(status="succeeded", team=team)
    fields = ingest.store(task, tmp_path / "a.png", ingest.examine(tmp_path / "a.png", "image"), "ab" * 32)
    Task.objects.filter(pk=task.pk).update(**fields, deleted_at="2026-01-01T00:00Z")
    assert read(as_owner.get(f"/media/{task.pk}/thumbnail/"))
    assert as_owner.get(f"/media/{task.pk}/file/").status_code == 404
    assert as_viewer.get(f"/media/{task.pk}/thumbnail/").status_code == 404
