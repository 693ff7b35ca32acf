"""Sky lanterns rising over a river that mirrors them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, mix, ramp, smooth
from omnistudio.openapi_server.engines.drawing.noise import line
from omnistudio.openapi_server.engines.drawing.palette import BRIGHT, MIDDLE, PALE, SKY_PLACES
from omnistudio.openapi_server.engines.drawing.raster import sprinkle
from omnistudio.openapi_server.engines.drawing.river import River
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

REACH = 6.5


@dataclass(frozen=True)
class Lantern:
    """One lantern; `size` is half its height in units, `start` its way from the water up (0..1)."""

    near: float
    x: float
    start: float
    size: float
    phase: float
    power: float


def _lanterns(stage: Stage) -> list[Lantern]:
    rng = stage.rng("lanterns")
    biggest = float(rng.uniform(0.038, 0.055))
    found = []
    for _ in range(int(112 * stage.wide * stage.tall)):
        near = float(rng.random() ** 1.5)
        size = mix(0.0045, biggest, near**2.3)
        found.append(
            Lantern(
                near,
                float(rng.uniform(-0.03, 1.03)) * stage.wide,
                float(rng.random()),
                size,
                float(rng.random()),
                0.45 + 0.6 * near + 0.15 * float(rng.random()),
            )
        )
    return sorted(found, key=lambda lantern: lantern.near)


class Paint:
    """The three colours of a lantern: its glow, its hot lower part and its paper."""

    def __init__(self, stage: Stage) -> None:
        self.glow, self.hot, self.paper = linear("#ffb566"), linear("#fff0b8") * 1.35, linear("#f79a3c")
        if stage.palette.tinted:
            scheme = stage.palette.scheme
            self.glow, self.hot = scheme[BRIGHT], mix(scheme[PALE], self.hot, 0.5)
            self.paper = scheme[MIDDLE] * 1.5
        self.glow = self.glow * np.array([1.0, 0.75, 0.5], np.float32)

    def lay(self, stage: Stage, picture: Array, lantern: Lantern, x: float, y: float, power: float) -> None:
        """Draw one lantern in place."""
        reach, unit = lantern.size * REACH, stage.unit
        left, right = max(0, int((x - reach) * unit)), min(stage.width, int((x + reach) * unit))
        top, bottom = max(0, int((y - reach) * unit)), min(picture.shape[0], int((y + reach) * unit))
        if left >= right or top >= bottom:
            return
        across = (stage.x[:, left:right] - x) / lantern.size
        down = (stage.y[top:bottom] - y) / lantern.size
        distance = np.sqrt(across * across + down * down)
        halo = np.exp(distance * distance * -0.2) * 0.34 + np.exp(distance * -0.6) * 0.16
        halo *= smooth(REACH, REACH * 0.55, distance) * power
        patch = picture[top:bottom, left:right]
        patch += halo[..., None] * self.glow
        low = np.clip((1 - down) / 2, 0, 1)
        dome = np.sqrt(np.clip(1 - ((down + 0.6) / 0.45) ** 2, 0, 1))
        half = mix(0.6, 0.8, low) * np.where(down < -0.6, dome, 1)
        soft = max(0.07, 1.2 * stage.pixel / lantern.size)
        body = smooth(soft, -soft, np.abs(across) - half) * smooth(1 + soft, 1 - soft, down)
        body = body * smooth(-1.06 - soft, -1.06 + soft, down)
        ribs = 1 - 0.07 * np.cos(across / np.maximum(half, 0.1) * 9.4) * (np.abs(across) < half)
        flame = np.exp(-((across / 0.5) ** 2) - ((down - 0.75) / 0.55) ** 2)[..., None]
        colour = mix(mix(self.hot, self.paper, low[..., None] ** 0.8), self.hot, flame * 0.8) * ribs[..., None]
        patch[:] = mix(patch, colour * power, (body * min(0.94, power * 1.6))[..., None])


def _backdrop(stage: Stage, shore: float, rows: int) -> Array:
    """Sky, stars and dark hills above the water, (rows, width, 3)."""
    palette = stage.palette
    y = stage.y[:rows]
    dim = 1.0 if palette.night else 0.6
    picture = np.repeat(ramp(y / shore, palette.sky * dim, SKY_PLACES), stage.width, 1)
    rng = stage.rng("stars")
    if palette.night:
        count = int(330 * stage.wide * stage.tall)
        strength = 0.06 + 0.6 * rng.random(count) ** 7
        sprinkle(
            picture,
            rng.random(count) * stage.width,
            rng.random(count) ** 1.4 * rows * 0.8,
            strength,
            linear("#dfe8ff"),
            0.6,
        )
    for index in range(3):
        seed = stage.sub_seed(f"hill{index}")
        crest = (
            shore - 0.012 - 0.075 * (1 - index * 0.3) * (0.75 + line(stage.x[0] * (1.6 + index) + index * 9, seed, 6))
        )
        cover = smooth(-stage.pixel, stage.pixel, y - crest[None])[..., None]
        picture = mix(picture, mix(palette.sky[2], palette.near, 0.5 + 0.24 * index) * 0.5, cover)
    return np.asarray(picture, np.float32)


def prepare(stage: Stage) -> Frame:
    """Lanterns rise with a sway, near ones faster; the river is drawn from what is above it."""
    shore = stage.tall * float(stage.rng("shore").uniform(0.66, 0.76))
    rows = int(shore * stage.unit)
    backdrop = _backdrop(stage, shore, rows)
    lanterns, paint, river = _lanterns(stage), Paint(stage), River(stage, shore, rows)
    # Far enough above the picture that no glow is cut off when a lantern starts again at the water.
    way = shore + 0.48

    def frame(moment: float) -> Array:
        above = backdrop.copy()
        for lantern in lanterns:
            climbed = (lantern.start + moment * (0.02 + 0.075 * lantern.near)) % 1.0
            y = shore + 0.1 - climbed * way
            x = lantern.x + 0.012 * float(np.sin(6.28 * (moment * 0.6 + lantern.phase)))
            flicker = 1 + 0.06 * float(np.sin(6.28 * (moment * 2.3 + lantern.phase * 5)))
            low = float(smooth(shore - 0.02, shore - 0.1, y + lantern.size))
            if low > 0:
                paint.lay(stage, above, lantern, x, y, lantern.power * flicker * low)
        picture = np.empty((stage.height, stage.width, 3), np.float32)
        picture[:rows] = above
        picture[rows:] = river.reflect(above, moment)
        return picture

    return frame


SCENE = Scene(
    name="lanterns",
    words=(
        "lantern,sky lantern,floating lantern,paper lantern,loi krathong,yi peng,lantern festival",
        "โคม,โคมลอย,โคมไฟ,ลอยกระทง,ยี่เป็ง,กระทง",
        "灯笼,燈籠,天灯,天燈,孔明灯,孔明燈,河灯,河燈,花灯,花燈,元宵",
    ),
    lights=("night", "night", "dusk"),
    prepare=prepare,
    outdoors=True,
    weight=1.5,
)
