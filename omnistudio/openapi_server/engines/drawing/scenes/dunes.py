"""Sand dunes in low light, flown over slowly."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, mix, ramp, smooth
from omnistudio.openapi_server.engines.drawing.noise import Tile
from omnistudio.openapi_server.engines.drawing.palette import MIDDLE, PALE
from omnistudio.openapi_server.engines.drawing.sky import Sky
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage
from omnistudio.openapi_server.engines.drawing.terrain import (
    WORLD,
    Camera,
    Land,
    Seen,
    hazed,
    look,
    shade_lookup,
    softened,
)

SIZE = 1024
FLIGHT = 0.55
RIPPLES_END = 2.6


def dune_heights(stage: Stage) -> Array:
    """Long crests with a soft windward and a steep lee side; repeats without a seam."""
    rng = stage.rng("dunes")
    x, z = np.meshgrid(*(np.arange(SIZE, dtype=np.float32) / SIZE,) * 2)
    swell = Tile.fractal(stage.sub_seed("swell"), SIZE, 3, 3.2).values
    bend = Tile.fractal(stage.sub_seed("bend"), SIZE, 3, 3.4).values
    lean = int(rng.choice([-2, -1, 1, 2]))
    phase = x * int(rng.integers(2, 5)) + z * lean + bend * 0.42
    small = x * int(rng.integers(8, 11)) + z * lean * 2 + bend * 1.1 + swell * 0.5
    big = _crest(phase) * (0.65 + 0.35 * swell)
    return (big * 0.4 + _crest(small) * 0.055 * (0.6 + 0.5 * swell) + swell * 0.12).astype(np.float32)


def _crest(phase: Array) -> Array:
    part = phase - np.floor(phase)
    rise = np.where(part < 0.7, part / 0.7, (1 - part) / 0.3)
    return np.asarray(smooth(0, 1, rise) * 0.7 + rise * 0.3)


def sand_colours(stage: Stage, land: Land) -> Array:
    """Lit sand, (n, n, 3)."""
    palette = stage.palette
    if palette.tinted:
        stops = palette.scheme[[MIDDLE, MIDDLE + 1, PALE]] * 0.85
    else:
        warm = np.array([[0.42, 0.19, 0.075], [0.66, 0.34, 0.15], [0.86, 0.6, 0.34]], np.float32)
        stops = mix(warm, palette.far, 0.72 if palette.night else 0.28).astype(np.float32)
    low, high = land.heights.values.min(), land.heights.values.max()
    sand = ramp((land.heights.values - low) / (high - low), stops)
    bright = 0.75 if palette.night else 1.7
    direct = palette.sun * land.shine[..., None] * bright
    ambient = palette.sky[0] * 0.5 + palette.sky[2] * 0.2 + 0.05
    return (sand * (direct + ambient * (0.45 + 0.55 * land.flat[..., None]))).astype(np.float32)


def prepare(stage: Stage) -> Frame:
    """Bake the light once, then fly; the sky keeps drifting above."""
    rng = stage.rng("camera")
    side = float(rng.choice([-1, 1]))
    low_sun = 0.55 if stage.light == "day" else 0.3
    land = Land(dune_heights(stage), (side * 0.85, low_sun, float(rng.uniform(0.1, 0.45))))
    colours_at = shade_lookup(sand_colours(stage, land))
    ripple = Tile.fractal(stage.sub_seed("ripple"), 512, 4, 2.4)
    start_x, start_z = float(rng.uniform(0, WORLD)), float(rng.uniform(0, WORLD))
    path = [land.ground(start_x, start_z + FLIGHT * step / 6) for step in range(10)]
    eye = max(path) + float(rng.uniform(0.22, 0.42))
    horizon = stage.tall * float(rng.uniform(0.3, 0.42))
    focal = 1.15
    sun_x = stage.wide * (0.5 + side * float(rng.uniform(0.12, 0.34)))
    radius = float(rng.uniform(0.03, 0.055))
    sky = Sky(stage, horizon + 0.05, sun=(sun_x, horizon - 0.16), radius=radius, rise=-0.03, clouds=0.5)
    haze = mix(stage.palette.sky[3], stage.palette.far, 0.35).astype(np.float32)
    top = max(0, int((horizon - 0.2) * stage.unit))

    def frame(moment: float) -> Array:
        camera = Camera(start_x + 0.12 * moment, start_z + FLIGHT * moment, eye, horizon, focal)
        seen = look(land, camera, stage.x - stage.wide / 2, stage.y[top:])
        light = colours_at(seen)
        near = np.flatnonzero(seen.distance.min(1) < RIPPLES_END)
        light[near] *= (1 + _ripples(seen, near, ripple, side))[..., None]
        light = hazed(light, seen, haze, 0.2)
        picture = sky.frame(moment)
        picture[top:] = softened(np.where(seen.hit[..., None], light, picture[top:]), seen)
        return picture

    return frame


def _ripples(seen: Seen, rows: Array, noise: Tile, side: float) -> Array:
    """Wind ripples on some rows as small changes of brightness; they fade before they get finer than pixels."""
    x, z, distance = seen.x[rows], seen.z[rows], seen.distance[rows]
    bend = noise.at(x * 0.11, z * 0.11)
    waves = np.sin((x * 1.6 + z * 2.6) * 34 + bend * 26)
    grain = noise.at(x * 2.3, z * 2.3)
    near = smooth(RIPPLES_END, 0.5, distance)
    return np.asarray((waves * 0.07 * side * (0.6 + 0.4 * bend) + grain * 0.05) * near)


SCENE = Scene(
    name="dunes",
    words=(
        "dune,dunes,desert,sand,sahara,oasis,camel,sand dune,silk road,gobi",
        "ทะเลทราย,เนินทราย,สันทราย,ทราย,โอเอซิส,อูฐ,ซาฮารา",
        "沙漠,沙丘,大漠,沙,戈壁,绿洲,綠洲,骆驼,駱駝,丝绸之路,絲綢之路,撒哈拉",
    ),
    lights=("golden", "golden", "dusk", "dawn", "day", "night"),
    prepare=prepare,
    outdoors=True,
    still_at=0.2,
)
