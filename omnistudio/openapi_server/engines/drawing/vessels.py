"""Half outlines (radius, height) of things turned on a wheel, from the foot up."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array

Outline = list[tuple[float, float]]


def _outline(points: str) -> Outline:
    pairs = (pair.split(",") for pair in points.split())
    return [(float(radius), float(height)) for radius, height in pairs]


# The last points of a vessel go down its inner wall, which makes it hollow.
VESSELS: dict[str, Outline] = {
    "vase": _outline(
        "0,0 0.24,0 0.3,0.05 0.46,0.3 0.5,0.5 0.46,0.68 0.33,0.85 0.19,0.96 0.15,1.06 "
        "0.16,1.2 0.22,1.3 0.18,1.3 0.12,1.18 0.11,1.05 0.1,0.95"
    ),
    "bottle": _outline(
        "0,0 0.25,0 0.29,0.06 0.3,0.55 0.27,0.74 0.15,0.9 0.085,1.02 0.08,1.5 0.11,1.56 0.08,1.56 0.05,1.5 0.05,1"
    ),
    "bowl": _outline("0,0 0.2,0 0.21,0.06 0.36,0.16 0.5,0.36 0.54,0.5 0.5,0.5 0.45,0.37 0.32,0.2 0,0.12"),
    "cup": _outline("0,0 0.17,0 0.22,0.05 0.25,0.3 0.26,0.46 0.22,0.46 0.2,0.28 0,0.1"),
    "jar": _outline("0,0 0.28,0 0.4,0.12 0.45,0.36 0.42,0.58 0.3,0.72 0.22,0.76 0.24,0.82 0.19,0.82 0.17,0.72"),
    "moon": _outline(
        "0,0 0.22,0 0.42,0.12 0.55,0.36 0.58,0.55 0.53,0.78 0.38,0.98 0.24,1.06 0.25,1.12 0.2,1.12 0.18,1.02"
    ),
    "amphora": _outline(
        "0,0 0.16,0 0.18,0.04 0.13,0.12 0.22,0.34 0.34,0.7 0.36,0.92 0.3,1.1 0.15,1.24 "
        "0.12,1.36 0.17,1.48 0.13,1.48 0.08,1.34 0.08,1.2"
    ),
}


def smoothed(outline: Outline) -> Array:
    """The outline with its corners cut, as a wheel would leave it, (n, 2)."""
    points = np.array(outline, np.float32)
    for _ in range(3):
        first, last = points[:1], points[-1:]
        quarter = points[:-1] * 0.75 + points[1:] * 0.25
        three = points[:-1] * 0.25 + points[1:] * 0.75
        points = np.concatenate([first, np.stack([quarter, three], 1).reshape(-1, 2), last])
    return points


def pebble(radius: float, half: float) -> Array:
    """The outline of a rounded stone, (n, 2), a little fuller than an ellipse."""
    turn = np.linspace(-np.pi / 2, np.pi / 2, 44)
    full = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.92
    return np.stack([radius * np.abs(np.cos(turn)) ** 0.94, half * full + half], -1).astype(np.float32)


def drum(radius: float, height: float) -> Array:
    """The outline of a plinth, (n, 2)."""
    return np.array([(0, 0), (radius, 0), (radius, height), (0, height)], np.float32)
