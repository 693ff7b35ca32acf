"""Operations on whole pictures: blurs, enlarging, layers over layers, finishing."""

from __future__ import annotations

import numpy as np
from PIL import Image

from omnistudio.openapi_server.engines.drawing.colour import Array, encode, smooth

SHOULDER = np.float32(0.72)


def resized(picture: Array, width: int, height: int, smooth_fit: bool = True) -> Array:
    """A float picture, (h, w) or (h, w, n), at another size."""
    method = Image.Resampling.BICUBIC if smooth_fit else Image.Resampling.BILINEAR
    if picture.ndim == 2:
        return np.asarray(Image.fromarray(np.ascontiguousarray(picture, np.float32)).resize((width, height), method))
    return np.stack([resized(picture[..., i], width, height, smooth_fit) for i in range(picture.shape[-1])], -1)


def blurred(picture: Array, radius: float) -> Array:
    """A soft blur of about `radius` pixels, done on a smaller copy because nobody sees the difference."""
    height, width = picture.shape[:2]
    shrink = max(1.0, radius / 2)
    small_width, small_height = max(4, round(width / shrink)), max(4, round(height / shrink))
    small = box_mean(box_mean(resized(picture, small_width, small_height, False), 2), 2)
    return resized(small, width, height)


def box_mean(picture: Array, reach: int) -> Array:
    """Mean over a (2*reach+1) square, edges held."""
    if picture.ndim == 3:
        # One channel at a time: the running sums are in double precision and would take much memory at once.
        return np.stack([box_mean(picture[..., i], reach) for i in range(picture.shape[-1])], -1)
    span = 2 * reach + 1
    for axis in (0, 1):
        pad = [(reach + 1, reach) if i == axis else (0, 0) for i in range(2)]
        sums = np.cumsum(np.pad(picture, pad, mode="edge"), axis=axis, dtype=np.float64)
        ends = (sums[span:] - sums[:-span]) if axis == 0 else (sums[:, span:] - sums[:, :-span])
        picture = (ends / span).astype(np.float32)
    return picture


def shifted(layer: Array, offset: float, width: int) -> Array:
    """`width` columns of a wider layer from a fractional column on, so that slow moves do not step."""
    whole = int(np.floor(offset))
    part = np.float32(offset - whole)
    whole = min(max(whole, 0), layer.shape[1] - width - 1)
    left = layer[:, whole : whole + width]
    return left + (layer[:, whole + 1 : whole + width + 1] - left) * part


def lay(picture: Array, layer: Array, top: int = 0) -> None:
    """Lay a premultiplied RGBA layer over the picture from row `top` on, in place."""
    rows = picture[top : top + layer.shape[0]]
    rows *= 1 - layer[..., 3:]
    rows += layer[..., :3]


def sprinkle(
    picture: Array, columns: Array, rows: Array, strength: Array, colour: Array, spread: float = 0.75
) -> None:
    """Add soft points at fractional places, in place; `spread` is in square pixels."""
    height, width = picture.shape[:2]
    reach = min(8, int(2 * spread**0.5) + 1)
    for down in range(-reach + 1, reach + 1):
        for across in range(-reach + 1, reach + 1):
            x, y = np.floor(columns) + across, np.floor(rows) + down
            inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            distance = (columns - x) ** 2 + (rows - y) ** 2
            weight = (strength * np.exp(-distance / spread))[inside]
            tint = colour[inside] if colour.ndim == 2 else colour
            np.add.at(picture, (y[inside].astype(int), x[inside].astype(int)), weight[:, None] * tint)


def shoulder(light: Array) -> Array:
    """Linear light whose brightest part bends softly into white instead of clipping to a flat yellow."""
    over = np.maximum(light - SHOULDER, 0)
    room = 1 - SHOULDER
    return np.where(over > 0, SHOULDER + room * over / (over + room), light)


class Finish:
    """Vignette, grain and rounding to bytes; made once, so that the grain stands still in a film."""

    def __init__(
        self, width: int, height: int, seed: int, vignette: float = 0.14, grain: float = 0.008, soft: bool = True
    ) -> None:
        self._soft = soft
        rng = np.random.default_rng(seed)
        across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None]
        down = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
        self._shade = (1 - vignette * smooth(0.32, 0.8, np.hypot(across, down)))[..., None]
        # The triangular part hides the steps of 8 bit gradients, the normal part looks like film.
        speckle = rng.standard_normal((height, width), dtype=np.float32) * grain
        speckle += (rng.random((height, width), np.float32) - rng.random((height, width), np.float32)) / 255
        self._grain = speckle[..., None] + np.float32(0.5 / 255)

    def bytes_of(self, light: Array) -> Array:
        """uint8 RGB, (h, w, 3), of linear light."""
        display = encode(shoulder(light) if self._soft else light) * self._shade + self._grain
        return (np.clip(display, 0, 1) * 255).astype(np.uint8)
