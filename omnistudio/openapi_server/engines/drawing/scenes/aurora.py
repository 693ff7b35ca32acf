"""A night sky with curtains of northern light over hills and water."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, from_lab, linears, mix, smooth, to_lab
from omnistudio.openapi_server.engines.drawing.noise import Tile, line
from omnistudio.openapi_server.engines.drawing.palette import BRIGHT
from omnistudio.openapi_server.engines.drawing.raster import resized
from omnistudio.openapi_server.engines.drawing.sky import Sky
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

_GLOWS = (
    (("#48e0a0", "#2b7fd0"), ("#7cf0b8", "#7a58c8"), ("#3fd0a8", "#c05aa0")),
    (("#5fe8b0", "#6a4fd0"), ("#9af0a0", "#d060a8"), ("#40c8d0", "#5060d8")),
    (("#b0f080", "#30a890"), ("#60e0c0", "#4080e0"), ("#e0f0a0", "#c05890")),
    (("#60d0ff", "#6050e0"), ("#80f0d0", "#9050d0"), ("#c080ff", "#e05090")),
)


class Curtain:
    """One band of light: a bright lower hem and rays that fade upwards."""

    def __init__(self, stage: Stage, index: int, horizon: float, colours: Array) -> None:
        self.stage, self.index, self.colours = stage, index, colours
        rng = stage.rng(f"curtain{index}")
        self.level = horizon * float(rng.uniform(0.66, 0.8)) - 0.1 * index
        self.sway = float(rng.uniform(0.08, 0.17))
        self.waves = float(rng.uniform(0.8, 1.5))
        self.fall = float(rng.uniform(5.0, 8.5)) / stage.tall**0.5
        self.seed = stage.sub_seed(f"rays{index}")
        self.rays = Tile.fractal(self.seed, 512, 5, 2.0)

    def light(self, moment: float, x: Array, y: Array) -> Array:
        """Linear RGB, (rows, columns, 3), for places x (columns,) and y (rows, 1)."""
        drift = x * self.waves + self.index * 4.1
        hem = self.level + self.sway * line(drift + moment * 0.22, self.seed, 3) * 1.6
        hem = hem + 0.03 * np.sin(x * 3.1 + self.index * 2 + moment * 1.9)
        height = hem[None] - y
        # Rays lean a little with height, which is what makes a curtain of them.
        place = (x[None] + height * 0.05 * np.sin(self.index + x * 2)) * 0.24 + self.index * 0.31
        along = np.broadcast_to(np.float32(moment * 0.045) + y * 0.012, height.shape)
        rays = np.clip(0.72 + 0.62 * self.rays.at(place + moment * 0.008, along), 0.1, 1.5)
        rays *= 1 + 0.16 * self.rays.at(place * 5.3 - moment * 0.02, along)
        body = np.where(height > 0, np.exp(-np.maximum(height, 0) * self.fall), np.exp(np.minimum(height, 0) * 42))
        folds = np.clip(0.55 + 1.1 * line(drift * 0.9 + 7 + moment * 0.5, self.seed + 5, 2), 0.05, 1.3)
        power = body * rays * folds[None]
        high = np.clip(height * 2.4, 0, 1)
        return np.asarray(
            (power * (1 - high))[..., None] * self.colours[0] + (power * high)[..., None] * self.colours[1]
        )


def _colours(stage: Stage) -> Array:
    """Hem and ray colours of three curtains, (3, 2, 3)."""
    glows = _GLOWS[int(stage.rng("glow").integers(len(_GLOWS)))]
    colours = np.stack([linears(*pair) for pair in glows])
    if stage.palette.tinted:
        wanted = to_lab(stage.palette.scheme[BRIGHT])
        lab = to_lab(colours)
        lab[..., 1:] = mix(lab[..., 1:], wanted[1:] * 1.25, 0.75)
        colours = from_lab(lab)
    return colours.astype(np.float32)


def _hills(stage: Stage, shore: float) -> list[tuple[Array, Array]]:
    """Crest heights and colours of the hills, far to near."""
    hills = []
    for index in range(3):
        seed = stage.sub_seed(f"hill{index}")
        ridge = line(stage.x[0] * (1.5 + index * 0.8) + index * 5, seed, 7, ridged=True)
        hills.append(
            (
                shore - 0.13 + 0.052 * index - (0.13 - 0.03 * index) * ridge * 0.75,
                mix(stage.palette.sky[1], stage.palette.near, 0.45 + 0.27 * index) * 0.55,
            )
        )
    return hills


def prepare(stage: Stage) -> Frame:
    """Curtains at half size (they are soft), stars at full size, hills, and a mirror of water."""
    shore = stage.tall * float(stage.rng("shore").uniform(0.74, 0.86))
    rows = int(shore * stage.unit)
    sky = Sky(stage, shore, clouds=0.0, stars=True, rows=rows)
    sky.gradient *= np.float32(0.55)
    colours = _colours(stage)
    order = stage.rng("order").permutation(3)
    curtains = [Curtain(stage, index, shore, colours[order[index]]) for index in range(3)]
    hills = _hills(stage, shore)
    y = stage.y[:rows]
    coarse_x = np.linspace(0, stage.wide, stage.width // 2, dtype=np.float32)
    coarse_y = np.linspace(0, shore, rows // 2, dtype=np.float32)[:, None]
    depth = (stage.y[rows:] - shore) / (stage.tall - shore)
    ripples = Tile.fractal(stage.sub_seed("ripples"), 512, 8, 1.7)
    columns = np.arange(stage.width)[None]
    mirror_rows = rows - 1 - (np.arange(stage.height - rows) * (rows * 0.6 / (stage.height - rows))).astype(int)

    def frame(moment: float) -> Array:
        picture = np.empty((stage.height, stage.width, 3), np.float32)
        above = sky.frame(moment)
        glow = np.sum([curtain.light(moment, coarse_x, coarse_y) for curtain in curtains], 0) * np.float32(0.85)
        above += np.maximum(resized(glow, stage.width, rows), 0)
        for crest, colour in hills:
            cover = smooth(-stage.pixel, stage.pixel, y - crest[None])[..., None]
            above = mix(above, colour, cover)
        picture[:rows] = above
        spread = 1 / (depth + 0.12)
        wave = ripples.at((stage.x - stage.wide / 2) * spread * 0.09, spread * 0.3 + moment * 0.03 + 0 * stage.x)
        push = wave * (0.004 + 0.03 * depth) * stage.unit
        source_rows = np.clip(mirror_rows[:, None] + (push * 1.5).astype(int), 0, rows - 1)
        mirror = above[source_rows, np.clip(columns + push.astype(int), 0, stage.width - 1)]
        picture[rows:] = mirror * (0.66 - 0.3 * depth)[..., None] + stage.palette.sky[1] * 0.06
        return picture

    return frame


SCENE = Scene(
    name="aurora",
    words=(
        "aurora,northern light,aurora borealis,starry night,starry sky,night sky,polar light,constellation",
        "แสงเหนือ,ออโรรา,ท้องฟ้ายามค่ำคืน,ฟ้าดาว,ท้องฟ้าเต็มไปด้วยดาว,ดาวเต็มฟ้า",
        "极光,極光,北极光,北極光,星空,星夜,夜空",
    ),
    lights=("night",),
    prepare=prepare,
    outdoors=True,
    weight=1.2,
)
