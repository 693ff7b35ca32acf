"""A city at night by the water: lit windows, rain, and lights out of focus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from omnistudio.openapi_server.engines.drawing.colour import Array, decode, linear, linears, mix, smooth
from omnistudio.openapi_server.engines.drawing.palette import ACCENT, BRIGHT, PALE
from omnistudio.openapi_server.engines.drawing.raster import blurred, lay, shifted
from omnistudio.openapi_server.engines.drawing.river import River
from omnistudio.openapi_server.engines.drawing.scenes.isometric import prepare as prepare_isometric
from omnistudio.openapi_server.engines.drawing.sky import Sky
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

SCALE = 2
PAN = 0.1
NEON = ("#ff4fa0", "#40e0ff", "#a070ff", "#ff9a3c", "#5affc0")
WARM = ("#ffd08a", "#ffe6b8", "#ffb765", "#fff3da", "#cfe4ff")


class Row:
    """One row of houses as a premultiplied layer, with two sets of windows that twinkle against each other."""

    def __init__(self, stage: Stage, index: int, share: float, shore: float) -> None:
        self.travel = PAN * (0.2 + 0.8 * share)
        self.width = int(stage.width + self.travel * stage.unit) + 3
        self.top = int(max(0, shore - 0.62) * stage.unit)
        self.rows = int(shore * stage.unit) - self.top
        size = (self.width * SCALE, self.rows * SCALE)
        sheets = (Image.new("L", size), Image.new("RGB", size), Image.new("RGB", size))
        self._build(stage, index, share, sheets)
        walls, first, second = (self._shrunk(sheet) for sheet in sheets)
        palette = stage.palette
        body = mix(mix(palette.sky[2], palette.sky[3], 0.4), palette.near, 0.35 + 0.6 * share) * 0.55
        height = np.linspace(1, 0, self.rows, dtype=np.float32)[:, None, None]
        haze = palette.sky[3] * (1 - height) ** 2 * 0.35 * (1 - 0.6 * share)
        cover = walls[..., None]
        self.layer = np.concatenate([(body + haze) * cover, cover], -1).astype(np.float32)
        power = mix(0.55, 1.25, share) * (1.0 if palette.night else 0.6)
        self.lights = [self._glow(stage, decode(windows), power) for windows in (first, second)]

    def _shrunk(self, sheet: Image.Image) -> Array:
        small = sheet.resize((self.width, self.rows), Image.Resampling.BOX)
        return np.asarray(small, np.float32) / 255

    @staticmethod
    def _glow(stage: Stage, windows: Array, power: float) -> Array:
        return np.asarray(windows * power + blurred(windows, stage.unit * 0.012) * power * 0.55, np.float32)

    def _build(self, stage: Stage, index: int, share: float, sheets: tuple[Image.Image, ...]) -> None:
        rng, unit = stage.rng(f"row{index}"), stage.unit * SCALE
        walls, first, second = (ImageDraw.Draw(sheet) for sheet in sheets)
        colours = [tuple(int(code[i : i + 2], 16) for i in (1, 3, 5)) for code in self._lamps(stage)]
        floor, x = sheets[0].height, -0.02 * unit
        # Heights gather around one or two centres, as in a real skyline.
        centres = rng.uniform(0.15, 0.85, 2) * sheets[0].width
        while x < sheets[0].width:
            wide = float(rng.uniform(0.03, 0.085)) * unit * mix(0.75, 1.2, share)
            near = max(np.exp(-(((x - centre) / (0.28 * unit)) ** 2)) for centre in centres)
            tall = (
                unit
                * (0.07 + 0.34 * near * float(rng.random()) ** 0.8 + 0.07 * float(rng.random()))
                * mix(1.15, 0.75, share)
            )
            top = floor - tall
            walls.rectangle([x, top, x + wide, floor], fill=255)
            self._roof(walls, rng, x, top, wide)
            self._windows(rng, (first, second), (x, top, wide, tall), colours, unit * mix(0.0085, 0.013, share))
            x += wide * float(rng.uniform(0.9, 1.25))

    @staticmethod
    def _lamps(stage: Stage) -> tuple[str, ...]:
        return NEON + WARM if "neon" in stage.moods else WARM

    @staticmethod
    def _roof(walls: ImageDraw.ImageDraw, rng: np.random.Generator, x: float, top: float, wide: float) -> None:
        kind = rng.integers(4)
        if kind == 0:
            walls.rectangle([x + wide * 0.25, top - wide * 0.3, x + wide * 0.75, top], fill=255)
        elif kind == 1:
            walls.polygon([(x, top), (x + wide / 2, top - wide * 0.55), (x + wide, top)], fill=255)
        elif kind == 2:
            middle = x + wide / 2
            walls.rectangle([middle - wide * 0.03, top - wide * 1.1, middle + wide * 0.03, top], fill=255)

    @staticmethod
    def _windows(
        rng: np.random.Generator,
        pens: tuple[ImageDraw.ImageDraw, ImageDraw.ImageDraw],
        house: tuple[float, float, float, float],
        colours: list[tuple[int, ...]],
        step: float,
    ) -> None:
        x, top, wide, tall = house
        across, down = int(wide / step) - 1, int(tall / step / 1.25) - 1
        if across < 1 or down < 1:
            return
        share, tone = float(rng.uniform(0.2, 0.62)), int(rng.integers(len(colours)))
        margin = (wide - across * step) / 2
        for floor in range(down):
            for column in range(across):
                if rng.random() > share:
                    continue
                colour = colours[tone if rng.random() < 0.8 else int(rng.integers(len(colours)))]
                dim = 0.45 + 0.55 * float(rng.random())
                fill = tuple(int(part * dim) for part in colour)
                left, upper = x + margin + (column + 0.2) * step, top + step * (0.6 + floor * 1.25)
                box = [left, upper, left + step * 0.55, upper + step * 0.72]
                chance = rng.random()
                if chance < 0.93:
                    pens[0].rectangle(box, fill=fill)
                if chance > 0.06:
                    pens[1].rectangle(box, fill=fill)


@dataclass(frozen=True)
class Drop:
    """A light out of focus on the wet glass: place, radius, brightness and drift."""

    x: float
    y: float
    radius: float
    power: float
    colour: Array
    phase: float


def _bokeh(stage: Stage, shore: float) -> list[Drop]:
    rng = stage.rng("bokeh")
    colours = linears(
        *(NEON if "neon" in stage.moods else ("#ff9d4a", "#ffd08a", "#ff5a4d", "#5ad1c8", "#7fb2ff", "#ffe9c2"))
    )
    if stage.palette.tinted:
        colours = stage.palette.scheme[[BRIGHT, PALE, ACCENT, BRIGHT]]
    drops = []
    for _ in range(int(58 * stage.wide * stage.tall)):
        y = float(rng.normal(shore, 0.16))
        colour = colours[int(rng.integers(len(colours)))]
        radius = mix(0.012, 0.062, float(rng.random()) ** 1.7)
        drops.append(
            Drop(
                float(rng.random()) * stage.wide,
                y,
                radius,
                0.05 + 0.3 * float(rng.random()) ** 2,
                colour,
                float(rng.random()),
            )
        )
    return drops


def _lay_drop(stage: Stage, picture: Array, drop: Drop, moment: float) -> None:
    x, y = drop.x + 0.03 * moment * (drop.radius / 0.04), drop.y
    reach = drop.radius * 1.06
    left, right = max(0, int((x - reach) * stage.unit)), min(stage.width, int((x + reach) * stage.unit) + 1)
    top, bottom = max(0, int((y - reach) * stage.unit)), min(stage.height, int((y + reach) * stage.unit) + 1)
    if left >= right or top >= bottom:
        return
    distance = np.hypot(stage.x[:, left:right] - x, stage.y[top:bottom] - y) / drop.radius
    edge = 1.5 * stage.pixel / drop.radius
    disc = smooth(1 + edge, 1 - edge, distance) * (0.6 + 0.4 * smooth(0.5, 1, distance))
    power = drop.power * (0.85 + 0.25 * float(np.sin(6.28 * (moment + drop.phase))))
    picture[top:bottom, left:right] += disc[..., None] * drop.colour * power


def prepare(stage: Stage) -> Frame:
    """Three rows of houses pass each other, windows come and go, the water mirrors them."""
    rng = stage.rng("city")
    if "isometric" in stage.details or (rng.random() < 0.35 and not stage.details and "rain" not in stage.weather):
        return prepare_isometric(stage)
    shore = stage.tall * float(rng.uniform(0.62, 0.74))
    rows = int(shore * stage.unit)
    sun = (stage.wide * float(rng.choice([0.25, 0.7, 0.8])), shore * float(rng.uniform(0.2, 0.4)))
    sky = Sky(stage, shore, sun=sun, radius=float(rng.uniform(0.025, 0.045)), rows=rows, clouds=1.2)
    city = [Row(stage, index, index / 2, shore) for index in range(3)]
    river = River(stage, shore, rows)
    wet = "rain" in stage.weather
    drops = _bokeh(stage, shore) if wet or rng.random() < 0.45 else []
    glow = np.exp(-(((stage.y[:rows] - shore) / 0.2) ** 2))[..., None] * mix(
        stage.palette.sky[3], linear("#ffb070"), 0.4
    )

    def frame(moment: float) -> Array:
        above = sky.frame(moment) + glow * np.float32(0.3 if stage.palette.night else 0.1)
        for number, row in enumerate(city):
            offset = row.travel * stage.unit * moment
            lay(above, shifted(row.layer, offset, stage.width), row.top)
            share = 0.5 + 0.5 * float(np.sin(6.28 * (moment * 0.5 + number / 3)))
            above[row.top : row.top + row.rows] += shifted(row.lights[0], offset, stage.width) * (1 - share)
            above[row.top : row.top + row.rows] += shifted(row.lights[1], offset, stage.width) * share
        picture = np.concatenate([above, river.reflect(above, moment)]).astype(np.float32)
        for drop in drops:
            _lay_drop(stage, picture, drop, moment)
        return picture

    return frame


SCENE = Scene(
    name="city",
    words=(
        "city,cities,skyline,skyscraper,street,downtown,building,metropolis,urban,bangkok,shanghai,tokyo,hong kong,"
        "new york,traffic,cyberpunk,town,bokeh,isometric",
        "เมือง,ตึก,กรุงเทพ,ตึกระฟ้า,ถนน,อาคาร,มหานคร,ตึกสูง,โบเก้",
        "城市,都市,夜景,摩天,街道,大厦,大廈,高楼,高樓,上海,东京,東京,香港,曼谷,街,楼,樓,赛博朋克,賽博朋克,散景",
    ),
    lights=("night", "night", "night", "dusk"),
    prepare=prepare,
    outdoors=True,
    details={
        "isometric": (
            "isometric,miniature,diorama,iso,toy,low poly",
            "ไอโซเมตริก,จิ๋ว,เมืองจำลอง",
            "等距,微缩,微縮,等轴,模型",
        ),
        "skyline": (
            "skyline,river,harbour,harbor,bokeh,horizon,panorama",
            "แม่น้ำ,เส้นขอบฟ้า,โบเก้",
            "天际线,天際線,江,河,散景,海港",
        ),
    },
)
