"""Mountain ranges, one behind the other, with mist between them."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, mix, smooth
from omnistudio.openapi_server.engines.drawing.noise import cloud, line
from omnistudio.openapi_server.engines.drawing.raster import lay, shifted
from omnistudio.openapi_server.engines.drawing.sky import Sky
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

PAN = 0.16


def ridge_heights(stage: Stage, index: int, share: float, x: Array, sharp: float) -> Array:
    """Heights of a crest along x (units), about 0..1, smoother when it is near."""
    seed = stage.sub_seed(f"ridge{index}")
    cells = mix(1.5, 2.9, share)
    crags = line(x * cells + index * 13.1, seed, 8, 0.5, ridged=True)
    swells = line(x * cells * 0.45 + index * 3.1, seed + 1, 3)
    return np.asarray(crags * sharp + swells * 0.85 + 0.12)


def tree_line(stage: Stage, index: int, x: Array, size: float) -> Array:
    """Heights of firs standing on a crest along x (units)."""
    rng = stage.rng(f"trees{index}")
    heights = np.zeros(len(x), np.float32)
    grove = line(x * 2.3, stage.sub_seed(f"grove{index}"), 3)
    for _ in range(int(190 * stage.wide)):
        middle = int(rng.integers(len(x)))
        tall = size * (0.3 + rng.random() ** 1.6) * float(np.clip(0.75 + grove[middle] * 1.1, 0.15, 1.25))
        half = max(2, int(tall * stage.unit * 0.2))
        left, right = max(0, middle - half), min(len(x), middle + half)
        away = np.abs(np.arange(left, right) - middle) / half
        branches = 0.86 + 0.14 * np.cos(away * 21 + rng.random() * 3)
        heights[left:right] = np.maximum(heights[left:right], tall * (1 - away) * branches)
    return heights


class Range:
    """One crest as a premultiplied RGBA layer that is wider than the picture."""

    def __init__(self, stage: Stage, index: int, share: float, base: float, mist: float, trees: bool) -> None:
        self.share = share
        self.travel = PAN * (0.12 + 0.88 * share**1.6)
        wide = int(stage.width + stage.unit * self.travel) + 3
        x = np.arange(wide, dtype=np.float32) / stage.unit
        sharp = float(stage.rng("sharp").uniform(0.35, 0.75))
        crest = base + share**1.15 * (stage.tall - base) * 0.84
        crest = crest - mix(0.21, 0.1, share) * (ridge_heights(stage, index, share, x, sharp) - 0.2)
        if trees and share > 0.5:
            crest = crest - tree_line(stage, index, x, 0.012 + 0.05 * (share - 0.5) * 2)
        self.top = max(0, int((crest.min()) * stage.unit) - 3)
        depth = stage.y[self.top :] - crest[None]
        edge = 1.0 * stage.pixel
        cover = smooth(-edge, edge, depth)
        colour = self._colours(stage, index, depth, mist)
        self.layer = np.concatenate([colour * cover[..., None], cover[..., None]], -1).astype(np.float32)
        self.mist_top = float(np.median(crest))

    def _colours(self, stage: Stage, index: int, depth: Array, mist: float) -> Array:
        palette, share = stage.palette, self.share
        colour = mix(palette.far, palette.near, share**1.25)
        height, wide = depth.shape
        rough = cloud(wide, height, 9 + 6 * share, stage.sub_seed(f"rock{index}"), 4, 0.6, stretch=0.6)
        fall = np.clip(depth / 0.3, 0, 1)
        lit = 1 + 0.2 * rough * (1 - fall) * (1 - 0.5 * share)
        haze = mix(palette.sky[3], palette.sky[2], 0.45) * mix(1.0, 0.6, share)
        if palette.night:
            haze = haze * 0.8
        amount = smooth(0, 1, fall) * mix(0.95, 0.1, share**1.3) * mist
        return np.asarray(mix(colour * lit[..., None], mix(haze, colour, share * 0.6), amount[..., None]))


class MistBank:
    """A drifting veil in front of a crest; its density is premultiplied into RGBA."""

    def __init__(self, stage: Stage, index: int, middle: float, colour: Array, strength: float) -> None:
        self.travel = 0.1 + 0.07 * (index % 3)
        reach = 0.16
        self.top = max(0, int((middle - reach) * stage.unit))
        bottom = min(stage.height, int((middle + reach * 1.4) * stage.unit))
        rows = max(2, bottom - self.top)
        wide = int(stage.width + stage.unit * self.travel) + 3
        veil = smooth(-0.35, 0.9, cloud(wide, rows, 1.6, stage.sub_seed(f"mist{index}"), 5, 0.5, stretch=3.4))
        place = np.linspace(-1, 1, rows, dtype=np.float32)[:, None]
        density = veil * (1 - place**2) ** 2 * strength
        self.layer = np.concatenate([density[..., None] * colour, density[..., None]], -1).astype(np.float32)


def prepare(stage: Stage) -> Frame:
    """Layers painted far to near; the camera pans, the mist drifts the other way, the sun climbs."""
    rng = stage.rng("mountains")
    count = int(rng.integers(6, 9))
    base = stage.tall * float(rng.uniform(0.34, 0.46))
    misty = "mist" in stage.weather
    sun = (stage.wide * float(rng.choice([0.28, 0.38, 0.5, 0.63, 0.72])), base - float(rng.uniform(0.02, 0.14)))
    radius = float(rng.uniform(0.026, 0.05))
    if stage.palette.night:
        sun = (sun[0], base * float(rng.uniform(0.35, 0.6)))
    sky = Sky(stage, base + 0.12, sun=sun, radius=radius, rise=0.05)
    trees = bool(rng.random() < 0.8)
    ranges, banks = [], []
    for index in range(count):
        share = index / (count - 1)
        ranges.append(Range(stage, index, share, base, 1.0 if misty else 0.9, trees))
        haze = mix(stage.palette.sky[3], stage.palette.sky[2], 0.3) * (0.6 if stage.palette.night else 1.0)
        strength = (0.85 if misty else 0.5) * mix(1.0, 0.55, share)
        banks.append(MistBank(stage, index, ranges[-1].mist_top + 0.1, haze.astype(np.float32), strength))

    def frame(moment: float) -> Array:
        picture = sky.frame(moment)
        for crest, bank in zip(ranges, banks, strict=True):
            lay(picture, shifted(crest.layer, crest.travel * stage.unit * moment, stage.width), crest.top)
            if crest.share < 0.95:
                drift = bank.travel * stage.unit * (1 - moment)
                lay(picture, shifted(bank.layer, drift, stage.width), bank.top)
        return picture

    return frame


SCENE = Scene(
    name="mountains",
    words=(
        "mountain,mountains,mountain range,peak,hill,hills,ridge,valley,highland,sea of clouds,sea of mist,"
        "sea of fog,misty morning,fuji,mist,fog",
        "ภูเขา,เขา,ดอย,ทิวเขา,เทือกเขา,หุบเขา,ยอดเขา,ทะเลหมอก,ม่อน,ภูผา,หมอก",
        "山,群山,高山,山脉,山脈,山峰,山谷,峡谷,峽谷,丘陵,云海,雲海,云雾,雲霧,晨雾,晨霧,雾,霧,富士山,黄山,黃山",
    ),
    lights=("dawn", "dawn", "golden", "dusk", "dusk", "night", "day"),
    prepare=prepare,
    outdoors=True,
)
