"""Pixel sizes for the aspect ratios, and the choice when none is asked for."""

from __future__ import annotations

import math

from omnistudio.openapi_server.engines.base import EngineError, Kind

STILL_SIZES: dict[str, tuple[int, int]] = {
    "1:1": (1264, 1264),
    "16:9": (1664, 936),
    "4:3": (1456, 1092),
    "3:2": (1536, 1024),
    "5:4": (1400, 1120),
    "21:9": (1932, 828),
}
FILM_SIZES: dict[str, tuple[int, int]] = {
    "1:1": (720, 720),
    "16:9": (960, 540),
    "4:3": (832, 624),
    "3:2": (864, 576),
    "5:4": (800, 640),
    "21:9": (1120, 480),
}
AREAS: dict[Kind, float] = {"image": 1.57e6, "video": 5.2e5}
RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9")
WIDEST = 21 / 9


def size_for(kind: Kind, aspect_ratio: str, reference: tuple[int, int] | None = None) -> tuple[int, int]:
    """Width and height in pixels; both are even. `reference` is the first reference's size."""
    asked = aspect_ratio.strip().lower()
    if asked in ("", "auto"):
        if reference is not None:
            return _size_by_area(kind, reference[0] / reference[1])
        asked = "1:1" if kind == "image" else "16:9"
    if asked not in RATIOS:
        raise EngineError(f"The aspect ratio {aspect_ratio!r} is not one of {', '.join(RATIOS)}.")
    sizes = STILL_SIZES if kind == "image" else FILM_SIZES
    if asked in sizes:
        return sizes[asked]
    across, down = asked.split(":")
    height, width = sizes[f"{down}:{across}"]
    return width, height


def _size_by_area(kind: Kind, ratio: float) -> tuple[int, int]:
    ratio = min(max(ratio, 1 / WIDEST), WIDEST)
    height = round(math.sqrt(AREAS[kind] / ratio) / 2) * 2
    return round(height * ratio / 2) * 2, height
