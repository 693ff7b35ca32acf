"""Skies: a gradient with drifting clouds, a travelling sun or moon, and stars that twinkle."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array, linear, mix, ramp, smooth
from omnistudio.openapi_server.engines.drawing.noise import cloud
from omnistudio.openapi_server.engines.drawing.palette import SKY_PLACES
from omnistudio.openapi_server.engines.drawing.raster import resized, shifted, sprinkle
from omnistudio.openapi_server.engines.drawing.stage import Stage

CLOUD_TRAVEL = 0.09


class Sky:
    """A sky down to `horizon` (units); draws rows 0..`rows`."""

    def __init__(
        self,
        stage: Stage,
        horizon: float,
        *,
        sun: tuple[float, float] | None = None,
        radius: float = 0.04,
        rise: float = 0.0,
        clouds: float = 1.0,
        stars: bool | None = None,
        rows: int | None = None,
    ) -> None:
        self.stage, self.horizon, self.radius, self.rise = stage, horizon, radius, rise
        self.rows = stage.height if rows is None else rows
        self.sun = sun
        self.y = stage.y[: self.rows]
        self.gradient = ramp(self.y / horizon, stage.palette.sky, SKY_PLACES)
        self._clouds = self._cloud_layer(clouds)
        self._stars = self._star_layers() if (stage.palette.night if stars is None else stars) else []
        self._face = self._moon_face() if stage.palette.night else None

    def _cloud_layer(self, amount: float) -> Array | None:
        if amount <= 0:
            return None
        stage = self.stage
        wide = int(stage.width + stage.unit * CLOUD_TRAVEL) + 3
        # Clouds flatten towards the horizon: the noise is squeezed there by sampling its rows unevenly.
        field = cloud(wide, self.rows, 2.1, stage.sub_seed("clouds"), 6, 0.55, stretch=3.2)
        height = np.clip(self.y[:, 0] / self.horizon, 0, 1)
        order = np.clip((height**1.7) * (self.rows - 1), 0, self.rows - 1).astype(int)
        fade = smooth(0.0, 0.3, height) * smooth(1.02, 0.72, height) + 0.25 * smooth(0.4, 0.0, height)
        density = smooth(0.05, 0.75, field[order])
        return np.asarray(density * fade[:, None] * (0.62 * amount))[..., None]

    def _star_layers(self) -> list[Array]:
        stage, layers = self.stage, []
        for group in range(3):
            rng = stage.rng(f"stars{group}")
            count = int(230 * stage.wide * stage.tall)
            strength = 0.08 + 1.1 * rng.random(count) ** 7
            layer = np.zeros((self.rows, stage.width, 3), np.float32)
            warm = rng.random(count)[:, None]
            tint = mix(linear("#cfe0ff"), linear("#fff0d8"), warm).astype(np.float32)
            place = rng.random(count) ** 1.3 * self.horizon * stage.unit
            spread = 0.7 * (stage.unit / 1100) ** 2 + 0.25
            sprinkle(layer, rng.random(count) * stage.width, place, strength, tint, spread)
            layers.append(layer * smooth(1.0, 0.45, self.y / self.horizon)[..., None])
        return layers

    def _moon_face(self) -> Array:
        size = max(24, int(self.radius * self.stage.unit * 2.2))
        return 0.9 + 0.22 * cloud(size, size, 3.0, self.stage.sub_seed("moon"), 4)

    def sun_at(self, moment: float) -> tuple[float, float]:
        """Where the sun is (units)."""
        if self.sun is None:
            return -1.0, -1.0
        return self.sun[0] + 0.02 * moment, self.sun[1] - self.rise * moment

    def frame(self, moment: float) -> Array:
        """Linear RGB of the sky, (rows, width, 3)."""
        stage = self.stage
        picture = np.repeat(self.gradient, stage.width, 1)
        for group, layer in enumerate(self._stars):
            picture += layer * np.float32(0.8 + 0.35 * np.sin(6.28 * (moment * (1.3 + group * 0.7) + group / 3)))
        glow, disc = self._sun_light(moment)
        if self._clouds is not None:
            density = shifted(self._clouds, CLOUD_TRAVEL * stage.unit * (1 - moment), stage.width)
            lit = stage.palette.sky[3] * 0.75 + stage.palette.sky[2] * 0.3
            picture = mix(picture, lit, density * (0.35 if stage.palette.night else 0.8))
            disc = disc * (1 - density[..., 0] * 0.55)
        if self.sun is not None:
            strength = 0.55 if stage.palette.night else 1.0
            picture += glow[..., None] * (
                stage.palette.sun * (0.4 * strength) + stage.palette.sky[3] * (0.5 * strength)
            )
            self._lay_disc(picture, disc, moment)
        return np.asarray(picture, np.float32)

    def _sun_light(self, moment: float) -> tuple[Array, Array]:
        sun_x, sun_y = self.sun_at(moment)
        distance = np.hypot(self.stage.x - sun_x, self.y - sun_y)
        reach = 0.11 + self.radius
        glow = np.exp(-((distance / reach) ** 2)) * 0.42 + np.exp(-distance / (reach * 2.3)) * 0.3
        edge = 1.2 * self.stage.pixel
        return glow, smooth(self.radius + edge, self.radius - edge, distance)

    def _lay_disc(self, picture: Array, disc: Array, moment: float) -> None:
        stage = self.stage
        sun_x, sun_y = self.sun_at(moment)
        reach = self.radius + 3 * stage.pixel
        left, right = max(0, int((sun_x - reach) * stage.unit)), int((sun_x + reach) * stage.unit) + 1
        top, bottom = max(0, int((sun_y - reach) * stage.unit)), int((sun_y + reach) * stage.unit) + 1
        patch = picture[top:bottom, left:right]
        if not patch.size:
            return
        face: Array = stage.palette.sun * np.float32(2.2)
        if self._face is not None:
            face = resized(self._face, patch.shape[1], patch.shape[0])[..., None] * stage.palette.sun
        patch[:] = mix(patch, np.maximum(face, patch), disc[top:bottom, left:right, None])
