"""Noise: along a line, over a picture, and endless tiles that can be looked up anywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from omnistudio.openapi_server.engines.drawing.colour import Array


def line(where: Any, seed: int, octaves: int = 5, gain: float = 0.5, ridged: bool = False) -> Array:
    """Fractal gradient noise along a line, about -1..1; `where` counts cells of the first octave."""
    slopes = np.random.default_rng(seed).uniform(-1, 1, 256).astype(np.float32)
    where = np.asarray(where, np.float64)
    total = np.zeros(where.shape, np.float32)
    strength = 0.5
    for octave in range(octaves):
        cell = np.floor(where)
        inside = (where - cell).astype(np.float32)
        index = cell.astype(np.int64)
        ease = inside * inside * inside * (inside * (inside * 6 - 15) + 10)
        before = slopes[(index + octave * 57) & 255] * inside
        after = slopes[(index + 1 + octave * 57) & 255] * (inside - 1)
        value = (before + (after - before) * ease) * 2.4
        total += strength * (1 - 2 * np.abs(value) if ridged else value)
        where = where * 2.03 + 11.7
        strength *= gain
    return total


def cloud(
    width: int, height: int, cells: float, seed: int, octaves: int = 4, gain: float = 0.5, stretch: float = 1.0
) -> Array:
    """Fractal noise over a picture, (height, width), about -1..1.

    `cells` counts cells over the square root of the area, `stretch` makes them wider than tall.
    """
    rng = np.random.default_rng(seed)
    unit = math.sqrt(width * height)
    total = np.zeros((height, width), np.float32)
    strength = 0.62
    for _ in range(octaves):
        across = cells * width / unit / stretch
        down = cells * height / unit
        total += strength * _lattice(rng, width, height, across, down)
        strength *= gain
        cells *= 2.07
    return total


def _lattice(rng: np.random.Generator, width: int, height: int, across: float, down: float) -> Array:
    """Random values on a lattice, enlarged smoothly; lattice finer than pixels is cut off."""
    across, down = min(across, width), min(down, height)
    values = rng.standard_normal((math.ceil(down) + 5, math.ceil(across) + 5)).astype(np.float32) * 0.62
    shift_x, shift_y = rng.uniform(1, 2, 2)
    box = (shift_x, shift_y, shift_x + across, shift_y + down)
    return np.asarray(Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC, box=box))


class Tile:
    """Noise that repeats without a seam and can be looked up at any place."""

    def __init__(self, values: Array) -> None:
        self.size = values.shape[0]
        # A power of two, so that wrapping around is a mask and not a division.
        self._bits = self.size.bit_length() - 1
        self._mask = self.size - 1
        self.values = np.ascontiguousarray(values, np.float32)
        self._flat = self.values.ravel()

    @classmethod
    def fractal(cls, seed: int, size: int = 512, low: float = 3.0, slope: float = 1.9, high: float = 1e9) -> Tile:
        """A random spectrum falling as frequency**-slope above `low` waves per tile; spread about -1..1."""
        rng = np.random.default_rng(seed)
        down = np.fft.fftfreq(size, 1 / size).astype(np.float32)[:, None]
        across = np.fft.rfftfreq(size, 1 / size).astype(np.float32)[None]
        frequency = np.hypot(down, across)
        strength = np.where(frequency > 0, (frequency**2 + low**2) ** (-slope / 2), 0)
        strength = strength * np.exp(-((frequency / high) ** 2)) * (1 - np.exp(-((frequency / low) ** 4)))
        phase = rng.uniform(0, 2 * np.pi, strength.shape).astype(np.float32)
        values = np.fft.irfft2(strength * np.exp(1j * phase), (size, size))
        return cls((values / (values.std() * 2.2)).astype(np.float32))

    def at(self, x: Array, y: Array) -> Array:
        """Smoothly interpolated values at tile coordinates: one whole tile per unit."""
        return looked_up((self,), x, y)[0]

    def soft_at(self, x: Array, y: Array) -> Array:
        """Like `at`, but with even slopes: for fields that are lit, where straight cells would show as facets."""
        column, row = x * self.size, y * self.size
        middle, centre = np.floor(column + 0.5), np.floor(row + 0.5)
        across = _spline_weights((column - middle).astype(np.float32))
        down = _spline_weights((row - centre).astype(np.float32))
        columns = [(middle.astype(np.int32) + step) & self._mask for step in (-1, 0, 1)]
        total = np.zeros(column.shape, np.float32)
        for step in range(3):
            start = ((centre.astype(np.int32) + step - 1) & self._mask) << self._bits
            taps = sum(self._flat[start + columns[i]] * across[i] for i in range(3))
            total += taps * down[step]
        return total


def _spline_weights(offset: Array) -> tuple[Array, Array, Array]:
    """Quadratic B-spline weights for an offset of -0.5..0.5 from the middle sample."""
    return 0.5 * (0.5 - offset) ** 2, 0.75 - offset**2, 0.5 * (0.5 + offset) ** 2


def looked_up(tiles: Sequence[Tile], x: Array, y: Array) -> list[Array]:
    """Values of several tiles of one size at the same tile coordinates; the places are worked out once."""
    first = tiles[0]
    column, row = np.float32(first.size) * x, np.float32(first.size) * y
    left, top = np.floor(column), np.floor(row)
    across, down = column - left, row - top
    left_index, top_index = left.astype(np.int32), top.astype(np.int32)
    right_index = (left_index + 1) & first._mask
    left_index &= first._mask
    bottom_index = ((top_index + 1) & first._mask) << first._bits
    top_index = (top_index & first._mask) << first._bits
    corners = (top_index + left_index, top_index + right_index, bottom_index + left_index, bottom_index + right_index)
    found = []
    for tile in tiles:
        upper, beside, lower, opposite = (tile._flat.take(corner) for corner in corners)
        upper += (beside - upper) * across
        lower += (opposite - lower) * across
        lower -= upper
        lower *= down
        lower += upper
        found.append(lower)
    return found
