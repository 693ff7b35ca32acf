"""The sea with a low sun and its glitter path, or the moon's."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, mix, ramp, smooth
from omnistudio.openapi_server.engines.drawing.noise import Tile, line
from omnistudio.openapi_server.engines.drawing.raster import lay, shifted
from omnistudio.openapi_server.engines.drawing.sky import Sky
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage


class Water:
    """Waves in perspective below the horizon, drawn from two tiles that move against each other."""

    def __init__(self, stage: Stage, horizon: float, rough: float) -> None:
        self.stage, self.rough = stage, rough
        self.top = int(horizon * stage.unit)
        self.y = stage.y[self.top :]
        self.fall = np.clip((self.y - horizon) / (stage.tall - horizon), 1e-4, 1)
        self.distance = 1 / (self.fall + 0.035)
        self.across = (stage.x - stage.wide / 2) * self.distance * 0.9
        self.swell = Tile.fractal(stage.sub_seed("swell"), 512, 5, 2.0)
        self.chop = Tile.fractal(stage.sub_seed("chop"), 512, 7, 1.7)
        far = smooth(0.0, 0.16, self.fall)
        self.strength = (0.2 + 0.8 * far) * np.clip(0.16 + self.fall * 1.15, 0, 1)

    def slopes(self, moment: float) -> Array:
        """Wave slopes, (rows, width), about -1..1, small towards the horizon."""
        along = np.broadcast_to(self.distance * 1.25, self.across.shape)
        long = self.swell.at(self.across * 0.09 + moment * 0.012, along * 0.17 + moment * 0.06)
        chop = self.chop.at(self.across * 0.27 - moment * 0.03, along * 0.52 + moment * 0.12)
        fine = self.chop.at(self.across * 0.83 + moment * 0.06, along * 1.5 + moment * 0.22)
        near = smooth(0.03, 0.3, self.fall)
        return np.asarray((long * 0.62 + chop * 0.62 + fine * 0.55 * near) * self.strength * self.rough)


def _islands(stage: Stage, horizon: float) -> list[tuple[Array, int, float]]:
    """Far headlands as premultiplied layers with their top row and travel."""
    layers = []
    rng = stage.rng("islands")
    for index in range(int(rng.integers(0, 4))):
        travel = 0.02 + 0.02 * index
        wide = int(stage.width + travel * stage.unit) + 3
        x = np.arange(wide, dtype=np.float32) / stage.unit
        middle, reach = float(rng.uniform(-0.1, 1.1)) * stage.wide, float(rng.uniform(0.15, 0.5))
        hump = np.exp(-(((x - middle) / reach) ** 2)) * float(rng.uniform(0.05, 0.13))
        crest = horizon - hump * (0.7 + 0.8 * line(x * 5, stage.sub_seed(f"island{index}"), 6)) + 0.004
        top = max(0, int((horizon - 0.28) * stage.unit))
        y = stage.y[top : int(horizon * stage.unit)]
        cover = smooth(-stage.pixel, stage.pixel, y - crest[None])
        colour = mix(stage.palette.far, stage.palette.near, 0.15 + 0.25 * index)
        colour = mix(colour, stage.palette.sky[3], (smooth(0.08, 0.0, horizon - y) * 0.5)[..., None])
        layers.append((np.concatenate([colour * cover[..., None], cover[..., None]], -1), top, travel))
    return layers


def prepare(stage: Stage) -> Frame:
    """Sky, far land, waves that mirror the sky, and a glitter path under the sun."""
    rng = stage.rng("sea")
    palette = stage.palette
    horizon = stage.tall * float(rng.uniform(0.42, 0.6))
    stormy = "storm" in stage.weather
    radius = float(rng.uniform(0.03, 0.06))
    sun_x = stage.wide * float(rng.choice([0.3, 0.38, 0.5, 0.62, 0.7]))
    sun_y = horizon - (float(rng.uniform(0.17, 0.3)) if palette.night else float(rng.uniform(0.05, 0.14)))
    drop = 0.05 if stage.light == "dusk" else -0.04
    sky = Sky(
        stage,
        horizon,
        sun=(sun_x, sun_y),
        radius=radius,
        rise=-drop,
        clouds=1.5 if stormy else 1.0,
        rows=int(horizon * stage.unit),
    )
    water = Water(stage, horizon, 1.5 if stormy else float(rng.uniform(0.8, 1.1)))
    islands = _islands(stage, horizon)
    deep = mix(palette.near, palette.sky[0], 0.35) * 0.8
    stops = np.stack([palette.sky[3] * 0.9, mix(palette.sky[2], deep, 0.4), mix(palette.sky[1], deep, 0.7), deep])
    width_of_path = 0.03 + radius * 0.5

    def frame(moment: float) -> Array:
        picture = np.empty((stage.height, stage.width, 3), np.float32)
        picture[: water.top] = sky.frame(moment)
        for layer, top, travel in islands:
            lay(picture, shifted(layer, travel * stage.unit * moment, stage.width), top)
        slopes = water.slopes(moment)
        sea = ramp(np.clip(water.fall**0.8 + slopes * 0.34, 0, 1), stops, (0, 0.2, 0.5, 1))
        away = (stage.x - sky.sun_at(moment)[0]) / (width_of_path + water.fall * 0.15)
        path = np.exp(-(away**2)) * smooth(0.06, 0.62, slopes + 0.16 - water.fall * 0.2)
        broad = np.exp(-((away / 2.6) ** 2)) * smooth(0.3, 0.85, slopes) * 0.4
        glitter = (path * 1.15 + broad) * (0.7 if palette.night else 1.0) * (0.35 if stormy else 1.0)
        sea += glitter[..., None] * (palette.sun * 0.9 + palette.sky[3] * 0.25)
        foam = smooth(0.62, 1.0, slopes) * (0.55 if stormy else 0.12) * smooth(0.05, 0.4, water.fall)
        picture[water.top :] = sea + foam[..., None] * (palette.sky[3] * 0.7)
        return picture

    return frame


SCENE = Scene(
    name="sea",
    words=(
        "sea,ocean,seaside,seascape,beach,wave,waves,coast,shore,bay,horizon,island,surf,lagoon,sail,lighthouse",
        "ทะเล,มหาสมุทร,ชายหาด,คลื่น,ชายทะเล,เกาะ,อ่าว,ริมทะเล,หาด",
        "海,大海,海洋,海边,海邊,海滩,海灘,沙滩,沙灘,海浪,波浪,海面,岛,島,海岸",
    ),
    lights=("dusk", "dusk", "dawn", "golden", "night", "day"),
    prepare=prepare,
    outdoors=True,
    still_at=0.3,
)
