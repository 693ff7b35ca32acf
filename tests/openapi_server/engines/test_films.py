"""Films: what the file says of itself, and that things in it move."""

from __future__ import annotations

from itertools import pairwise

import av
import numpy as np
import pytest

from omnistudio.openapi_server.engines import Artifact, Order
from omnistudio.openapi_server.engines.drawing import DrawingEngine
from omnistudio.openapi_server.engines.drawing.brief import stage_for
from omnistudio.openapi_server.engines.drawing.colour import encode
from omnistudio.openapi_server.engines.drawing.film import FRAMES
from omnistudio.openapi_server.engines.drawing.scenes.registry import SCENES

from .conftest import frames_of


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """One film at its full size."""
    return DrawingEngine().make(Order("video", "sunset over the sea", "", 5), tmp_path_factory.mktemp("film"))


def test_file(film: Artifact) -> None:
    with av.open(str(film.path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.profile in ("High", "Main")
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert stream.average_rate == 24
        assert (stream.width, stream.height) == (film.width, film.height)
        assert container.duration is not None
        assert container.duration / 1_000_000 >= 4.0
        assert stream.codec_context.colorspace == stream.codec_context.color_primaries == 1
        assert not container.streams.audio
    assert film.content_type == "video/mp4"
    assert film.seconds is not None
    assert film.seconds >= 4.0


def test_index_comes_first(film: Artifact) -> None:
    data = film.path.read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_it_moves_smoothly(film: Artifact) -> None:
    frames = frames_of(film.path)
    assert len(frames) == FRAMES
    shown = [frames[i].astype(np.float32) for i in (0, 24, 48, 96)]
    for i, first in enumerate(shown):
        for second in shown[i + 1 :]:
            assert np.abs(first - second).mean() > 2
    steps = [np.abs(a.astype(np.float32) - b).mean() for a, b in pairwise(frames)]
    assert min(steps) > 0.05
    assert max(steps) < 6
    assert max(steps) < 4 * float(np.median(steps))


@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_scene_moves_without_jumps(name: str) -> None:
    scene, stage = stage_for(SCENES[name].words[0].split(",")[0], 2, 240, 136, False)
    frame = scene.prepare(stage)
    moments = [0.0, 1 / 96, 2 / 96, 0.25, 0.5, 1.0]
    seen = [np.array(encode(frame(moment)), np.float32) for moment in moments]
    assert np.abs(seen[0] - seen[1]).mean() < 0.03
    assert np.abs(seen[1] - seen[2]).mean() < 0.03
    for earlier, later in ((0, 3), (3, 4), (4, 5), (0, 5)):
        assert np.abs(seen[earlier] - seen[later]).mean() > 0.004


def test_the_same_moment_is_the_same_image() -> None:
    scene, stage = stage_for("lanterns", 2, 240, 136, False)
    frame = scene.prepare(stage)
    first = np.array(frame(0.5))
    frame(0.9)
    assert np.array_equal(first, frame(0.5))
