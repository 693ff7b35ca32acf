"""A photographer's table: solids on an endless floor, one soft key light, traced with baked light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, mix, smooth
from omnistudio.openapi_server.engines.drawing.noise import Tile
from omnistudio.openapi_server.engines.drawing.raster import resized
from omnistudio.openapi_server.engines.drawing.turned import Solid

FLOOR_CELLS, FLOOR_REACH = 300, 4.5
SKIN_CELLS = 72
STEPS = 28
MET = 0.0015


@dataclass(frozen=True)
class View:
    """A camera: place, axes (3, 3) right/up/forward, and world units per unit of picture at distance one."""

    place: Array
    axes: Array
    spread: float

    @classmethod
    def looking(cls, place: tuple[float, float, float], target: tuple[float, float, float], spread: float) -> View:
        """A camera at a place that looks at a target."""
        eye = np.array(place, np.float32)
        forward = np.array(target, np.float32) - eye
        forward /= np.linalg.norm(forward)
        right = np.cross(np.array([0, 1, 0], np.float32), forward)
        right /= np.linalg.norm(right)
        return cls(eye, np.stack([right, np.cross(forward, right), forward]).astype(np.float32), spread)

    def rays(self, x: Array, y: Array) -> Array:
        """Unit directions (n, 3) for picture places, in units from the middle, y downwards."""
        ways = np.stack([x * self.spread, -y * self.spread, np.ones_like(x)], -1) @ self.axes
        return np.asarray(ways / np.sqrt((ways * ways).sum(-1, keepdims=True)))

    def window(self, solid: Solid) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of the solid's box in the picture."""
        seen = (solid.corners() - self.place) @ self.axes.T
        x, y = seen[:, 0] / seen[:, 2] / self.spread, -seen[:, 1] / seen[:, 2] / self.spread
        return float(x.min()), float(x.max()), float(y.min()), float(y.max())


@dataclass(frozen=True)
class Mood:
    """Colours of light and room (linear RGB) and the direction to the key light."""

    key: Array
    ambient: Array
    room_high: Array
    room_low: Array
    floor: Array
    light: Array


