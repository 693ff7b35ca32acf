"""A turning planet, with or without rings, before stars and nebulae."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, mix, ramp, smooth
from omnistudio.openapi_server.engines.drawing.noise import Tile, cloud, line
from omnistudio.openapi_server.engines.drawing.palette import ACCENT, BRIGHT, DEEP, MIDDLE, PALE
from omnistudio.openapi_server.engines.drawing.raster import shifted, sprinkle
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

DRIFT = 0.05


class Globe:
    """A lit ball whose surface turns under a fixed light."""

    def __init__(self, stage: Stage, x: float, y: float, radius: float, light: Array) -> None:
        self.stage, self.radius, self.x, self.y = stage, radius, x, y
        rng = stage.rng("globe")
        self.banded = bool(rng.random() < 0.6)
        self.warp = Tile.fractal(stage.sub_seed("globe"), 512, 3, 2.1)
        scheme = stage.palette.scheme
        self.stops = scheme[[DEEP, MIDDLE, PALE, BRIGHT, MIDDLE, PALE]]
        if not self.banded:
            self.stops = np.stack([scheme[DEEP] * 0.6, scheme[DEEP], scheme[MIDDLE], scheme[ACCENT], scheme[PALE]])
        self.bands = float(rng.uniform(5, 9))
        reach = radius * 1.35
        unit = stage.unit
        self.left, self.right = max(0, int((x - reach) * unit)), min(stage.width, int((x + reach) * unit))
        self.top, self.bottom = max(0, int((y - reach) * unit)), min(stage.height, int((y + reach) * unit))
        across = (stage.x[:, self.left : self.right] - x) / radius
        down = (stage.y[self.top : self.bottom] - y) / radius
        distance = np.hypot(across, down)
        front = np.sqrt(np.clip(1 - distance**2, 0, None))
        tilt = float(rng.uniform(-0.5, 0.5))
        self.latitude = down * np.cos(tilt) + across * np.sin(tilt)
        self.longitude = np.arctan2(across * np.cos(tilt) - down * np.sin(tilt), front + 1e-4) / (2 * np.pi)
        edge = 1.3 * stage.pixel / radius
        self.cover = smooth(1 + edge, 1 - edge, distance)[..., None]
        facing = across * light[0] + down * light[1] + front * light[2]
        self.day = (np.clip(facing, 0, 1) ** 0.8)[..., None]
        self.rim = ((1 - front) ** 3 * np.clip(facing + 0.25, 0, 1))[..., None]
        away = np.maximum(distance - 1, 0)
        towards = np.clip((across * light[0] + down * light[1]) / np.maximum(distance, 0.1) + 0.35, 0, 1)
        self.halo = (np.exp(-away / 0.05) * 0.4 + np.exp(-away / 0.16) * 0.15)[..., None] * towards[..., None]
        self.halo *= smooth(1.34, 1.2, distance)[..., None]

    def surface(self, moment: float) -> Array:
        """Colours of the surface, turned to the moment."""
        longitude = self.longitude + moment * 0.07
        if self.banded:
            swirl = self.warp.at(longitude * 0.8, self.latitude * 0.55)
            fine = self.warp.at(longitude * 2.2 + 0.3, self.latitude * 2.6)
            stripe = self.latitude * self.bands + swirl * 0.9 + fine * 0.22
            return ramp(0.5 + 0.48 * np.sin(stripe * 2.1), self.stops)
        land = self.warp.at(longitude, self.latitude * 0.42) + 0.5 * self.warp.at(longitude * 3, self.latitude * 1.3)
        veil = self.warp.at(longitude * 1.6 + moment * 0.02, self.latitude * 1.1 + 0.5)
        colour = ramp(smooth(-0.7, 1.0, land), self.stops)
        return np.asarray(mix(colour, np.float32(0.9), (smooth(0.15, 0.9, veil) * 0.75)[..., None]))

    def lay(self, picture: Array, moment: float) -> None:
        """Draw the globe and its air in place."""
        patch = picture[self.top : self.bottom, self.left : self.right]
        air = mix(self.stage.palette.scheme[BRIGHT], linear("#9fc8ff"), 0.45)
        patch += self.halo * air * (1 - self.cover)
        ball = self.surface(moment) * (self.day * 1.35 + 0.006) + self.rim * air * 0.7
        patch[:] = mix(patch, ball, self.cover)


class Rings:
    """Flat rings, split into the half behind the globe and the half before it."""

    def __init__(self, stage: Stage, globe: Globe, light: Array) -> None:
        rng = stage.rng("rings")
        angle, flat = float(rng.uniform(-0.5, 0.5)), float(rng.uniform(0.16, 0.32))
        across, down = stage.x - globe.x, stage.y - globe.y
        along = across * np.cos(angle) - down * np.sin(angle)
        aside = (across * np.sin(angle) + down * np.cos(angle)) / flat
        distance = np.hypot(along, aside) / globe.radius
        inner, outer = float(rng.uniform(1.25, 1.45)), float(rng.uniform(1.9, 2.3))
        seed = stage.sub_seed("rings")
        table = np.clip(0.55 + 0.75 * line(np.linspace(0, 46, 2048), seed, 4), 0.06, 1)
        place = np.clip((distance - inner) / (outer - inner), 0, 1)
        dust = (
            table[(place * 2047).astype(int)]
            * smooth(inner, inner + 0.05, distance)
            * smooth(outer, outer - 0.08, distance)
        )
        gap = inner + (outer - inner) * float(rng.uniform(0.55, 0.75))
        dust = dust * (1 - 0.85 * np.exp(-(((distance - gap) / 0.025) ** 2)))
        behind = across * light[0] + down * light[1] < 0
        lane = np.abs(across * light[1] - down * light[0]) < globe.radius * 0.97 * np.hypot(light[0], light[1])
        shade = np.where(behind & lane & (aside < 0), 0.07, 1.0)
        colour = mix(stage.palette.scheme[PALE], stage.palette.scheme[BRIGHT], 0.45) * 0.9
        alpha = (dust * 0.9)[..., None].astype(np.float32)
        layer = np.concatenate([colour * shade[..., None] * alpha, alpha], -1).astype(np.float32)
        half = (aside < 0)[..., None]
        self.back, self.front = layer * half, layer * ~half


def _space(stage: Stage) -> tuple[Array, list[Array]]:
    """Nebulae with faint stars, and brighter stars in groups that twinkle; wider than the picture."""
    palette = stage.palette
    wide = int(stage.width + DRIFT * stage.unit) + 3
    first = cloud(wide, stage.height, 1.5, stage.sub_seed("nebula1"), 7, 0.56)
    second = cloud(wide, stage.height, 1.3, stage.sub_seed("nebula2"), 7, 0.56)
    dust = cloud(wide, stage.height, 2.4, stage.sub_seed("dust"), 6, 0.6)
    picture = np.zeros((stage.height, wide, 3), np.float32) + linear("#070a14")
    lane = (1 - 0.75 * smooth(0.0, 0.7, dust))[..., None]
    picture += (
        smooth(-0.15, 1.0, first)[..., None] * palette.scheme[DEEP] * 0.24
        + smooth(0.0, 1.0, second)[..., None] * palette.scheme[ACCENT] * 0.1
    ) * lane
    groups = []
    for group in range(3):
        rng = stage.rng(f"stars{group}")
        count = int(420 * stage.wide * stage.tall)
        layer = np.zeros_like(picture)
        tint = mix(linear("#bcd4ff"), linear("#ffe3c0"), rng.random(count)[:, None]).astype(np.float32)
        strength = 0.05 + 1.3 * rng.random(count) ** 10
        sprinkle(layer, rng.random(count) * wide, rng.random(count) * stage.height, strength, tint, 0.7)
        groups.append(layer)
    return picture, groups


def prepare(stage: Stage) -> Frame:
    """A globe off the middle, lit from one side."""
    rng = stage.rng("planet")
    ringed = bool(rng.random() < 0.6) or "ringed" in stage.details
    radius = float(rng.uniform(0.2, 0.27)) if ringed else float(rng.uniform(0.24, 0.42))
    side = float(rng.choice([-1, 1]))
    x = stage.wide * (0.5 + 0.16 * side)
    y = stage.tall * float(rng.uniform(0.42, 0.58))
    light = np.array([-0.75 * side, -0.38, 0.46], np.float32)
    light /= np.linalg.norm(light)
    globe = Globe(stage, x, y, radius, light)
    rings = Rings(stage, globe, light) if ringed else None
    space, groups = _space(stage)
    moons = [
        (float(rng.uniform(1.5, 2.1)), float(rng.uniform(0, 6.28)), float(rng.uniform(0.02, 0.05))) for _ in range(2)
    ]

    def frame(moment: float) -> Array:
        offset = DRIFT * stage.unit * moment
        picture = np.array(shifted(space, offset, stage.width))
        for group, stars in enumerate(groups):
            power = np.float32(0.8 + 0.3 * np.sin(6.28 * (moment * (1.2 + 0.5 * group) + group / 3)))
            picture += shifted(stars, offset, stage.width) * power
        if rings is not None:
            picture *= 1 - rings.back[..., 3:]
            picture += rings.back[..., :3]
        globe.lay(picture, moment)
        if rings is not None:
            picture *= 1 - rings.front[..., 3:]
            picture += rings.front[..., :3]
        for far, phase, size in moons:
            _lay_moon(stage, picture, globe, light, far, phase + moment * 0.3, size)
        return picture

    return frame


def _lay_moon(
    stage: Stage, picture: Array, globe: Globe, light: Array, far: float, angle: float, size: float
) -> None:
    x = globe.x + globe.radius * far * float(np.cos(angle))
    y = globe.y + globe.radius * far * 0.3 * float(np.sin(angle)) - globe.radius * 0.55
    size *= globe.radius * 1.6
    across, down = (stage.x - x) / size, (stage.y - y) / size
    distance = np.hypot(across, down)
    edge = 1.2 * stage.pixel / size
    front = np.sqrt(np.clip(1 - distance**2, 0, None))
    day = np.clip(across * light[0] + down * light[1] + front * light[2], 0, 1)
    cover = smooth(1 + edge, 1 - edge, distance)[..., None]
    picture[:] = mix(
        picture, (day * 0.9 + 0.01)[..., None] * mix(stage.palette.scheme[PALE], np.float32(0.5), 0.4), cover
    )


SCENE = Scene(
    name="planet",
    words=(
        "planet,space,saturn,galaxy,nebula,cosmos,cosmic,universe,jupiter,mars,astronaut,orbit,"
        "outer space,milky way,asteroid",
        "ดาวเคราะห์,อวกาศ,กาแล็กซี,กาแลคซี,เนบิวลา,จักรวาล,ดาวเสาร์,ทางช้างเผือก,นักบินอวกาศ",
        "行星,太空,宇宙,星球,土星,银河,銀河,星云,星雲,木星,火星,宇航员,太空人,星系",
    ),
    lights=("night",),
    prepare=prepare,
    weight=1.2,
    details={"ringed": ("saturn,ring,ringed,rings", "ดาวเสาร์,วงแหวน", "土星,环,環")},
)
