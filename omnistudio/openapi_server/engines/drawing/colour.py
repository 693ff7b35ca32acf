"""Colour arithmetic: linear RGB, sRGB, OKLab, ramps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

TABLE_SIZE = 4096
_TO_LMS = np.array(
    [[0.41222147, 0.53633254, 0.05144599], [0.2119035, 0.6806996, 0.1073969], [0.08830246, 0.28171884, 0.6299787]],
    np.float32,
)
_TO_LAB = np.array(
    [[0.21045426, 0.7936178, -0.00407205], [1.9779985, -2.4285922, 0.4505937], [0.02590404, 0.78277177, -0.80867577]],
    np.float32,
)
_FROM_LAB = np.linalg.inv(_TO_LAB).astype(np.float32)
_FROM_LMS = np.linalg.inv(_TO_LMS).astype(np.float32)


def linear(code: str) -> Array:
    """Linear RGB, shape (3,), of an sRGB code such as `#c8452f`."""
    digits = code.lstrip("#")
    encoded = np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32)
    return decode(encoded)


def linears(*codes: str) -> Array:
    """Linear RGB stops, shape (n, 3)."""
    return np.stack([linear(code) for code in codes])


def decode(encoded: Array) -> Array:
    """Linear light of display values in 0..1."""
    return np.asarray(encoded, np.float32) ** np.float32(2.2)


def encode(light: Array) -> Array:
    """Display values in 0..1 of linear light; clips what cannot be shown."""
    return np.clip(light, 0, 1) ** np.float32(1 / 2.2)


def to_lab(light: Array) -> Array:
    """OKLab of linear RGB, last axis 3."""
    return np.cbrt(np.maximum(light, 0) @ _TO_LMS.T) @ _TO_LAB.T


def from_lab(lab: Array) -> Array:
    """Linear RGB of OKLab, last axis 3, never negative."""
    return np.maximum((lab @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T, 0)


def luminance(light: Array) -> Array:
    """Relative luminance of linear RGB."""
    return light @ np.array([0.2126, 0.7152, 0.0722], np.float32)


def mix(first: Any, second: Any, amount: Any) -> Any:
    """Straight line from first (0) to second (1)."""
    return first + (second - first) * amount


def smooth(low: float, high: float, value: Any) -> Any:
    """Smoothstep; `low` may be above `high` for a falling edge, and is a step where both are the same."""
    part = np.clip((value - low) / (high - low or 1e-9), 0, 1)
    return part * part * (3 - 2 * part)


def ramp(position: Any, stops: Array, places: Sequence[float] | None = None) -> Array:
    """Colours of `stops` (n, 3) at `position` in 0..1; `places` are the stops' positions, even if None."""
    if places is None:
        places = np.linspace(0, 1, len(stops)).tolist()
    steps = np.linspace(0, 1, TABLE_SIZE)
    table = np.stack([np.interp(steps, places, stops[:, channel]) for channel in range(3)], -1).astype(np.float32)
    index = (np.clip(np.asarray(position), 0, 1) * (TABLE_SIZE - 1)).astype(np.int32)
    return table[index]


def turned(light: Array, degrees: float) -> Array:
    """The same colours with the hue turned."""
    lab = to_lab(light)
    angle = np.radians(degrees)
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    green_red = lab[..., 1] * cosine - lab[..., 2] * sine
    blue_yellow = lab[..., 1] * sine + lab[..., 2] * cosine
    return from_lab(np.stack([lab[..., 0], green_red, blue_yellow], -1))
