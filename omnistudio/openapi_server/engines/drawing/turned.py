"""Solids turned on a wheel: vases, bowls, plinths, stones. Their distance is looked up in a table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array
from omnistudio.openapi_server.engines.drawing.raster import box_mean

ROWS, COLUMNS = 224, 160
MARGIN = 0.35


class Profile:
    """Half an outline (radius, height) as a table of distance, its slopes, and the place along the outline."""

    def __init__(self, outline: list[tuple[float, float]], rounding: float = 0.012) -> None:
        points = np.array(outline, np.float32)
        self.radius = float(points[:, 0].max()) + rounding
        self.low, self.high = float(points[:, 1].min()) - rounding, float(points[:, 1].max()) + rounding
        radius = np.linspace(-0.04, self.radius + MARGIN, COLUMNS, dtype=np.float32)[None]
        height = np.linspace(self.low - MARGIN, self.high + MARGIN, ROWS, dtype=np.float32)[:, None]
        distance, place = self._measure(points, np.abs(radius), height)
        distance -= rounding
        self._origin = (float(radius[0, 0]), float(height[0, 0]))
        self._scale = (1 / float(radius[0, 1] - radius[0, 0]), 1 / float(height[1, 0] - height[0, 0]))
        up, out = np.gradient(distance)
        # The outline is made of short straight pieces; a little smoothing hides them from the light.
        up, out = box_mean(up * self._scale[1], 2), box_mean(out * self._scale[0], 2)
        self._table = np.stack([distance, out, up, place], -1).reshape(-1, 4).astype(np.float32)
        self._distance = np.ascontiguousarray(self._table[:, 0])

    @staticmethod
    def _measure(points: Array, radius: Array, height: Array) -> tuple[Array, Array]:
        """Signed distance to the closed outline and the place 0..1 along it."""
        shape = np.broadcast_shapes(radius.shape, height.shape)
        nearest, place, inside = np.full(shape, 9.0, np.float32), np.zeros(shape, np.float32), np.zeros(shape, bool)
        closed = np.concatenate([points, [[0, points[-1, 1]], [0, points[0, 1]]], points[:1]])
        steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
        for number, (start, end) in enumerate(pairwise(closed)):
            edge = end - start
            if not edge.any():
                continue
            part = ((radius - start[0]) * edge[0] + (height - start[1]) * edge[1]) / float(edge @ edge)
            part = np.clip(part, 0, 1)
            away = np.hypot(radius - start[0] - part * edge[0], height - start[1] - part * edge[1])
            axis = start[0] == 0 and end[0] == 0
            if not axis:
                closer = away < nearest
                along = steps[min(number, len(steps) - 1)] + part * float(np.hypot(*edge)) * (
                    number < len(points) - 1
                )
                nearest = np.where(closer, away, nearest)
                place = np.where(closer, along / steps[-1], place)
            crosses = (start[1] > height) != (end[1] > height)
            if edge[1] != 0:
                inside ^= crosses & (radius < start[0] + (height - start[1]) / edge[1] * edge[0])
        return np.where(inside, -nearest, nearest).astype(np.float32), place.astype(np.float32)

    def _cells(self, radius: Array, height: Array) -> tuple[Array, Array, Array, Array]:
        column = np.clip((radius - self._origin[0]) * self._scale[0], 0, COLUMNS - 1.001)
        row = np.clip((height - self._origin[1]) * self._scale[1], 0, ROWS - 1.001)
        left, top = column.astype(np.int32), row.astype(np.int32)
        return top * COLUMNS + left, column - left, row - top, left

    def distance(self, radius: Array, height: Array) -> Array:
        """Signed distance at places on the half plane."""
        index, across, down, _ = self._cells(radius, height)
        table = self._distance
        upper, lower = table.take(index), table.take(index + COLUMNS)
        upper += (table.take(index + 1) - upper) * across
        lower += (table.take(index + COLUMNS + 1) - lower) * across
        lower -= upper
        return np.asarray(upper + lower * down)

    def surface(self, radius: Array, height: Array) -> Array:
        """(n, 4): distance, slope outwards, slope upwards, place along the outline."""
        index, across, down, _ = self._cells(radius, height)
        table, across, down = self._table, across[:, None], down[:, None]
        upper = table[index] + (table[index + 1] - table[index]) * across
        lower = table[index + COLUMNS] + (table[index + COLUMNS + 1] - table[index + COLUMNS]) * across
        return np.asarray(upper + (lower - upper) * down)


@dataclass(frozen=True)
class Solid:
    """A profile standing somewhere; `flat` squeezes it in depth, `colour` is linear RGB, `gloss` 0..1."""

    profile: Profile
    x: float
    y: float
    z: float
    colour: Array
    gloss: float = 0.3
    speckle: float = 0.06
    flat: float = 1.0
    turn: float = 0.0

    @property
    def middle(self) -> Array:
        """Centre of the bounding ball."""
        return np.array([self.x, self.y + (self.profile.low + self.profile.high) / 2, self.z], np.float32)

    @property
    def reach(self) -> float:
        """Radius of the bounding ball."""
        return float(np.hypot(self.profile.radius, (self.profile.high - self.profile.low) / 2)) + 0.01

    def corners(self) -> Array:
        """The corners of the upright box around the solid, (8, 3)."""
        wide, low, high = self.profile.radius, self.y + self.profile.low, self.y + self.profile.high
        return np.array(
            [(self.x + i * wide, up, self.z + k * wide) for i in (-1, 1) for up in (low, high) for k in (-1, 1)],
            np.float32,
        )

    def local(self, points: Array) -> tuple[Array, Array, Array]:
        """Right, up and forward of points (n, 3) in the solid's own frame, forward unsqueezed."""
        return self.turned(points - np.array([self.x, self.y, self.z], np.float32))

    def turned(self, ways: Array) -> tuple[Array, Array, Array]:
        """Right, up and forward of directions (n, 3) in the solid's own frame, forward unsqueezed."""
        right, forward = ways[:, 0], ways[:, 2]
        cosine, sine = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        return right * cosine + forward * sine, ways[:, 1], (forward * cosine - right * sine) / self.flat

    def distance(self, points: Array) -> Array:
        """A distance that is never too long, (n,)."""
        right, up, forward = self.local(points)
        radius = np.sqrt(right * right + forward * forward)
        distance = self.profile.distance(radius, up)
        # Outside the table the distance to its border is missing; the ball around the solid bounds it.
        beyond = np.sqrt(radius * radius + (up - (self.profile.low + self.profile.high) / 2) ** 2) - self.reach
        return np.maximum(distance, beyond * 0.98) * np.float32(self.flat)

    def normal_and_place(self, points: Array) -> tuple[Array, Array, Array]:
        """Unit normals (n, 3), place along the outline (n,) and angle 0..1 around the axis (n,)."""
        right, up, forward = self.local(points)
        radius = np.maximum(np.sqrt(right * right + forward * forward), 1e-5)
        slopes = self.profile.surface(radius, up)
        local_right, local_forward = slopes[:, 1] * right / radius, slopes[:, 1] * forward / radius / self.flat
        cosine, sine = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        normal = np.stack(
            [local_right * cosine - local_forward * sine, slopes[:, 2], local_right * sine + local_forward * cosine],
            -1,
        )
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-6
        return normal, slopes[:, 3], np.arctan2(forward, right) / (2 * np.pi) + 0.5

    def point_at(self, place: Array, angle: Array, outline: Array) -> Array:
        """Points on the surface for places 0..1 along the outline and angles 0..1, (n, 3)."""
        steps = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(outline, axis=0).T))])
        radius = np.interp(place, steps / steps[-1], outline[:, 0])
        up = np.interp(place, steps / steps[-1], outline[:, 1])
        turn = (angle - 0.5) * 2 * np.pi
        right, forward = radius * np.cos(turn), radius * np.sin(turn) * self.flat
        cosine, sine = np.cos(self.turn), np.sin(self.turn)
        x, z = right * cosine - forward * sine, right * sine + forward * cosine
        return np.stack([self.x + x, self.y + up, self.z + z], -1).astype(np.float32)
