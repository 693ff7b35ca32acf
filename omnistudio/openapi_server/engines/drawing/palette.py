"""The colours of one picture: sky, sun, land near and far, and a scheme for the things in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, from_lab, linear, linears, mix, to_lab, turned
from omnistudio.openapi_server.engines.drawing.moods import COLOURS

SKY_PLACES = (0.0, 0.4, 0.72, 1.0)
# The scheme runs from dark to light; its last colour is the accent.
DARK, DEEP, MIDDLE, BRIGHT, PALE, ACCENT = range(6)


@dataclass(frozen=True)
class Palette:
    """Linear RGB; `sky` is (4, 3) from zenith to horizon, `scheme` is (6, 3)."""

    sky: Array
    sun: Array
    far: Array
    near: Array
    scheme: Array
    night: bool
    tinted: bool = False

    def changed(self, change: Callable[[Array], Array]) -> Palette:
        """The same palette with every colour changed."""
        return replace(
            self,
            sky=change(self.sky),
            sun=change(self.sun),
            far=change(self.far),
            near=change(self.near),
            scheme=change(self.scheme),
        )


# time -> sky (zenith, high, low, horizon), sun, far land, near land
_SKIES: dict[str, tuple[tuple[tuple[str, str, str, str], str, str, str], ...]] = {
    "dawn": (
        (("#6f97bf", "#bfc0d2", "#f3c9ae", "#fae6c9"), "#fff1d6", "#d9b9ad", "#1d2b3a"),
        (("#4f7f9e", "#93b6bd", "#dfd9bf", "#f3ebcf"), "#fff6dd", "#a7bdb6", "#10262b"),
        (("#6d6aa3", "#b796bb", "#f0b4ae", "#fde0c0"), "#fff0d0", "#cfa3ae", "#2a2342"),
        (("#5a86a8", "#a9cbd0", "#e7e2c9", "#fbe9c4"), "#fff4d2", "#b4c3b4", "#1c3330"),
        (("#8a83a8", "#d5a9b0", "#f8cfa8", "#fff0cf"), "#fff3d8", "#dcb09d", "#33283b"),
    ),
    "day": (
        (("#3b78b8", "#7fb0dc", "#bcd9ea", "#e9f2f3"), "#fffaf0", "#a8c4d6", "#1f3d3a"),
        (("#4a8fc2", "#8cc1dd", "#cbe4e6", "#f3f4ea"), "#fff8e8", "#b3cfcf", "#24463a"),
        (("#5c86b4", "#a9c3dd", "#d3e0e8", "#eef1ef"), "#fff9ef", "#b5c5d0", "#2a3b46"),
        (("#2f8a9e", "#7cc3c6", "#c8e6d8", "#f4f1dc"), "#fff9e4", "#a6cdc2", "#1b4242"),
    ),
    "golden": (
        (("#7489b0", "#c9b3ac", "#f2c19a", "#ffdcb4"), "#fff0d0", "#dfae8a", "#3a2620"),
        (("#7fa0ad", "#cfc7ac", "#f3c893", "#ffe0b8"), "#fff2d2", "#d3b48c", "#2c2a24"),
        (("#94778f", "#d79c8c", "#f6b684", "#ffd9aa"), "#ffeccb", "#d6977a", "#3b1f2a"),
        (("#5f86a6", "#b9bdb4", "#efc7a0", "#ffe3c2"), "#fff1d8", "#c9ab94", "#262a30"),
    ),
    "dusk": (
        (("#5b4a72", "#a8688a", "#eb9a7d", "#fbd29b"), "#ffe6b0", "#c98379", "#241a33"),
        (("#2f4d74", "#8f88a5", "#eba98a", "#ffd9a6"), "#ffdfae", "#a9808c", "#1a2036"),
        (("#2a2f63", "#76508c", "#d9707c", "#ffb27a"), "#ffd49a", "#a4627e", "#1a1433"),
        (("#1f4a63", "#5f8796", "#d9a587", "#f6cf98"), "#ffe2b2", "#7f8a8c", "#10242e"),
        (("#442a55", "#93476a", "#e2705a", "#ffc06a"), "#ffdf9c", "#b3605e", "#23122a"),
    ),
    "night": (
        (("#0a1230", "#1d3560", "#4f7ea0", "#8fb4c0"), "#f3f0e2", "#5e88a4", "#060c18"),
        (("#060a1c", "#14204a", "#3b3566", "#6b4a63"), "#f6ecd8", "#3c3a63", "#070817"),
        (("#050d1c", "#0d2a3f", "#1e5562", "#4f8d8a"), "#eef4e4", "#2f6670", "#04101a"),
        (("#0c0a24", "#271f55", "#54428a", "#8a75ab"), "#f4ecf6", "#5a4c86", "#0a0718"),
        (("#090d18", "#1b2636", "#3b4d5c", "#748a90"), "#f5efdc", "#44586a", "#070a10"),
    ),
}
_SCHEMES = (
    ("#1a0410", "#6d0f24", "#c8352b", "#f0803c", "#ffd9a0", "#2e8a86"),
    ("#05161c", "#0d4a52", "#2e8a86", "#8cc9b2", "#f3efd2", "#d98f4c"),
    ("#0e1a24", "#27465a", "#7f97a3", "#c9b79c", "#f5f1ea", "#c99b4e"),
    ("#22343d", "#5b7c84", "#8aa9ad", "#d9cdb8", "#efe9dc", "#d5a03c"),
    ("#2b1a3b", "#5b3a86", "#9a6cc0", "#dba0cf", "#fbe3ea", "#f2c66f"),
    ("#14213a", "#24457f", "#4f86c6", "#a3cbe8", "#f0f4ee", "#e8835a"),
    ("#1c2a1e", "#3d6243", "#7d9f5f", "#c3cf8d", "#f3f0d6", "#cf6d4a"),
    ("#2a1712", "#7a3b26", "#c4703f", "#e9b37c", "#faecd4", "#3f7f86"),
    ("#16122a", "#3b2c6e", "#a1408c", "#ee7f77", "#ffd7a3", "#4fc0c6"),
    ("#31202c", "#8a4a5e", "#d98a92", "#f2c4b6", "#fdf0e4", "#6f9f8c"),
    ("#10201f", "#2f5f57", "#7fa596", "#c7d9cf", "#f2efe2", "#b5573b"),
    ("#1d1b22", "#4a4550", "#8d8a90", "#cbc4bc", "#f4efe6", "#c8452f"),
    ("#0f1c2e", "#1f5a7a", "#3fa3b5", "#f0c27a", "#fff0d0", "#e0604a"),
    ("#251038", "#6a2b5b", "#dd6a53", "#f4b06a", "#fbeacb", "#3d8b8b"),
)
LIGHTS = tuple(_SKIES)


def base_palette(light: str, rng: np.random.Generator) -> Palette:
    """A palette of the time of day, with hues a little different each time."""
    sky, sun, far, near = _SKIES[light][rng.integers(len(_SKIES[light]))]
    palette = Palette(
        sky=linears(*sky),
        sun=linear(sun),
        far=linear(far),
        near=linear(near),
        scheme=linears(*_SCHEMES[rng.integers(len(_SCHEMES))]),
        night=light == "night",
    )
    drift = float(rng.uniform(-9, 5))
    return palette.changed(lambda colours: turned(colours, drift))


def with_colours(palette: Palette, names: list[str]) -> Palette:
    """The palette led by named colours: the first for the things, the second (or the first) for the sky."""
    if not names:
        return palette
    leading = linear(COLOURS[names[0]][0])
    second = linear(COLOURS[names[1]][0]) if len(names) > 1 else leading
    scheme = scheme_of(leading)
    if len(names) > 1:
        scheme[ACCENT] = second
        scheme[BRIGHT] = mix(scheme[BRIGHT], second, 0.45)
        scheme[PALE] = mix(scheme[PALE], second, 0.5)
    sky_share = 0.62 if len(names) > 1 else 0.5
    return replace(
        palette,
        sky=towards(palette.sky, second, sky_share),
        sun=towards(palette.sun, leading, 0.4),
        far=towards(palette.far, leading, 0.72),
        near=towards(palette.near, leading, 0.6),
        scheme=scheme,
        tinted=True,
    )


def scheme_of(colour: Array) -> Array:
    """A scheme from dark to light around one colour, with the opposite hue as its accent."""
    lab = to_lab(colour)
    lights = np.array([0.2, 0.36, 0.54, 0.74, 0.93], np.float32)
    shift = (lab[0] - 0.58) * 0.3
    strength = np.array([0.5, 0.85, 1.0, 0.8, 0.28], np.float32)
    stops = np.stack([lights + shift, lab[1] * strength, lab[2] * strength], -1)
    accent = np.array([0.68, -lab[1] * 0.8 + 0.03, -lab[2] * 0.8 + 0.05], np.float32)
    return from_lab(np.concatenate([stops, accent[None]])).astype(np.float32)


def towards(colours: Array, target: Array, share: float) -> Array:
    """Colours whose hue moves to the target's while most of their lightness stays."""
    lab, goal = to_lab(np.atleast_2d(colours)), to_lab(target)
    room = np.clip(1.15 - np.abs(lab[:, 0] - goal[0]) * 0.9, 0.35, 1)
    lab[:, 1:] += (goal[1:] * room[:, None] - lab[:, 1:]) * share
    # Black, white and grey are asked for by lightness; of the others only a hint of it is taken.
    grey = float(np.hypot(goal[1], goal[2]) < 0.03)
    lab[:, 0] += (goal[0] - lab[:, 0]) * share * (0.12 + 0.28 * grey)
    return from_lab(lab).reshape(np.shape(colours)).astype(np.float32)


def with_mood(palette: Palette, mood: str) -> Palette:
    """The palette in a mood."""
    lift, chroma, warm = {
        "pastel": (0.1, 0.62, 0.0),
        "noir": (-0.03, 0.04, 0.0),
        "neon": (0.0, 1.5, 0.0),
        "vivid": (0.0, 1.3, 0.0),
        "sepia": (0.0, 0.25, 0.045),
        "dark": (-0.13, 0.9, 0.0),
    }[mood]

    def change(colours: Array) -> Array:
        lab = to_lab(colours)
        lab[..., 0] = np.clip(lab[..., 0] + lift * (1.1 - lab[..., 0]) if lift > 0 else lab[..., 0] + lift, 0.02, 1)
        lab[..., 1:] *= chroma
        lab[..., 2] += warm
        return from_lab(lab).astype(np.float32)

    return palette.changed(change)
