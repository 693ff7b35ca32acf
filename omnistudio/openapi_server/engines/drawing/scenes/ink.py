"""Mountains and water in ink on paper, with mist, birds, a red sun and a seal."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, mix, smooth
from omnistudio.openapi_server.engines.drawing.noise import cloud, line
from omnistudio.openapi_server.engines.drawing.palette import BRIGHT, DEEP, MIDDLE
from omnistudio.openapi_server.engines.drawing.raster import lay, shifted
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

PAN = 0.1
INK = "#1c2124"


class Peaks:
    """One range in ink wash: dark at its crest, dissolving downwards."""

    def __init__(self, stage: Stage, index: int, share: float, base: float, ink: Array) -> None:
        self.travel = PAN * (0.1 + 0.9 * share**1.5)
        wide = int(stage.width + self.travel * stage.unit) + 3
        x = np.arange(wide, dtype=np.float32) / stage.unit
        crest = self._crest(stage, index, share, base, x)
        self.crest = crest
        self.top = max(0, int(crest.min() * stage.unit) - 4)
        depth = stage.y[self.top :] - crest[None]
        rows = depth.shape[0]
        rough = cloud(wide, rows, 14, stage.sub_seed(f"stroke{index}"), 5, 0.62, stretch=0.42)
        wash = cloud(wide, rows, 3.2, stage.sub_seed(f"wash{index}"), 4, 0.55)
        edge = stage.pixel * 1.6
        cover = smooth(-edge, edge + 0.002, depth + rough * 0.0025)
        reach = mix(0.2, 0.3, share) * (1 + 0.35 * wash)
        fade = 1 - smooth(0, 1, np.clip(depth / reach, 0, 1))
        strokes = np.clip(0.55 + 0.75 * rough * (0.4 + 0.6 * fade), 0.05, 1.25)
        dark = mix(0.3, 0.97, share**1.1)
        amount = dark * fade * (0.38 + 0.62 * strokes) * (1 + 0.25 * wash)
        amount = amount + dark * 0.35 * np.exp(-np.abs(depth) * 80) * np.clip(0.7 + rough, 0, 1.3)
        # The foot of each range is mist: bare paper that hides what stands behind it.
        veil = smooth(0.0, 0.6, np.clip(depth / reach, 0, 1)) * 0.9
        hide = np.clip(cover * np.maximum(veil, 0.55), 0, 1)
        stain = np.clip(amount, 0, 1) * cover
        paper = linear("#ece3d0") * (1 - stain[..., None]) + ink * stain[..., None]
        alpha = np.clip(np.maximum(hide, stain), 0, 1)[..., None]
        self.layer = np.concatenate([paper * alpha, alpha], -1).astype(np.float32)

    @staticmethod
    def _crest(stage: Stage, index: int, share: float, base: float, x: Array) -> Array:
        seed = stage.sub_seed(f"peaks{index}")
        rng = stage.rng(f"peaks{index}")
        crags = line(x * mix(2.0, 2.8, share) + index * 5.7, seed, 7, 0.52, ridged=True)
        crest = base + share * (stage.tall - base) * 0.82 - 0.1 * crags * mix(1.0, 0.7, share)
        for _ in range(int(rng.integers(1, 4))):
            middle, reach = float(rng.random()) * stage.wide * 1.1, float(rng.uniform(0.07, 0.17))
            tower = np.exp(-(np.abs((x - middle) / reach) ** 2.4))
            crest -= tower * float(rng.uniform(0.08, 0.27)) * mix(1.0, 0.5, share) * (1 + 0.12 * crags)
        return np.asarray(crest)


def _birds(stage: Stage) -> list[tuple[float, float, float, float]]:
    """x, y, size (units) and wing phase of a small flock."""
    rng = stage.rng("birds")
    x, y = float(rng.uniform(0.15, 0.6)) * stage.wide, float(rng.uniform(0.1, 0.22)) * stage.tall
    return [
        (
            x + float(rng.normal(0, 0.06)),
            y + float(rng.normal(0, 0.02)),
            float(rng.uniform(0.008, 0.014)),
            float(rng.random()),
        )
        for _ in range(int(rng.integers(4, 8)))
    ]


def _drawn(
    stage: Stage, birds: list[tuple[float, float, float, float]], boat: float, water: float, moment: float
) -> Array:
    """Coverage of brush drawings (birds, boat), (height, width)."""
    scale = 2
    sheet = Image.new("L", (stage.width * scale, stage.height * scale))
    pen, unit = ImageDraw.Draw(sheet), stage.unit * scale
    for x, y, size, phase in birds:
        x, y = (x + 0.1 * moment) * unit, (y - 0.012 * moment) * unit
        lift = float(np.sin(6.28 * (moment * 3 + phase))) * 0.45
        size *= unit
        wing = [
            (x - size * 1.6, y - size * (0.3 + lift)),
            (x - size * 0.7, y - size * 0.62),
            (x, y),
            (x + size * 0.7, y - size * 0.62),
            (x + size * 1.6, y - size * (0.3 + lift)),
        ]
        pen.line(wing, fill=215, width=max(2, round(size * 0.16)), joint="curve")
    x, y, size = (boat + 0.05 * moment) * unit, water * unit, 0.045 * unit
    hull = [
        (x - size, y - size * 0.16),
        (x - size * 0.6, y + size * 0.1),
        (x + size * 0.6, y + size * 0.1),
        (x + size * 1.05, y - size * 0.2),
        (x + size * 0.4, y - size * 0.02),
        (x - size * 0.5, y - size * 0.02),
    ]
    pen.polygon(hull, fill=235)
    pen.line([(x + size * 0.1, y), (x + size * 0.12, y - size * 0.5)], fill=235, width=max(2, round(size * 0.09)))
    pen.ellipse([x + size * 0.06, y - size * 0.64, x + size * 0.18, y - size * 0.5], fill=235)
    pen.line(
        [(x + size * 0.75, y + size * 0.12), (x - size * 0.15, y - size * 0.75)],
        fill=190,
        width=max(1, round(size * 0.04)),
    )
    small = sheet.resize((stage.width, stage.height), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255


def _seal(stage: Stage) -> tuple[Array, int, int]:
    """A red seal with a plain pattern of lines: RGBA, left and top pixel."""
    size = max(16, int(0.034 * stage.unit))
    grid = stage.rng("seal").random((5, 3)) < 0.62
    grid = np.concatenate([grid, grid[:, 1::-1]], 1)
    inner = np.kron(grid, np.ones((size // 7 or 1, size // 7 or 1)))
    mark = np.ones((size, size), np.float32)
    offset = (size - inner.shape[0]) // 2
    mark[offset : offset + inner.shape[0], offset : offset + inner.shape[1]] -= inner * 0.9
    worn = np.clip(0.86 + 0.2 * cloud(size, size, 6, stage.sub_seed("worn"), 3), 0, 1)
    alpha = (mark * worn)[..., None]
    layer = np.concatenate([linear("#b03a2a") * alpha, alpha], -1).astype(np.float32)
    return layer, int(0.05 * stage.unit), int(0.05 * stage.unit)


def prepare(stage: Stage) -> Frame:
    """Paper, a sun, ranges with mist between them; the view drifts, birds and a boat move."""
    rng = stage.rng("ink")
    fibre = cloud(stage.width, stage.height, 42, stage.sub_seed("fibre"), 3, 0.6, stretch=2.0)
    stain = cloud(stage.width, stage.height, 1.6, stage.sub_seed("stain"), 4)
    paper = (1 + 0.035 * fibre + 0.05 * stain)[..., None].astype(np.float32)
    ink, sun = linear(INK), linear("#b8402e")
    if stage.palette.tinted:
        ink = mix(ink, stage.palette.scheme[DEEP], 0.6)
        sun = mix(sun, stage.palette.scheme[MIDDLE], 0.85)
    if stage.light == "night" and not stage.palette.tinted:
        ink, sun = mix(ink, linear("#1d2d4a"), 0.6), mix(linear("#fff7e2"), stage.palette.scheme[BRIGHT], 0.1)
    count = int(rng.integers(4, 7))
    base = stage.tall * float(rng.uniform(0.34, 0.46))
    ranges = [Peaks(stage, index, index / (count - 1), base, ink) for index in range(count)]
    sun_x, sun_y = (
        stage.wide * float(rng.choice([0.26, 0.36, 0.66, 0.76])),
        stage.tall * float(rng.uniform(0.16, 0.26)),
    )
    radius = float(rng.uniform(0.045, 0.075))
    birds, boat = _birds(stage), float(rng.uniform(0.25, 0.7)) * stage.wide
    water = stage.tall * float(rng.uniform(0.9, 0.94))
    wide = int(stage.width + 0.2 * stage.unit) + 3
    mist = smooth(0.0, 0.9, cloud(wide, stage.height, 2.0, stage.sub_seed("mist"), 4, 0.5, stretch=3.6))
    band = smooth(base - 0.15, base + 0.15, stage.y) * smooth(stage.tall, stage.tall - 0.15, stage.y)
    mist = (mist * band * 0.55)[..., None]
    seal, left, top = _seal(stage)
    sheet = linear("#ece3d0")

    def frame(moment: float) -> Array:
        picture = np.zeros((stage.height, stage.width, 3), np.float32) + sheet
        distance = np.hypot(stage.x - sun_x, stage.y - sun_y + 0.03 * moment)
        disc = smooth(radius + 0.002, radius - 0.002, distance + 0.004 * stain) * (0.86 + 0.1 * stain)
        picture = mix(picture, sun, disc[..., None])
        for number, peaks in enumerate(ranges):
            lay(picture, shifted(peaks.layer, peaks.travel * stage.unit * moment, stage.width), peaks.top)
            if number == count // 2:
                veil = shifted(mist, 0.2 * stage.unit * (1 - moment), stage.width)
                picture = mix(picture, sheet, veil)
        brush = _drawn(stage, birds, boat, water, moment)[..., None]
        picture = mix(picture, ink, brush * 0.9) * paper
        lay(picture[:, left : left + seal.shape[1]], seal, top)
        return np.asarray(picture, np.float32)

    return frame


SCENE = Scene(
    name="ink",
    words=(
        "ink wash,ink painting,ink,shanshui,shan shui,sumi-e,sumi e,sumie,chinese painting,brush painting,"
        "calligraphy,chinese ink,ink landscape",
        "หมึก,หมึกจีน,ภาพวาดจีน,พู่กัน,พู่กันจีน,ภาพหมึก",
        "水墨,山水,国画,國畫,水墨画,水墨畫,山水画,山水畫,墨,毛笔,毛筆,书法,書法,泼墨,潑墨",
    ),
    lights=("day", "dawn", "dusk"),
    prepare=prepare,
    weight=2.5,
)
