"""Graphic sheets: layered cut paper, and a grid of geometric tiles."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from omnistudio.openapi_server.engines.drawing.colour import Array, decode, encode, linear, mix, ramp, smooth
from omnistudio.openapi_server.engines.drawing.noise import cloud, line
from omnistudio.openapi_server.engines.drawing.palette import ACCENT, BRIGHT, DARK, DEEP, MIDDLE, PALE
from omnistudio.openapi_server.engines.drawing.raster import blurred, lay, shifted
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

PAN = 0.14
TILE_SCALE = 2


def _sheet(stage: Stage, index: int, share: float, colour: Array, base: float) -> tuple[Array, float]:
    """One sheet of paper with the shadow it throws on those behind it: premultiplied RGBA and its travel."""
    travel = PAN * (0.1 + 0.9 * share)
    width = int(stage.width + travel * stage.unit) + 3
    x = np.arange(width, dtype=np.float32) / stage.unit
    seed = stage.sub_seed(f"sheet{index}")
    crest = (
        base + share * (stage.tall - base) * 0.8 - 0.13 * line(x * mix(1.0, 1.7, share) + index * 7.1, seed, 3, 0.38)
    )
    crest += 0.02 * np.sin(x * 8 + index * 1.9)
    depth = stage.y - crest[None]
    cover = smooth(-stage.pixel, stage.pixel, depth)
    reach = round(0.02 * stage.unit)
    shadow = np.roll(blurred(cover, 0.024 * stage.unit), (-reach, reach // 2), (0, 1))
    shadow = np.clip(shadow, 0, 1) * 0.5
    fibre = cloud(width, stage.height, 55, seed + 1, 3, 0.6)
    edge = np.exp(-np.maximum(depth, 0) * stage.unit / 2.5) * 0.25
    light = (1 + 0.05 * fibre + edge) * (1 - 0.14 * np.clip(depth * 2, 0, 1))
    alpha = cover + shadow * (1 - cover)
    layer = np.concatenate([colour * (light * cover)[..., None], alpha[..., None]], -1)
    return layer.astype(np.float32), travel


def prepare_paper(stage: Stage) -> Frame:
    """Sheets in a ramp of colours slide past each other under a paper sun that climbs."""
    rng, palette = stage.rng("paper"), stage.palette
    count = int(rng.integers(6, 9))
    scheme = palette.scheme
    stops = scheme[[PALE, BRIGHT, MIDDLE, DEEP, DARK]]
    if palette.night:
        stops = scheme[[DEEP, MIDDLE, DEEP, DARK, DARK]] * np.array([[0.9], [1.0], [0.7], [1.0], [0.5]], np.float32)
    colours = ramp(np.linspace(0.12, 1, count), stops)
    ground = stops[0]
    base = stage.tall * float(rng.uniform(0.3, 0.42))
    sheets = [_sheet(stage, i, i / (count - 1), colours[i], base) for i in range(count)]
    sun_x, sun_y = stage.wide * float(rng.choice([0.3, 0.5, 0.68, 0.75])), base * float(rng.uniform(0.75, 0.95))
    radius = float(rng.uniform(0.09, 0.17))
    sun = mix(scheme[ACCENT], linear("#fff8ea"), 0.25 if rng.random() < 0.5 else 0.85)
    fibre = (1 + 0.05 * cloud(stage.width, stage.height, 55, stage.sub_seed("fibre"), 3, 0.6))[..., None]

    def frame(moment: float) -> Array:
        distance = np.hypot(stage.x - sun_x, stage.y - sun_y + 0.09 * moment)
        shade = smooth(
            radius + 0.04, radius - 0.01, np.hypot(stage.x - sun_x - 0.008, stage.y - sun_y + 0.09 * moment - 0.014)
        )
        picture = ground * fibre * (1 - 0.3 * shade)[..., None]
        picture = mix(picture, sun, smooth(radius + stage.pixel, radius - stage.pixel, distance)[..., None])
        picture = np.asarray(picture, np.float32)
        for layer, travel in sheets:
            lay(picture, shifted(layer, travel * stage.unit * moment, stage.width))
        return picture

    return frame


class Tiles:
    """A grid of tiles, each with a shape that may make a quarter turn."""

    def __init__(self, stage: Stage) -> None:
        rng, scheme = stage.rng("tiles"), stage.palette.scheme
        across = round(stage.wide * float(rng.uniform(4.5, 6.5)))
        self.cell = stage.width * TILE_SCALE / across
        self.columns, self.rows = across, int(np.ceil(stage.height * TILE_SCALE / self.cell))
        inks = [
            scheme[DARK],
            scheme[DEEP],
            scheme[MIDDLE],
            scheme[BRIGHT],
            scheme[PALE],
            scheme[ACCENT],
            linear("#f1e8d8"),
        ]
        self.inks = [tuple(int(part * 255) for part in encode(np.asarray(ink))) for ink in inks]
        shape = (self.rows, self.columns)
        self.kinds = rng.integers(0, 7, shape)
        self.pairs = np.array([rng.choice(len(inks), 2, replace=False) for _ in range(shape[0] * shape[1])])
        self.turns, self.starts = rng.integers(0, 4, shape), rng.uniform(0, 0.75, shape)
        self.moves = rng.random(shape) < 0.6
        self.size = (stage.width * TILE_SCALE, stage.height * TILE_SCALE)

    def tile(self, kind: int, ground: int, ink: int) -> Image.Image:
        """One upright tile."""
        side = round(self.cell)
        sheet = Image.new("RGB", (side, side), self.inks[ground])
        pen, fill = ImageDraw.Draw(sheet), self.inks[ink]
        if kind == 0:
            pen.ellipse([-side, -side, side, side], fill=fill)
        elif kind == 1:
            pen.ellipse([side * 0.14, side * 0.14, side * 0.86, side * 0.86], fill=fill)
            pen.ellipse(
                [side * 0.36, side * 0.36, side * 0.64, side * 0.64], fill=self.inks[(ink + 2) % len(self.inks)]
            )
        elif kind == 2:
            pen.polygon([(0, side), (side, 0), (side, side)], fill=fill)
        elif kind == 3:
            pen.pieslice([0, -side / 2, side, side / 2], 0, 180, fill=fill)
            pen.pieslice([0, side / 2, side, side * 1.5], 180, 360, fill=self.inks[(ink + 3) % len(self.inks)])
        elif kind == 4:
            for stripe in range(5):
                pen.rectangle([0, side * stripe / 5, side, side * (stripe + 0.5) / 5], fill=fill)
        elif kind == 5:
            for ring, colour in enumerate((fill, self.inks[ground], fill)):
                reach = side * (1 - ring * 0.3)
                pen.ellipse([-reach, side - reach, reach, side + reach], fill=colour)
        else:
            pen.ellipse([0, 0, 2 * side, 2 * side], fill=fill)
            pen.ellipse([side * 0.5, side * 0.5, side * 1.5, side * 1.5], fill=self.inks[(ink + 1) % len(self.inks)])
        return sheet

    def picture(self, moment: float) -> Image.Image:
        """The whole grid at twice its size."""
        wall = Image.new("RGB", self.size)
        for row in range(self.rows):
            for column in range(self.columns):
                ground, ink = (int(part) for part in self.pairs[row * self.columns + column])
                tile = self.tile(int(self.kinds[row, column]), ground, ink)
                turn = 90.0 * float(self.turns[row, column])
                if self.moves[row, column]:
                    start = float(self.starts[row, column])
                    turn += 90.0 * float(smooth(start, start + 0.25, moment))
                tile = tile.rotate(turn, Image.Resampling.BICUBIC, fillcolor=self.inks[ground])
                wall.paste(tile, (round(column * self.cell), round(row * self.cell)))
        return wall


def prepare_tiles(stage: Stage) -> Frame:
    """Tiles make quarter turns one after the other, printed on rough paper."""
    tiles = Tiles(stage)
    rough = (1 + 0.07 * cloud(stage.width, stage.height, 48, stage.sub_seed("print"), 3, 0.65))[..., None]

    def frame(moment: float) -> Array:
        small = tiles.picture(moment).resize((stage.width, stage.height), Image.Resampling.BOX)
        return np.asarray(decode(np.asarray(small, np.float32) / 255) * rough, np.float32)

    return frame


PAPER = Scene(
    name="paper",
    words=(
        "paper cut,papercut,paper craft,paper art,cut paper,layered paper,origami,kirigami,paper",
        "กระดาษ,ตัดกระดาษ,งานกระดาษ,พับกระดาษ",
        "剪纸,剪紙,纸艺,紙藝,折纸,摺紙,纸雕,紙雕",
    ),
    lights=("dusk", "dawn", "golden", "night"),
    prepare=prepare_paper,
    weight=2.2,
)
TILES = Scene(
    name="poster",
    words=(
        "bauhaus,poster,geometric,geometry,mosaic,tile,mid-century,swiss design,pattern,memphis,art deco",
        "โปสเตอร์,เรขาคณิต,ลวดลาย,กระเบื้อง,เบาเฮาส์,โมเสก",
        "包豪斯,海报,海報,几何,幾何,图案,圖案,马赛克,馬賽克,瓷砖,瓷磚",
    ),
    lights=("day", "dusk"),
    prepare=prepare_tiles,
    weight=2.0,
    still_at=0.0,
)
