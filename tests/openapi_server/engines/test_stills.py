"""Stills: sizes, sameness, difference, colour words and failures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from omnistudio.openapi_server.engines import EngineError, Order
from omnistudio.openapi_server.engines.drawing import DrawingEngine
from omnistudio.openapi_server.engines.drawing.brief import stage_for
from omnistudio.openapi_server.engines.drawing.colour import to_lab
from omnistudio.openapi_server.engines.drawing.scenes.registry import SCENES
from omnistudio.openapi_server.engines.drawing.sizes import RATIOS, size_for
from omnistudio.openapi_server.engines.drawing.weather import with_weather

from .conftest import pixels_of


def draw(prompt: str, folder: Path, seed: int = 1, ratio: str = "16:9") -> Path:
    return DrawingEngine().make(Order("image", prompt, ratio, seed), folder).path


@pytest.mark.parametrize("ratio", RATIOS)
def test_sizes(ratio: str) -> None:
    across, down = (int(part) for part in ratio.split(":"))
    for kind, long_side in (("image", 1024), ("video", 640)):
        width, height = size_for(kind, ratio)  # type: ignore[arg-type]
        assert max(width, height) >= long_side
        assert width / height == pytest.approx(across / down, rel=0.01)
        assert width % 2 == height % 2 == 0


def test_sizes_the_engine_chooses() -> None:
    assert size_for("image", "auto") == size_for("image", "1:1")
    assert size_for("video", "") == size_for("video", "16:9")
    width, height = size_for("image", "auto", (600, 400))
    assert width / height == pytest.approx(1.5, rel=0.01)
    assert max(size_for("image", "auto", (4000, 100))) < 2000


def test_unknown_ratio_is_refused() -> None:
    with pytest.raises(EngineError, match="aspect ratio"):
        size_for("image", "7:1")


def test_full_size_still(tmp_path: Path) -> None:
    artifact = DrawingEngine().make(Order("image", "sunset over the sea", "16:9", 3), tmp_path)
    with Image.open(artifact.path) as picture:
        assert picture.format == "PNG"
        assert picture.size == (artifact.width, artifact.height)
    assert artifact.content_type == "image/png"
    assert artifact.seconds is None


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", sorted(SCENES))
def test_every_scene_draws_something(name: str, tmp_path: Path) -> None:
    prompt = SCENES[name].words[0].split(",")[0]
    for ratio in ("16:9", "9:16"):
        pixels = pixels_of(draw(prompt, tmp_path, ratio=ratio))
        assert pixels.std() > 8
        assert 10 < pixels.mean() < 245


@pytest.mark.usefixtures("small")
def test_same_order_same_pixels(tmp_path: Path) -> None:
    for name in ("mountains", "flowers", "still life", "dunes", "city"):
        first = pixels_of(draw(name, tmp_path))
        assert np.array_equal(first, pixels_of(draw(name, tmp_path)))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("prompt", ["mountains", "the sea", "silk", "a vase", "something else"])
def test_seeds_and_prompts_differ(prompt: str, tmp_path: Path) -> None:
    first = pixels_of(draw(prompt, tmp_path, seed=1))
    assert np.abs(first - pixels_of(draw(prompt, tmp_path, seed=2))).mean() > 8
    assert np.abs(first - pixels_of(draw(f"{prompt} again", tmp_path, seed=1))).mean() > 8


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("scene", ["mountains", "silk", "sea"])
def test_colour_words_colour(scene: str, tmp_path: Path) -> None:
    red = to_lab((pixels_of(draw(f"red {scene}", tmp_path)) / 255) ** 2.2).mean((0, 1))
    teal = to_lab((pixels_of(draw(f"teal {scene}", tmp_path)) / 255) ** 2.2).mean((0, 1))
    assert red[1] > teal[1] + 0.05


def test_night_is_darker_than_day() -> None:
    def brightness(prompt: str) -> float:
        scene, stage = stage_for(prompt, 4, 192, 108, True)
        return float(scene.prepare(stage)(0.3).mean())

    assert brightness("mountains at night") < brightness("mountains at noon") * 0.7


@pytest.mark.usefixtures("small")
def test_a_failure_can_be_requested(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"asked for a failure"):
        draw("the sea [[fail]]", tmp_path)
    assert not list(tmp_path.iterdir())


def test_weather_falls_outdoors() -> None:
    def drawn(prompt: str) -> float:
        scene, stage = stage_for(prompt, 4, 192, 108, True)
        plain = scene.prepare(stage)
        return float(np.abs(with_weather(stage, plain)(0.3) - plain(0.3)).mean())

    assert drawn("mountains in the snow") > 0.002
    assert drawn("the sea in the rain") > 0.002
    assert drawn("mountains") == 0