class Studio:
    """Solids with their light baked in; draws lists of rays."""

    def __init__(self, solids: list[Solid], outlines: list[Array], mood: Mood, seed: int) -> None:
        self.solids, self.mood = solids, mood
        self.grain = Tile.fractal(seed, 256, 6, 1.4)
        self.leaves = Tile.fractal(seed + 1, 256, 4, 2.2, 22)
        self._floor = self._bake_floor()
        self._skins = [self._bake_skin(solid, outline) for solid, outline in zip(solids, outlines, strict=True)]

    def _shadow(self, points: Array, skip: Solid | None = None) -> Array:
        """How much of the key light reaches points, 0..1, with soft edges."""
        light, open_light = self.mood.light, np.ones(len(points), np.float32)
        for solid in self.solids:
            offset = points - solid.middle
            along = -(offset @ light)
            aside = np.sqrt(np.maximum((offset * offset).sum(-1) - along * along, 0))
            near = np.flatnonzero((aside < solid.reach * 1.35 + 0.05) & (along > -solid.reach))
            if solid is skip or not near.size:
                continue
            start = np.maximum(along[near] - solid.reach * 1.2, 0.02)
            travelled, origin = start.astype(np.float32), points[near]
            seen = np.ones(len(near), np.float32)
            for _ in range(20):
                gap = solid.distance(origin + light * travelled[:, None])
                seen = np.minimum(seen, np.clip(0.5 + 7.5 * gap / travelled, 0, 1))
                travelled = travelled + np.clip(gap, 0.02, 0.3)
            open_light[near] = np.minimum(open_light[near], smooth(0.42, 1.0, seen))
        return open_light

    def _openness(self, points: Array, normals: Array) -> Array:
        """How open the room is above points, 0..1: dark in the creases."""
        closed = np.zeros(len(points), np.float32)
        for reach in (0.05, 0.13, 0.28, 0.55):
            probe = points + normals * reach
            gap = np.minimum(probe[:, 1], 9)
            for solid in self.solids:
                gap = np.minimum(gap, solid.distance(probe))
            closed += np.clip(reach - gap, 0, 1) * 0.62 / reach * 0.5
        return np.clip(1 - closed, 0.08, 1)

    def _bake_floor(self) -> Array:
        """(cells, cells, 2): key light and openness on the floor."""
        place = np.linspace(-FLOOR_REACH, FLOOR_REACH, FLOOR_CELLS, dtype=np.float32)
        x, z = np.meshgrid(place, place)
        points = np.stack([x, np.full_like(x, 0.001), z], -1).reshape(-1, 3)
        up = np.zeros_like(points) + np.array([0, 1, 0], np.float32)
        baked = np.stack([self._shadow(points), self._openness(points, up)], -1)
        return np.asarray(baked.reshape(FLOOR_CELLS, FLOOR_CELLS, 2))

    def _bake_skin(self, solid: Solid, outline: Array) -> Array:
        """(cells, cells + 1, 2): key light and openness by place and angle; the first angle repeats at the end."""
        place, angle = np.meshgrid(
            np.linspace(0.002, 0.998, SKIN_CELLS), np.linspace(0, 1, SKIN_CELLS + 1), indexing="ij"
        )
        points = solid.point_at(place.ravel(), angle.ravel(), outline)
        normals = solid.normal_and_place(points)[0]
        points = points + normals * 0.02
        own = np.clip(normals @ self.mood.light * 6 + 0.6, 0, 1)
        baked = np.stack([self._shadow(points, solid) * own, self._openness(points, normals)], -1)
        return baked.reshape(SKIN_CELLS, SKIN_CELLS + 1, 2).astype(np.float32)

    def _dapple(self, points: Array, moment: float) -> Array:
        """Light that has come through moving leaves, 0..1."""
        across = points[:, 0] - points[:, 1] * self.mood.light[0] / self.mood.light[1]
        along = points[:, 2] - points[:, 1] * self.mood.light[2] / self.mood.light[1]
        sway = 0.012 * float(np.sin(moment * 6.28))
        leaves = self.leaves.at(across * 0.085 + sway + moment * 0.035, along * 0.085 + sway * 0.5)
        return np.asarray(0.5 + 0.5 * smooth(-0.35, 0.3, leaves))

    def floor_colours(self, ways: Array, view: View, moment: float) -> Array:
        """Colours of the floor and the room behind it, (n, 3)."""
        mood = self.mood
        room = mix(mood.room_low, mood.room_high, smooth(-0.12, 0.42, ways[:, 1:2]))
        down = np.minimum(ways[:, 1], -1e-3)
        distance = -view.place[1] / down
        points = view.place + ways * distance[:, None]
        baked = _bilinear(self._floor, (points[:, 2] / FLOOR_REACH + 1) / 2, (points[:, 0] / FLOOR_REACH + 1) / 2)
        inside = smooth(1.0, 0.85, np.maximum(np.abs(points[:, 0]), np.abs(points[:, 2])) / FLOOR_REACH)
        baked = 1 + (baked - 1) * inside[:, None]
        direct = baked[:, 0] * mood.light[1] * self._dapple(points, moment)
        floor = mood.floor * (mood.key * direct[:, None] + mood.ambient * baked[:, 1:2])
        far = np.maximum(smooth(4.0, 11.0, distance), smooth(-0.02, -0.001, ways[:, 1]))
        return np.asarray(mix(floor, room, far[:, None]), np.float32)

    def draw(self, x: Array, y: Array, view: View, moment: float, floor: Array) -> tuple[Array, Array]:
        """Colours (n, 3) and solid numbers (n,; -1 for the floor) of picture places over a floor picture."""
        colours, owner = floor, np.full(len(x), -1, np.int8)
        depth = np.full(len(x), 99.0, np.float32)
        # Near solids first: rays that have met one are not followed behind it.
        away = [float(np.sum((solid.middle - view.place) ** 2)) for solid in self.solids]
        for number in np.argsort(away):
            solid = self.solids[number]
            left, right, top, bottom = view.window(solid)
            chosen = np.flatnonzero((x > left) & (x < right) & (y > top) & (y < bottom))
            if not chosen.size:
                continue
            ways = view.rays(x[chosen], y[chosen])
            hit, distance = _march(solid, view.place, ways, depth[chosen])
            chosen, ways, distance = chosen[hit], ways[hit], distance[hit]
            depth[chosen], owner[chosen] = distance, number
            if chosen.size:
                colours[chosen] = self._skin_colours(int(number), view.place + ways * distance[:, None], ways, moment)
        return colours, owner

    def _skin_colours(self, number: int, points: Array, ways: Array, moment: float) -> Array:
        solid, mood = self.solids[number], self.mood
        normals, place, angle = solid.normal_and_place(points)
        baked = _bilinear(self._skins[number], place, angle)
        direct = np.clip(normals @ mood.light, 0, 1) * baked[:, 0] * self._dapple(points, moment)
        _, up, _ = solid.local(points)
        fleck = 1 + solid.speckle * self.grain.at(angle * 0.9 + number * 0.37, up * 0.45 + number * 0.2)
        half = mood.light - ways
        half = half / np.sqrt((half * half).sum(-1, keepdims=True))
        shine = np.clip((normals * half).sum(-1), 0, 1)
        highlight = (shine**70 * solid.gloss * 0.9 + shine**14 * solid.gloss * 0.1) * baked[:, 0]
        graze = (1 - np.clip(-(normals * ways).sum(-1), 0, 1)) ** 4 * (0.12 + 0.3 * solid.gloss)
        bounce = np.clip(-normals[:, 1], 0, 1)[:, None] * mood.floor * 0.35
        sky = mix(mood.room_low, mood.room_high, np.clip(normals[:, 1:2] * 0.5 + 0.5, 0, 1))
        ambient = (mood.ambient * (0.62 + 0.38 * normals[:, 1:2]) + bounce) * baked[:, 1:2]
        body = (solid.colour * fleck[:, None]) * (mood.key * direct[:, None] + ambient)
        return np.asarray(body + highlight[:, None] * mood.key + (graze * baked[:, 1])[:, None] * sky, np.float32)

    def picture(self, width: int, height: int, view: View, moment: float) -> Array:
        """The whole picture; edges of solids are drawn again with more rays."""
        unit = float(np.sqrt(width * height))
        columns = ((np.arange(width, dtype=np.float32) + 0.5) - width / 2) / unit
        rows = ((np.arange(height, dtype=np.float32) + 0.5) - height / 2) / unit
        floor = resized(self._floor_small(width, height, unit, view, moment), width, height)
        x, y = (grid.ravel() for grid in np.meshgrid(columns, rows))
        colours, owner = self.draw(x, y, view, moment, np.ascontiguousarray(floor).reshape(-1, 3))
        edges = _edges(owner.reshape(height, width))
        self._refine(colours, edges, x, y, unit, view, moment)
        return colours.reshape(height, width, 3)

    def _floor_small(self, width: int, height: int, unit: float, view: View, moment: float) -> Array:
        """The floor at a third of the size: everything on it is soft."""
        columns, rows = -(-width // 3), -(-height // 3)
        across = (np.arange(columns, dtype=np.float32) + 0.5) * (width / columns) - width / 2
        down = (np.arange(rows, dtype=np.float32) + 0.5) * (height / rows) - height / 2
        x, y = np.meshgrid(across / np.float32(unit), down / np.float32(unit))
        ways = view.rays(x.ravel(), y.ravel())
        return self.floor_colours(ways, view, moment).reshape(rows, columns, 3)

    def _refine(
        self, colours: Array, edges: Array, x: Array, y: Array, unit: float, view: View, moment: float
    ) -> None:
        across = np.array([-0.375, 0.125, 0.375, -0.125], np.float32)[:, None] / unit
        down = np.array([-0.125, -0.375, 0.125, 0.375], np.float32)[:, None] / unit
        near_x, near_y = (x[edges] + across).ravel(), (y[edges] + down).ravel()
        floor = self.floor_colours(view.rays(near_x, near_y), view, moment)
        finer = self.draw(near_x, near_y, view, moment, floor)[0]
        colours[edges] = finer.reshape(4, len(edges), 3).mean(0)


def _edges(owner: Array) -> Array:
    """Flat numbers of the pixels next to a pixel of another solid."""
    edge = np.zeros(owner.shape, bool)
    across, down = owner[:, 1:] != owner[:, :-1], owner[1:] != owner[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= down
    edge[:-1] |= down
    return np.flatnonzero(edge)


def _march(solid: Solid, place: Array, ways: Array, depth: Array) -> tuple[Array, Array]:
    """Whether rays meet a solid nearer than `depth`, and how far away.

    In the solid's frame the squared distance from its axis is a parabola along the ray, so a step needs only
    a few numbers per ray. Rays start where they enter the upright cylinder around the solid.
    """
    (start_x,), (start_y,), (start_z,) = solid.local(place[None])
    right, up, forward = solid.turned(ways)
    square = np.maximum(right * right + forward * forward, 1e-9)
    slope = start_x * right + start_z * forward
    rest = np.float32(start_x**2 + start_z**2)
    room = slope * slope - square * (rest - np.float32((solid.profile.radius + 0.004) ** 2))
    half = np.sqrt(np.maximum(room, 0)) / square
    steep = np.where(np.abs(up) < 1e-4, np.float32(1e-4), up)
    foot, rim = (solid.profile.low - start_y) / steep, (solid.profile.high - start_y) / steep
    distance = np.maximum(-slope / square - half, np.minimum(foot, rim)).astype(np.float32)
    last = np.minimum(np.minimum(half - slope / square, np.maximum(foot, rim)) + np.float32(0.004), depth)
    hit = np.zeros(len(ways), bool)
    active = np.flatnonzero((room > 0) & (distance < last))
    way, slope, square, up, last = distance[active], slope[active], square[active], up[active], last[active]
    for _ in range(STEPS):
        if not active.size:
            break
        radius = np.sqrt(np.maximum(rest + way * (2 * slope + square * way), 0))
        gap = solid.profile.distance(radius, start_y + up * way) * np.float32(solid.flat)
        met = gap < MET
        way = way + gap
        hit[active[met]], distance[active[met]] = True, way[met]
        going = ~met & (way < last)
        active, way, slope, square, up, last = (part[going] for part in (active, way, slope, square, up, last))
    # Rays that still graze the surface after all steps count as met.
    hit[active], distance[active] = True, way
    return hit, distance


def _bilinear(table: Array, row: Array, column: Array) -> Array:
    """Values (n, k) of a table (rows, columns, k) at places 0..1, edges held."""
    rows, columns = table.shape[:2]
    down = np.clip(row, 0, 1) * np.float32(rows - 1.001)
    across = np.clip(column, 0, 1) * np.float32(columns - 1.001)
    top, left = down.astype(np.int32), across.astype(np.int32)
    down, across = down - top, across - left
    index = top * columns + left
    values = np.empty((len(index), table.shape[2]), np.float32)
    for number in range(table.shape[2]):
        flat = np.ascontiguousarray(table[..., number]).ravel()
        upper = flat.take(index)
        upper += (flat.take(index + 1) - upper) * across
        lower = flat.take(index + columns)
        lower += (flat.take(index + columns + 1) - lower) * across
        values[:, number] = upper + (lower - upper) * down
    return values
