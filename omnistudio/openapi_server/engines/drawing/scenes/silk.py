"""Folds of silk and veins of marble: a picture of colour and light alone."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, mix, ramp, smooth
from omnistudio.openapi_server.engines.drawing.noise import Tile
from omnistudio.openapi_server.engines.drawing.palette import ACCENT, BRIGHT, DARK, DEEP, MIDDLE, PALE
from omnistudio.openapi_server.engines.drawing.raster import resized
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

# The field is smooth, so it is computed coarser and enlarged; that is faster and the light has no facets.
COARSE = 2.8


class Folds:
    """A field bent by itself twice, which moves slowly."""

    def __init__(self, stage: Stage, scale: float, bend: float, slope: float) -> None:
        self.stage, self.bend = stage, bend
        self.columns, self.rows = round(stage.width / COARSE), round(stage.height / COARSE)
        x = np.linspace(0, stage.wide * scale, self.columns, dtype=np.float32)[None]
        y = np.linspace(0, stage.tall * scale, self.rows, dtype=np.float32)[:, None]
        turn = float(stage.rng("turn").uniform(0, 6.28))
        cosine, sine = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        self.x, self.y = x * cosine - y * sine, (x * sine + y * cosine) * np.float32(0.75)
        self.tiles = [Tile.fractal(stage.sub_seed(f"fold{i}"), 512, 4, slope, 26) for i in range(3)]

    def field(self, moment: float) -> tuple[Array, Array]:
        """Height and bend at full size, each (height, width), about -1..1."""
        first, second, third = self.tiles
        x, y, drift = self.x, self.y, moment * 0.014
        bend_x = first.soft_at(x + drift, y) * self.bend
        bend_y = second.soft_at(x, y - drift + 0.4) * self.bend
        far_x = second.soft_at(x + bend_x + 0.17, y + bend_y + drift) * self.bend
        far_y = third.soft_at(x + bend_x - drift, y + bend_y + 0.62) * self.bend
        height = first.soft_at(x + far_x + 0.3, y + far_y - drift * 0.5)
        size = (self.stage.width, self.stage.height)
        return resized(height, *size), resized(far_x / self.bend, *size)


def _lit(stage: Stage, colour: Array, height: Array, relief: float, gloss: float, moment: float) -> Array:
    """The colour under one travelling light with a soft highlight."""
    gain = np.float32(stage.unit * relief)
    down, across = np.gradient(height)
    normal_x, normal_y = -across * gain, -down * gain
    length = np.sqrt(normal_x**2 + normal_y**2 + 1)
    angle = float(stage.rng("light").uniform(3.6, 5.4)) + 0.7 * (moment - 0.4)
    light = np.array([0.75 * np.cos(angle), 0.75 * np.sin(angle), 0.66], np.float32)
    facing = (normal_x * light[0] + normal_y * light[1] + light[2]) / length
    half = light + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    shine = np.clip((normal_x * half[0] + normal_y * half[1] + half[2]) / length, 0, 1)
    diffuse = 0.2 + 1.05 * np.clip(facing, 0, 1) + 0.12 * np.clip(-facing, 0, 1)
    highlight = (shine**42 * gloss)[..., None] * mix(colour, np.float32(1), 0.55)
    return np.asarray(colour * diffuse[..., None] + highlight)


def prepare_silk(stage: Stage) -> Frame:
    """Silk: broad folds, a colour that runs with the height, much gloss."""
    rng = stage.rng("silk")
    folds = Folds(stage, float(rng.uniform(0.09, 0.15)), float(rng.uniform(0.1, 0.15)), 2.9)
    stops = stage.palette.scheme[[DARK, DEEP, MIDDLE, BRIGHT, PALE]]
    gloss, accent = float(rng.uniform(0.35, 0.6)), stage.palette.scheme[ACCENT]

    def frame(moment: float) -> Array:
        height, bend = folds.field(moment)
        colour = ramp(smooth(-1.1, 1.15, height + 0.4 * bend), stops)
        colour = mix(colour, accent, (smooth(0.5, 1.2, bend) * 0.45)[..., None])
        return _lit(stage, colour, height, 0.2, gloss, moment)

    return frame


def prepare_marble(stage: Stage) -> Frame:
    """Marble: pale and dark stone in long swirls with thin veins of the accent."""
    rng = stage.rng("marble")
    folds = Folds(stage, float(rng.uniform(0.12, 0.2)), float(rng.uniform(0.12, 0.17)), 2.5)
    scheme = stage.palette.scheme
    stops = scheme[[DARK, DEEP, PALE, PALE, BRIGHT, DEEP]]

    def frame(moment: float) -> Array:
        height, bend = folds.field(moment)
        colour = ramp(smooth(-1.1, 1.1, height + 0.35 * bend), stops, (0, 0.28, 0.45, 0.62, 0.78, 1))
        vein = np.exp(-((np.abs(height - 0.55 * bend - 0.25) / 0.035) ** 2)) * smooth(-0.6, 0.5, bend)
        colour = mix(colour, scheme[ACCENT], (vein * 0.9)[..., None])
        return _lit(stage, colour, height + 0.06 * vein, 0.05, 0.16, moment)

    return frame


SILK = Scene(
    name="silk",
    words=(
        "silk,satin,fabric,velvet,cloth,fold,liquid,fluid,abstract,wave pattern,gradient,smoke,ribbon",
        "ผ้าไหม,ไหม,ผ้า,นามธรรม,แอ็บสแตรกต์,ของเหลว,ไล่เฉด,ควัน",
        "丝绸,絲綢,绸缎,綢緞,抽象,流体,流體,布料,渐变,漸變,丝带,絲帶",
    ),
    lights=("dusk", "golden", "dawn", "night"),
    prepare=prepare_silk,
    weight=0.9,
)
MARBLE = Scene(
    name="marble",
    words=(
        "marble,agate,geode,malachite,onyx,mineral,ink in water,oil paint",
        "หินอ่อน,แร่,อาเกต,โมรา",
        "大理石,玛瑙,瑪瑙,矿石,礦石,孔雀石",
    ),
    lights=("day", "dusk", "golden"),
    prepare=prepare_marble,
)
