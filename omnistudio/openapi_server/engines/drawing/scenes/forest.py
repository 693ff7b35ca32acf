"""A forest in mist with shafts of light, fireflies by night and falling leaves by day."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, mix, ramp, smooth
from omnistudio.openapi_server.engines.drawing.noise import Tile, cloud, line
from omnistudio.openapi_server.engines.drawing.palette import ACCENT, BRIGHT, MIDDLE
from omnistudio.openapi_server.engines.drawing.raster import lay, shifted, sprinkle
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

PAN = 0.2
LAYERS = 6
SCALE = 2


def _trees(stage: Stage, index: int, share: float, width: int) -> Array:
    """Coverage of the trunks, boughs and ground of one depth, (height, width)."""
    rng = stage.rng(f"trees{index}")
    unit = stage.unit * SCALE
    sheet = Image.new("L", (width * SCALE, stage.height * SCALE))
    pen = ImageDraw.Draw(sheet)
    ground = stage.height * SCALE * mix(0.7, 0.95, share)
    x = float(rng.uniform(-0.05, 0.1)) * unit
    while x < sheet.width:
        thick = unit * mix(0.006, 0.032, share**1.5) * float(rng.uniform(0.6, 1.35))
        lean = float(rng.normal(0, 0.025))
        foot = ground + unit * 0.03 * float(rng.random())
        top = x + lean * foot
        pen.polygon(
            [(x - thick, foot), (top - thick * 0.55, -5), (top + thick * 0.55, -5), (x + thick, foot)], fill=255
        )
        pen.polygon([(x - thick * 2.1, foot), (x, foot - thick * 3), (x + thick * 2.1, foot)], fill=255)
        for _ in range(int(rng.integers(2, 6))):
            height = float(rng.uniform(0.05, 0.6)) * ground
            at = top + (x - top) * height / foot
            side = float(rng.choice([-1, 1]))
            long = thick * float(rng.uniform(3, 9))
            tip = (at + side * long, height - long * float(rng.uniform(0.3, 0.9)))
            middle = ((at + tip[0]) / 2, (height + tip[1]) / 2 + long * 0.1)
            pen.line([(at, height), middle, tip], fill=255, width=max(1, int(thick * 0.28)), joint="curve")
        x += unit * mix(0.05, 0.3, share) * float(rng.uniform(0.5, 1.6))
    small = sheet.resize((width, stage.height), Image.Resampling.BOX)
    cover = np.asarray(small, np.float32) / 255
    across = np.arange(width, dtype=np.float32) / stage.unit
    floor = stage.tall * mix(0.7, 0.95, share) + 0.03 * line(across * 3, stage.sub_seed(f"ground{index}"), 6)
    grass = 0.012 * np.abs(line(across * 90, stage.sub_seed(f"grass{index}"), 2)) * (0.4 + share)
    return np.maximum(cover, smooth(-stage.pixel, stage.pixel, stage.y - (floor - grass)[None]))


def _crowns(stage: Stage, index: int, share: float, width: int) -> Array:
    """Leaves hanging into the top of the picture, (height, width)."""
    field = cloud(width, stage.height, mix(16, 9, share), stage.sub_seed(f"leaves{index}"), 5, 0.62)
    mass = cloud(width, stage.height, 2.5, stage.sub_seed(f"crown{index}"), 3)
    reach = stage.tall * mix(0.42, 0.26, share)
    level = 1.15 * (1 - stage.y / reach) + 0.35 * mass - 0.12
    return np.asarray(smooth(0.0, 0.22, field * 0.75 + level - 0.25) * smooth(1.6, 0.7, stage.y / reach))


def _layer(stage: Stage, index: int, colours: Array) -> tuple[Array, float]:
    """A premultiplied RGBA layer and its travel in units."""
    share = index / (LAYERS - 1)
    travel = PAN * (0.08 + 0.92 * share**1.7)
    width = int(stage.width + travel * stage.unit) + 3
    cover = np.maximum(_trees(stage, index, share, width), _crowns(stage, index, share, width))[..., None]
    rough = cloud(width, stage.height, 26, stage.sub_seed(f"bark{index}"), 3, 0.6, stretch=0.3)[..., None]
    haze = smooth(0.45, 0.85, stage.y / stage.tall)[..., None] * (1 - share) ** 1.2 * 0.6
    colour = mix(colours[index] * (1 + 0.22 * rough * share), colours[0], haze)
    return np.concatenate([colour * cover, cover], -1).astype(np.float32), travel


class Shafts:
    """Beams of light from a point above, which turn slowly."""

    def __init__(self, stage: Stage, x: float) -> None:
        self.columns, self.rows = stage.width // 3, stage.height // 3
        across = np.linspace(0, stage.wide, self.columns, dtype=np.float32)[None] - x
        down = np.linspace(0, stage.tall, self.rows, dtype=np.float32)[:, None] + 0.25
        self.angle = np.arctan2(across, down)
        self.fade = np.exp(-np.hypot(across, down) * 1.15)
        self.tile = Tile.fractal(stage.sub_seed("shafts"), 256, 5, 1.5)
        self.stage = stage

    def light(self, moment: float) -> Array:
        """Strength, (height, width, 1)."""
        where = np.full_like(self.angle, moment * 0.05)
        beams = smooth(0.0, 0.9, self.tile.at(self.angle * 0.32 + moment * 0.012, where)) * self.fade
        size = (self.stage.width, self.stage.height)
        picture = Image.fromarray(beams.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
        return np.asarray(picture)[..., None]


def prepare(stage: Stage) -> Frame:
    """Trunks in six depths pass each other; beams turn; small lights or leaves drift."""
    rng, palette = stage.rng("forest"), stage.palette
    leaf = palette.scheme[MIDDLE] if palette.tinted else mix(linear("#2f5a3c"), palette.scheme[MIDDLE], 0.25)
    far = mix(mix(palette.sky[3], palette.sky[2], 0.4), leaf, 0.18) * (0.55 if palette.night else 0.95)
    near = mix(palette.near, leaf, 0.18) * 0.35
    colours = np.stack([mix(far, near, (i / (LAYERS - 1)) ** 0.75) for i in range(LAYERS)]).astype(np.float32)
    colours[0] = mix(far, leaf, 0.25) * 0.82
    layers = [_layer(stage, index, colours) for index in range(LAYERS)]
    sun_x = stage.wide * float(rng.uniform(0.25, 0.75))
    glow = np.exp(-((np.hypot(stage.x - sun_x, (stage.y - stage.tall * 0.34) * 0.8) / 0.34) ** 2))[..., None]
    base = ramp(stage.y / stage.tall, np.stack([far * 0.85, far * 1.1, far * 1.05, far * 0.8]))
    base = base + glow * mix(palette.sun, palette.sky[3], 0.4) * (0.35 if palette.night else 0.6)
    shafts = Shafts(stage, sun_x)
    veil_width = int(stage.width + 0.25 * stage.unit) + 3
    veil = smooth(-0.2, 1.0, cloud(veil_width, stage.height, 1.8, stage.sub_seed("veil"), 4, 0.5, stretch=3))
    veil = (veil * smooth(0.3, 0.75, stage.y / stage.tall) * 0.34)[..., None]
    count = int((90 if palette.night else 60) * stage.wide * stage.tall)
    places, phase = rng.random((2, count)), rng.random(count)
    spark = linear("#e8f58a") if palette.night else mix(palette.scheme[BRIGHT], palette.scheme[ACCENT], 0.4)
    soft = (3.2 if palette.night else 1.6) * (stage.unit / 720) ** 2

    def frame(moment: float) -> Array:
        picture = np.repeat(base, stage.width, 1) if base.shape[1] == 1 else base.copy()
        for index, (layer, travel) in enumerate(layers):
            lay(picture, shifted(layer, travel * stage.unit * moment, stage.width))
            if index in (1, 3):
                density = shifted(veil, 0.25 * stage.unit * (1 - moment), stage.width)
                picture += (far - picture) * density
            if index == 3:
                strength = 0.25 if palette.night else 0.7
                picture += shafts.light(moment) * mix(palette.sun, palette.sky[3], 0.35) * strength
        x = (places[0] + 0.05 * moment + 0.015 * np.sin(6.28 * (moment * 1.5 + phase))) % 1 * stage.width
        fall = -0.06 if palette.night else 0.28
        y = (places[1] + fall * moment * (0.6 + phase)) % 1 * stage.height
        shine = np.clip(0.5 + 0.7 * np.sin(6.28 * (moment * 1.6 + phase * 3)), 0.05, 1) * (0.4 + 0.6 * phase)
        sprinkle(picture, x, y, shine, spark, soft)
        return picture

    return frame


SCENE = Scene(
    name="forest",
    words=(
        "forest,wood,woods,woodland,tree,trees,jungle,bamboo,pine,rainforest,grove,firefly,fireflies,autumn leaves",
        "ป่า,ต้นไม้,ป่าไม้,ป่าสน,ไผ่,ป่าดิบ,หิ่งห้อย",
        "森林,树林,樹林,树,樹,丛林,叢林,竹林,竹,松林,萤火虫,螢火蟲",
    ),
    lights=("dawn", "golden", "day", "dusk", "night"),
    prepare=prepare,
    outdoors=True,
)
