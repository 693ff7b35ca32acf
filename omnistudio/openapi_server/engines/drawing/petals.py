"""Flowers painted petal by petal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, mix, smooth
from omnistudio.openapi_server.engines.drawing.stage import Stage


@dataclass(frozen=True)
class Kind:
    """A species: rings of (petals, length, half width), how pointed the tips are, and the size of the heart."""

    rings: tuple[tuple[int, float, float], ...]
    point: float
    heart: float
    water: bool = False


KINDS = {
    "lotus": Kind(
        ((12, 1.0, 0.25), (11, 0.84, 0.24), (10, 0.66, 0.22), (8, 0.48, 0.185), (7, 0.31, 0.14)), 0.8, 0.14, True
    ),
    "dahlia": Kind(
        (
            (22, 1.0, 0.15),
            (21, 0.92, 0.15),
            (20, 0.82, 0.145),
            (18, 0.71, 0.135),
            (16, 0.59, 0.125),
            (14, 0.47, 0.11),
            (11, 0.35, 0.095),
            (8, 0.23, 0.08),
            (6, 0.13, 0.06),
        ),
        0.9,
        0.03,
    ),
    "daisy": Kind(((21, 1.0, 0.12), (20, 0.94, 0.115)), 1.25, 0.27),
    "peony": Kind(
        (
            (8, 1.0, 0.46),
            (8, 0.88, 0.42),
            (7, 0.75, 0.38),
            (7, 0.61, 0.32),
            (6, 0.47, 0.26),
            (5, 0.33, 0.2),
            (5, 0.2, 0.13),
        ),
        1.6,
        0.07,
    ),
}


@dataclass(frozen=True)
class Bloom:
    """One flower: place and radius in units, its own turn, and when it opens."""

    kind: Kind
    x: float
    y: float
    radius: float
    turn: float
    late: float


class Painter:
    """Petals with the colours of one flower, painted outermost first."""

    def __init__(self, stage: Stage, colours: Array, point: float) -> None:
        self.stage, self.colours, self.point = stage, colours, np.float32(point)
        self.jitter = stage.rng("petals").normal(0, 1, (16, 32, 2)).astype(np.float32)

    def bloom(self, picture: Array, bloom: Bloom, moment: float) -> None:
        """Paint a whole flower in place."""
        opened = float(smooth(-0.25, 1.0, 0.35 + moment * 0.75 - bloom.late))
        rings = bloom.kind.rings
        for ring, (count, length, half) in enumerate(rings):
            inner = ring / max(1, len(rings) - 1)
            spread = mix(0.72, 1.0, opened ** (0.6 + inner))
            # The next ring hides the roots, so they are not painted.
            start = 0.5 * rings[ring + 1][1] / length if ring + 1 < len(rings) else 0.0
            for petal in range(count):
                jitter = self.jitter[ring % 16, petal % 32]
                angle = 6.2832 * (petal + 0.5 * (ring % 2) + 0.09 * ring) / count
                angle += bloom.turn + float(jitter[0]) * 0.035 + 0.1 * moment
                long = bloom.radius * length * spread * (1 + 0.035 * float(jitter[1]))
                wide = bloom.radius * half * mix(0.82, 1.0, opened)
                self._petal(picture, bloom, angle, (long, wide, start), inner)
        self._heart(picture, bloom)

    def _petal(
        self, picture: Array, bloom: Bloom, angle: float, size: tuple[float, float, float], inner: float
    ) -> None:
        """Paint one petal in place; `size` is its length, half its width and where its visible part starts."""
        stage, unit, (long, wide, start) = self.stage, self.stage.unit, size
        cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        reach_x = abs(cosine) * long * (1.04 - start) / 2 + abs(sine) * wide * 1.4
        reach_y = abs(sine) * long * (1.04 - start) / 2 + abs(cosine) * wide * 1.4
        middle_x = bloom.x + cosine * long * (1.04 + start) / 2
        middle_y = bloom.y + sine * long * (1.04 + start) / 2
        left, right = max(0, int((middle_x - reach_x) * unit)), min(stage.width, int((middle_x + reach_x) * unit) + 1)
        top, bottom = (
            max(0, int((middle_y - reach_y) * unit)),
            min(stage.height, int((middle_y + reach_y) * unit) + 1),
        )
        if left >= right or top >= bottom:
            return
        across = stage.x[:, left:right] - np.float32(bloom.x)
        down = stage.y[top:bottom] - np.float32(bloom.y)
        along = (across * cosine + down * sine) / np.float32(long)
        aside = (down * cosine - across * sine) / np.float32(wide)
        touched = np.flatnonzero((along > start) & (along < 1.03) & (np.abs(aside) < 1.45))
        if not touched.size:
            return
        along, aside = along.ravel()[touched], aside.ravel()[touched]
        colour, cover, shadow = self._look(along, aside, float(cosine), float(sine), inner, 1.3 * stage.pixel / wide)
        rows, columns = np.divmod(touched, right - left)
        place = (rows + top) * stage.width + columns + left
        flat = picture.reshape(-1, 3)
        flat[place] = mix(flat[place] * (1 - 0.48 * shadow)[:, None], colour, cover[:, None])

    def _look(
        self, along: Array, aside: Array, cosine: float, sine: float, inner: float, edge_width: float
    ) -> tuple[Array, Array, Array]:
        """Colour, coverage and the shadow thrown on what lies below, for places on one petal."""
        inside = np.clip(along, 0.0005, 0.9995)
        outline = np.maximum(self._outline(inside), 1e-3)
        soft = max(0.02, edge_width)
        edge = np.abs(aside) / outline
        # The shadow falls away from the light, which is at the upper left.
        lean = np.float32(0.16 * (cosine + sine))
        shadow = smooth(1.5, 0.75, np.abs(aside + lean) / outline)
        root = np.clip(1 - inside * 1.3, 0, 1)
        colour = mix(self.colours[0], self.colours[1], root[:, None])
        colour = mix(colour, self.colours[2], (smooth(0.5, 1.0, inside) * 0.75)[:, None])
        veins = 1 - 0.085 * np.abs(np.sin(aside / np.maximum(outline, 0.2) * 10)) * smooth(0, 0.6, 1 - np.abs(aside))
        facing = 0.5 - 0.5 * (cosine * 0.6 + sine * 0.8)
        cup = np.clip(1 - np.abs(aside - np.float32(0.22 * (sine - cosine))), 0, 1)
        light = 0.4 + 0.42 * cup + 0.34 * facing * inside + 0.24 * inner - 0.3 * root
        rim = smooth(soft * 3 + 0.1, 0.0, np.abs(1 - edge)) * 0.16
        cover = smooth(1 + soft, 1 - soft, edge) * (along < 1)
        return colour * (veins * light + rim)[:, None], cover, shadow

    def _outline(self, inside: Array) -> Array:
        return np.asarray(np.sin(inside**self.point * np.float32(np.pi)) ** np.float32(0.72))

    def _heart(self, picture: Array, bloom: Bloom) -> None:
        stage, radius = self.stage, bloom.radius * bloom.kind.heart
        across, down = (stage.x - bloom.x) / radius, (stage.y - bloom.y) / radius
        columns = np.flatnonzero(np.abs(across[0]) < 1.2)
        rows = np.flatnonzero(np.abs(down[:, 0]) < 1.2)
        if not columns.size or not rows.size:
            return
        box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        across, down = across[:, box[1]], down[box[0]]
        distance = np.hypot(across, down)
        soft = 1.5 * stage.pixel / radius
        gold, green = linear("#f6d56a"), linear("#8f9a3a")
        disc = mix(gold, green, np.clip(distance * 0.9, 0, 1)[..., None]) * (1.08 - 0.25 * (across + down))[..., None]
        seeds = np.zeros_like(distance)
        for number in range(90 if bloom.kind.heart > 0.2 else 19):
            share = (number + 0.5) / (90 if bloom.kind.heart > 0.2 else 19)
            angle, far = number * 2.39996, 0.88 * share**0.5
            size = 0.055 if bloom.kind.heart > 0.2 else 0.11
            away = np.hypot(across - far * np.cos(angle), down - far * np.sin(angle))
            seeds = np.maximum(seeds, smooth(size + soft, size - soft, away))
        disc = mix(disc, linear("#5b4718"), (seeds * 0.8)[..., None])
        picture[box] = mix(picture[box], disc, smooth(1 + soft, 1 - soft, distance)[..., None])
