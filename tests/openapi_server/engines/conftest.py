"""Small sizes, so that a drawing takes a moment and not a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from omnistudio.openapi_server.engines.drawing import sizes


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw a fifth of the usual width and height."""
    for table in (sizes.STILL_SIZES, sizes.FILM_SIZES):
        for ratio, (width, height) in list(table.items()):
            monkeypatch.setitem(table, ratio, (width // 10 * 2, height // 10 * 2))
    for kind, area in list(sizes.AREAS.items()):
        monkeypatch.setitem(sizes.AREAS, kind, area / 25)


@pytest.fixture
def reference(tmp_path: Path) -> Callable[[str], Path]:
    """An image with a strong palette and a clear shape."""

    def make(colour: str, size: tuple[int, int] = (480, 320)) -> Path:
        width, height = size
        share = np.linspace(0, 1, height)[:, None, None]
        ends = {"red": ((250, 210, 170), (150, 20, 20)), "blue": ((200, 230, 250), (10, 40, 130))}[colour]
        rows = np.array(ends[0]) * (1 - share) + np.array(ends[1]) * share
        picture = np.repeat(rows, width, 1)
        across, down = np.meshgrid(np.arange(width) - width * 0.6, np.arange(height) - height * 0.45)
        picture[np.hypot(across, down) < height * 0.2] = ends[1]
        path = tmp_path / f"{colour}.png"
        Image.fromarray(picture.astype(np.uint8)).save(path)
        return path

    return make


def frames_of(path: Path) -> list[np.ndarray]:
    """Every frame of a film, uint8 RGB."""
    import av

    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def pixels_of(path: Path) -> np.ndarray:
    """An image as float RGB."""
    return np.asarray(Image.open(path).convert("RGB"), np.float32)
