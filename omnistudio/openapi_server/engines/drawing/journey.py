"""A film that starts from a reference picture: a camera moves through it, light and weather pass over it."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, luminance, mix, smooth
from omnistudio.openapi_server.engines.drawing.noise import cloud
from omnistudio.openapi_server.engines.drawing.raster import blurred, shifted, sprinkle
from omnistudio.openapi_server.engines.drawing.reference import Reference
from omnistudio.openapi_server.engines.drawing.stage import Frame, Scene, Stage

MIST_TRAVEL = 0.35
CLOSER = 0.075
ASIDE = 0.03

# scene or weather -> colour of the particles, speed across and down (units per film), count, softness
_PARTICLES: dict[str, tuple[str, float, float, int, float]] = {
    "snow": ("#ffffff", 0.12, 0.5, 420, 3.0),
    "rain": ("#cfdcec", -0.1, 2.6, 380, 1.2),
    "lanterns": ("#ffb45a", 0.05, -0.3, 110, 9.0),
    "flowers": ("#ffc9d6", 0.28, 0.3, 110, 5.0),
    "aurora": ("#d8f4ff", 0.02, -0.04, 160, 2.0),
    "planet": ("#e6ecff", 0.05, 0.0, 160, 1.6),
    "city": ("#ffd9a0", 0.05, -0.08, 120, 6.0),
    "sea": ("#fff4dc", 0.1, -0.05, 150, 2.0),
}
_MOTES = ("#fff3dc", 0.1, -0.12, 110, 3.0)


class Camera:
    """Moves nearer and aside; near parts of the picture move more than far ones."""

    def __init__(self, stage: Stage, reference: Reference) -> None:
        self.stage, self.picture = stage, reference.picture
        light = blurred(np.sqrt(luminance(reference.picture)), stage.unit * 0.03)
        light = (light - light.min()) / max(float(np.ptp(light)), 1e-3)
        # Low parts are near in most pictures; within them, what stands out from its surroundings is nearer.
        depth = 0.68 * (stage.y / stage.tall) + 0.32 * (1 - light if not reference.dark else light)
        self.depth = blurred(depth.astype(np.float32), stage.unit * 0.02)
        self.side = float(stage.rng("journey").choice([-1, 1]))
        self.columns = np.arange(stage.width, dtype=np.float32)[None]
        self.rows = np.arange(stage.height, dtype=np.float32)[:, None]

    def frame(self, moment: float) -> Array:
        """The picture seen from the camera's place; at moment 0 it is the picture itself."""
        stage = self.stage
        zoom = 1 / (1 + CLOSER * moment * (0.45 + 1.1 * self.depth))
        middle_x, middle_y = stage.width / 2, stage.height * 0.52
        push = self.side * ASIDE * stage.unit * moment * (self.depth - 0.45)
        x = middle_x + (self.columns - middle_x) * zoom + push
        y = middle_y + (self.rows - middle_y) * zoom
        return _sampled(self.picture, x, y)


def _sampled(picture: Array, x: Array, y: Array) -> Array:
    height, width = picture.shape[:2]
    x, y = np.clip(x, 0, width - 1.001), np.clip(y, 0, height - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    across, down = (x - left)[..., None].astype(np.float32), (y - top)[..., None].astype(np.float32)
    flat, index = picture.reshape(-1, 3), top * width + left
    upper = flat[index] + (flat[index + 1] - flat[index]) * across
    lower = flat[index + width] + (flat[index + width + 1] - flat[index + width]) * across
    return np.asarray(upper + (lower - upper) * down)


class Air:
    """Drifting mist, a light that travels over the picture, and particles."""

    def __init__(self, stage: Stage, scene: Scene, reference: Reference) -> None:
        self.stage = stage
        wide = int(stage.width + MIST_TRAVEL * stage.unit) + 3
        veil = smooth(-0.1, 1.0, cloud(wide, stage.height, 1.7, stage.sub_seed("mist"), 5, 0.52, stretch=2.4))
        thick = 0.5 if stage.weather & {"mist", "storm"} or scene.name in ("mountains", "ink") else 0.24
        height = smooth(0.05, 0.6, stage.y / stage.tall) * smooth(1.1, 0.75, stage.y / stage.tall)
        self.veil = (veil * (0.25 + 0.75 * height) * thick)[..., None]
        self.mist = mix(reference.colours[5], reference.picture.mean((0, 1)), 0.35).astype(np.float32)
        kind = next((name for name in (*sorted(stage.weather), scene.name) if name in _PARTICLES), "")
        colour, self.across, self.down, count, softness = _PARTICLES.get(kind, _MOTES)
        rng = stage.rng("particles")
        self.colour = linear(colour)
        self.softness = softness * (stage.unit / 720) ** 2
        self.places = rng.random((2, int(count * stage.wide * stage.tall)))
        self.near = 0.35 + 0.9 * rng.random(self.places.shape[1]) ** 2
        self.phase = rng.random(self.places.shape[1])
        self.angle = float(rng.uniform(-0.5, 0.5))

    def lay(self, picture: Array, moment: float) -> None:
        """Add the air in place; it comes in gently, because the film starts from the bare reference."""
        stage, come = self.stage, float(smooth(0.0, 0.3, moment))
        if come <= 0:
            return
        way = stage.x * np.cos(self.angle) + stage.y * np.sin(self.angle)
        front = mix(-0.35, float(way.max()) + 0.35, moment)
        picture *= (1 + come * (0.34 * np.exp(-(((way - front) / 0.26) ** 2)) - 0.05))[..., None].astype(np.float32)
        veil = shifted(self.veil, MIST_TRAVEL * stage.unit * (1 - moment), stage.width) * come
        picture *= 1 - veil
        picture += veil * self.mist
        x = (self.places[0] + moment * self.across * self.near / stage.wide) % 1.0 * stage.width
        x = x + 0.008 * stage.unit * np.sin(6.28 * (moment + self.phase))
        y = (self.places[1] * 1.1 + moment * self.down * self.near / stage.tall) % 1.1 * stage.height
        shine = come * self.near * (0.28 + 0.2 * np.sin(6.28 * (moment * 1.5 + self.phase)))
        sprinkle(picture, x, y, shine, self.colour, self.softness * 0.5)


def prepare(stage: Stage, scene: Scene, reference: Reference) -> Frame:
    """A camera and the air before it."""
    camera, air = Camera(stage, reference), Air(stage, scene, reference)

    def frame(moment: float) -> Array:
        picture = camera.frame(moment)
        air.lay(picture, moment)
        return picture

    return frame
