"""References: their colours and shapes are in the result, and a film starts from one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from omnistudio.openapi_server.engines import EngineError, Order
from omnistudio.openapi_server.engines.drawing import DrawingEngine

from .conftest import frames_of, pixels_of

MakeReference = Callable[..., Path]


def draw(kind: str, prompt: str, folder: Path, *references: Path, ratio: str = "3:2") -> Path:
    return DrawingEngine().make(Order(kind, prompt, ratio, 1, references), folder).path  # type: ignore[arg-type]


def histogram(pixels: np.ndarray) -> np.ndarray:
    bins = np.clip(pixels // 32, 0, 7).astype(int).reshape(-1, 3)
    counts = np.bincount(bins @ np.array([64, 8, 1]), minlength=512)
    return counts / counts.sum()


def distance(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(histogram(first) - histogram(second)).sum())


def shapes(pixels: np.ndarray) -> np.ndarray:
    picture = Image.fromarray(pixels.astype(np.uint8)).convert("L").resize((24, 16), Image.Resampling.BOX)
    values = np.asarray(picture, np.float32).ravel()
    return (values - values.mean()) / values.std()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("prompt", ["misty mountains", "flowing silk", "a vase"])
@pytest.mark.parametrize("colour", ["red", "blue"])
def test_still_is_related_but_no_copy(prompt: str, colour: str, tmp_path: Path, reference: MakeReference) -> None:
    path = reference(colour)
    source = pixels_of(path)
    free = pixels_of(draw("image", prompt, tmp_path))
    led = pixels_of(draw("image", prompt, tmp_path, path))
    assert distance(led, source) < distance(free, source) * 0.85
    assert float((shapes(led) * shapes(source)).mean()) > 0.5
    fitted = np.asarray(Image.open(path).resize(led.shape[1::-1]), np.float32)
    assert np.abs(led - fitted).mean() > 5


@pytest.mark.usefixtures("small")
def test_ratio_of_the_first_reference(tmp_path: Path, reference: MakeReference) -> None:
    with Image.open(draw("image", "silk", tmp_path, reference("red", (300, 500)), ratio="auto")) as picture:
        assert picture.width / picture.height == pytest.approx(0.6, rel=0.02)


@pytest.mark.usefixtures("small")
def test_film_starts_from_the_reference_and_moves(tmp_path: Path, reference: MakeReference) -> None:
    path = reference("blue")
    frames = frames_of(draw("video", "mist over the sea", tmp_path, path, ratio="1:1"))
    height, width = frames[0].shape[:2]
    cut = np.asarray(ImageOps.fit(Image.open(path), (width, height), Image.Resampling.LANCZOS), np.float32)
    assert np.abs(frames[0] - cut).mean() < 4
    for number in (24, 48, 96):
        assert np.abs(frames[number].astype(np.float32) - frames[0]).mean() > 2
    steps = [np.abs(a.astype(np.float32) - b).mean() for a, b in pairwise(frames)]
    assert max(steps) < 4


def test_unreadable_reference(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(EngineError, match="reference"):
        draw("image", "silk", tmp_path, broken)
