"""Take the colours, the large shapes and a painted version from a reference picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from omnistudio.core.colour_profiles import as_srgb
from omnistudio.openapi_server.engines.drawing.colour import Array, decode, from_lab, luminance, mix, smooth, to_lab
from omnistudio.openapi_server.engines.drawing.palette import Palette
from omnistudio.openapi_server.engines.drawing.raster import blurred, box_mean

COLOURS = 6
NIGHT_LIGHTNESS = 0.36


@dataclass(frozen=True)
class Reference:
    """A reference cut to the picture's size, linear RGB, and its main colours, dark to light, (6, 3)."""

    picture: Array
    colours: Array

    @property
    def dark(self) -> bool:
        """Whether it is a night picture."""
        return float(to_lab(self.picture[::8, ::8])[..., 0].mean()) < NIGHT_LIGHTNESS


def load(paths: tuple[Path, ...], width: int, height: int) -> Reference:
    """The first reference cut to size; the colours come from all of them."""
    pictures = [_cut(path, width, height) for path in paths]
    small = np.concatenate([to_lab(picture[::12, ::12]).reshape(-1, 3) for picture in pictures])
    return Reference(pictures[0], from_lab(_main_colours(small)).astype(np.float32))


def _cut(path: Path, width: int, height: int) -> Array:
    with Image.open(path) as source:
        upright = as_srgb(ImageOps.exif_transpose(source)).convert("RGB")
    cut = ImageOps.fit(upright, (width, height), Image.Resampling.LANCZOS)
    return decode(np.asarray(cut, np.float32) / 255)


def _main_colours(lab: Array) -> Array:
    """Cluster middles in OKLab, dark to light; started from evenly spaced lightness, so always the same."""
    order = np.argsort(lab[:, 0], kind="stable")
    places = np.linspace(0.04, 0.96, COLOURS) * (len(order) - 1)
    middles = lab[order[places.astype(int)]]
    for _ in range(12):
        # Hue counts more than lightness: a small red boat should not vanish in a grey sea.
        scale = np.array([1.0, 2.2, 2.2], np.float32)
        nearest = (((lab[:, None] - middles[None]) * scale) ** 2).sum(-1).argmin(1)
        for number in range(COLOURS):
            members = lab[nearest == number]
            if len(members):
                middles[number] = members.mean(0)
    return np.asarray(middles[np.argsort(middles[:, 0], kind="stable")])


def palette_of(reference: Reference, palette: Palette) -> Palette:
    """A palette made of the reference's colours; `palette` only gives its shape."""
    colours, picture = reference.colours, reference.picture
    lab = to_lab(colours)
    accent = colours[int(np.hypot(lab[:, 1], lab[:, 2]).argmax())]
    bands = np.array_split(picture[: max(8, int(picture.shape[0] * 0.6))], 4)
    sky = np.stack([mix(band.mean((0, 1)), np.median(band, (0, 1)), 0.5) for band in bands]).astype(np.float32)
    scheme = np.concatenate([colours[[0, 1, 2, 4, 5]], accent[None]])
    return replace(
        palette,
        sky=sky,
        sun=mix(colours[5], np.float32(1.0), 0.35).astype(np.float32),
        far=mix(colours[3], sky[2], 0.4).astype(np.float32),
        near=colours[0],
        scheme=scheme.astype(np.float32),
        night=reference.dark,
        tinted=True,
    )


def painted(picture: Array, reach: int) -> Array:
    """The picture in strokes: every pixel takes the mean of the calmest area beside it."""
    # Moved pictures wrap around; a border of repeated pixels keeps one side from showing up at the other.
    border = 2 * reach
    picture = np.pad(picture, ((border, border), (border, border), (0, 0)), mode="edge")
    level = np.sqrt(luminance(picture))[..., None]
    means = box_mean(np.concatenate([picture, level, level * level], -1), reach)
    total = np.zeros_like(picture)
    weights = np.zeros_like(level)
    for angle in np.arange(8) * (np.pi / 4):
        moved = np.roll(means, (round(reach * float(np.sin(angle))), round(reach * float(np.cos(angle)))), (0, 1))
        spread = np.maximum(moved[..., 4:] - moved[..., 3:4] ** 2, 0)
        weight = 1 / (spread + 2e-4) ** 3
        total += moved[..., :3] * weight
        weights += weight
    return np.asarray((total / weights)[border:-border, border:-border], np.float32)


def merged(scene: Array, reference: Reference, unit: float) -> Array:
    """The scene in the light and colours of the reference, around the reference's painted subject."""
    ground = to_lab(painted(reference.picture, max(2, round(unit * 0.0042)))).astype(np.float32)
    drawn = to_lab(np.minimum(scene, 1.5)).astype(np.float32)
    wide = unit * 0.05
    calm, own = blurred(ground, wide), blurred(drawn[..., 0], wide)
    detail = np.abs(ground[..., 0] - calm[..., 0])
    detail += 1.5 * np.hypot(ground[..., 1] - calm[..., 1], ground[..., 2] - calm[..., 2])
    subject = blurred(detail, unit * 0.035)
    subject = smooth(float(np.quantile(subject, 0.35)), float(np.quantile(subject, 0.9)), subject)
    light = np.clip(calm[..., 0] + (drawn[..., 0] - own) * 0.95, 0, 1)
    drawn = mix(_matched(drawn, ground), calm, 0.6)
    drawn[..., 0] = light
    return from_lab(mix(drawn, ground, (0.3 + 0.62 * subject)[..., None])).astype(np.float32)


def _matched(drawn: Array, ground: Array) -> Array:
    """`drawn` with the mean and spread of each OKLab part of `ground`."""
    from_mean, to_mean = drawn.mean((0, 1)), ground.mean((0, 1))
    scale = np.clip(ground.std((0, 1)) / (drawn.std((0, 1)) + 1e-4), 0.2, 1.6)
    return np.asarray((drawn - from_mean) * scale + to_mean)
