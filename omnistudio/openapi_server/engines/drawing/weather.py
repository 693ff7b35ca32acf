"""Snow and rain that fall over a finished scene."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, mix
from omnistudio.openapi_server.engines.drawing.palette import Palette
from omnistudio.openapi_server.engines.drawing.raster import blurred, sprinkle
from omnistudio.openapi_server.engines.drawing.stage import Frame, Stage


def in_weather(palette: Palette, weather: frozenset[str]) -> Palette:
    """The palette under snow (paler land) or rain (greyer sky)."""
    if "snow" in weather:
        snow = linear("#e9f0f8") * (0.35 if palette.night else 1.0)
        far, near = mix(palette.far, snow, 0.6), mix(palette.near, snow, 0.22)
        return replace(palette, far=far.astype(np.float32), near=near.astype(np.float32))
    if weather & {"rain", "storm"}:
        grey = palette.sky.mean(-1, keepdims=True) * np.array([0.92, 0.98, 1.06], np.float32)
        return replace(palette, sky=(mix(palette.sky, grey, 0.55) * 0.8).astype(np.float32))
    return palette


def with_weather(stage: Stage, frame: Frame) -> Frame:
    """The frame with what falls from the sky before it."""
    if "snow" in stage.weather:
        return _snowing(stage, frame)
    if "rain" in stage.weather:
        return _raining(stage, frame)
    return frame


def _snowing(stage: Stage, frame: Frame) -> Frame:
    rng = stage.rng("snow")
    count = int(520 * stage.wide * stage.tall)
    x, y, near, phase = rng.random((4, count))
    near = near**2.5
    groups = [(near < 0.3, 0.7), ((near >= 0.3) & (near < 0.75), 2.2), (near >= 0.75, 5.5)]
    white = mix(linear("#f6f9ff"), stage.palette.sky[3], 0.25) * (0.7 if stage.palette.night else 1.0)
    sharp = (stage.unit / 720) ** 2

    def snowing(moment: float) -> Array:
        picture = frame(moment)
        sway = 0.012 * np.sin(6.28 * (moment * 1.2 + phase))
        across = (x + (0.05 + 0.1 * near) * moment + sway) % 1 * stage.width
        down = (y + (0.16 + 0.42 * near) * moment / stage.tall) % 1 * stage.height
        for chosen, size in groups:
            strength = np.full(int(chosen.sum()), 0.85 if size < 4 else 0.5)
            sprinkle(picture, across[chosen], down[chosen], strength, white, size * sharp)
        return picture

    return snowing


def rain_streaks(stage: Stage) -> Array:
    """Streaks on a sheet of twice the height that repeats, (2 * height, width, 1)."""
    rng = stage.rng("rain")
    sheet = Image.new("L", (stage.width, stage.height))
    pen = ImageDraw.Draw(sheet)
    for _ in range(int(430 * stage.wide * stage.tall)):
        x, y, near = float(rng.random()) * stage.width, float(rng.random()) * stage.height, float(rng.random()) ** 2
        long = (0.02 + 0.07 * near) * stage.unit
        for wrap in (-stage.height, 0):
            ends = [(x, y + wrap), (x - long * 0.1, y + long + wrap)]
            pen.line(ends, fill=int(40 + 120 * near), width=1 + int(near > 0.5))
    return np.tile(blurred(np.asarray(sheet, np.float32) / 255, 1.1), (2, 1))[..., None]


def _raining(stage: Stage, frame: Frame) -> Frame:
    streaks = rain_streaks(stage)

    def raining(moment: float) -> Array:
        picture = frame(moment)
        start = int((1 - moment * 3.0 % 1.0) * stage.height) % stage.height
        picture += streaks[start : start + stage.height] * (stage.palette.sky[3] * 0.5 + np.float32(0.03))
        return picture

    return raining
