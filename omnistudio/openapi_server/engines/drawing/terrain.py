"""Land seen in perspective: a height field drawn column by column, lit once and flown over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, mix, smooth
from omnistudio.openapi_server.engines.drawing.noise import Tile, looked_up

WORLD = 8.0
DEPTHS = 380
NEAR, FAR = 0.22, 7.6


@dataclass(frozen=True)
class Camera:
    """Where the eye stands (world units) and how it looks."""

    x: float
    z: float
    height: float
    horizon: float
    focal: float


class Land:
    """A repeating height field (n, n), one tile per `WORLD` units, with its light baked in."""

    def __init__(self, heights: Array, light: tuple[float, float, float]) -> None:
        self.heights = Tile(heights)
        step = WORLD / heights.shape[0]
        self.slope_x = (np.roll(heights, -1, 1) - np.roll(heights, 1, 1)) / (2 * step)
        self.slope_z = (np.roll(heights, -1, 0) - np.roll(heights, 1, 0)) / (2 * step)
        towards = np.array(light, np.float32)
        self.light = towards / np.linalg.norm(towards)
        length = np.sqrt(self.slope_x**2 + self.slope_z**2 + 1)
        facing = (-self.slope_x * self.light[0] + self.light[1] - self.slope_z * self.light[2]) / length
        self.flat = (1 / length).astype(np.float32)
        self.shine = (np.clip(facing, 0, 1) * self._shadows(heights, step)).astype(np.float32)

    def _shadows(self, heights: Array, step: float) -> Array:
        """0 in shadow to 1 in light, found by walking towards the light in growing strides."""
        half = heights[::2, ::2]
        open_light = np.ones_like(half)
        across, up, along = self.light
        level = max(float(np.hypot(across, along)), 1e-3)
        for stride in range(1, 26):
            reach = 1.6 * stride**1.35
            columns, rows = round(reach * across / level), round(reach * along / level)
            if columns == rows == 0:
                continue
            distance = float(np.hypot(columns, rows)) * step * 2
            clear = half + distance * up / level - np.roll(half, (-rows, -columns), (0, 1))
            open_light = np.minimum(open_light, np.clip(0.5 + clear * 24 / (1 + distance * 5), 0, 1))
        return open_light.repeat(2, 0).repeat(2, 1)

    def ground(self, x: float, z: float) -> float:
        """Height at a place."""
        return float(self.heights.at(np.array([x / WORLD], np.float32), np.array([z / WORLD], np.float32))[0])


@dataclass(frozen=True)
class Seen:
    """What each pixel of the land shows; all (rows, width). `hit` is False where the sky is.

    `crest` says, for pixels right above a crest, how far below their middle it is, in pixels; 2 elsewhere.
    """

    hit: Array
    x: Array
    z: Array
    distance: Array
    crest: Array


def look(land: Land, camera: Camera, x: Array, y: Array) -> Seen:
    """Find the land behind every pixel; x (1, width) and y (rows, 1) in units, x from the middle."""
    width, rows = x.shape[1], y.shape[0]
    depth = np.geomspace(NEAR, FAR, DEPTHS, dtype=np.float32)[:, None]
    across = camera.x + x / camera.focal * depth
    along = np.broadcast_to(camera.z + depth, across.shape)
    height = land.heights.at(across / WORLD, along / WORLD)
    screen = camera.horizon + camera.focal * (camera.height - height) / depth
    skyline = np.minimum.accumulate(screen, 0)
    pitch = float(y[1, 0] - y[0, 0])
    first_row = np.clip(np.ceil((skyline - y[0, 0]) / pitch), 0, rows).astype(np.int32)
    bins = first_row * width + np.arange(width, dtype=np.int32)
    counts = np.bincount(bins.ravel(), minlength=(rows + 1) * width).reshape(rows + 1, width)
    index = DEPTHS - np.cumsum(counts[:rows], 0)
    hit = index < DEPTHS
    behind = np.minimum(index, DEPTHS - 1)
    before = np.maximum(behind - 1, 0)
    columns = np.arange(width)[None]
    lower, upper = screen[before, columns], skyline[behind, columns]
    # Past a crest the two samples do not belong to one slope; then only the far one counts.
    joined = lower <= skyline[before, columns] + 1e-6
    crest = np.where(joined & hit, 2, np.clip((skyline[np.where(hit, before, behind), columns] - y) / pitch, 0, 2))
    part = np.where(joined, np.clip((lower - y) / np.maximum(lower - upper, 1e-6), 0, 1), 1)
    distance = mix(depth[before, 0], depth[behind, 0], part)
    return Seen(hit, camera.x + x / camera.focal * distance, camera.z + distance, distance, crest)


def softened(picture: Array, seen: Seen) -> Array:
    """The picture with the edges of crests drawn as the share of the pixel they cover."""
    above, below = picture[:-1], picture[1:]
    crest = seen.crest[:-1, :, None].astype(np.float32)
    over = np.where(crest < 1, np.clip(0.5 - crest, 0, 0.5), 0)
    under = np.where(crest < 1, np.clip(crest - 0.5, 0, 0.5), 0)
    soft = picture.copy()
    soft[:-1] += (below - above) * over
    soft[1:] += (above - below) * under
    return soft


def shade_lookup(baked: Array) -> Callable[[Seen], Array]:
    """A lookup of a baked colour map (n, n, 3), softer with distance so that it does not sparkle."""
    levels = [baked]
    while len(levels) < 4:
        last = levels[-1]
        levels.append((last[::2, ::2] + last[1::2, ::2] + last[::2, 1::2] + last[1::2, 1::2]) / 4)
    tiles = [[Tile(level[..., channel]) for channel in range(3)] for level in levels]

    def lookup(seen: Seen) -> Array:
        x, z = seen.x / WORLD, seen.z / WORLD
        colours = np.empty((*x.shape, 3), np.float32)
        # Rows of a landscape lie at similar distances, so one level of detail per band is enough.
        level = np.clip(np.log2(np.maximum(np.median(seen.distance, 1), 0.1) / 1.3), 0, 3)
        for number in range(4):
            rows = np.flatnonzero(np.round(level) == number)
            if rows.size:
                for channel, values in enumerate(looked_up(tiles[number], x[rows], z[rows])):
                    colours[rows, :, channel] = values
        return colours

    return lookup


def hazed(colours: Array, seen: Seen, haze: Array, density: float, start: float = 0.5) -> Array:
    """Colours fading into the haze with distance."""
    amount = 1 - np.exp(-np.maximum(seen.distance - start, 0) * density)
    amount = np.maximum(amount, smooth(FAR * 0.7, FAR, seen.distance))
    return np.asarray(mix(colours, haze, amount[..., None]), np.float32)
