"""Still water that mirrors what stands above it."""

from __future__ import annotations

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array
from omnistudio.openapi_server.engines.drawing.noise import Tile
from omnistudio.openapi_server.engines.drawing.stage import Stage


class River:
    """Water below the shore that mirrors what is above it, with ripples."""

    def __init__(self, stage: Stage, shore: float, rows: int) -> None:
        self.stage, self.rows = stage, rows
        self.depth = (stage.y[rows:] - shore) / (stage.tall - shore)
        self.spread = 1 / (self.depth + 0.1)
        stretch = min(1.9, rows / max(1, stage.height - rows))
        self.mirror = rows - 1 - (np.arange(stage.height - rows) * stretch).astype(int)[:, None]
        self.ripples = Tile.fractal(stage.sub_seed("ripples"), 512, 7, 1.9)
        self.columns = np.arange(stage.width)[None]

    def reflect(self, above: Array, moment: float) -> Array:
        """The river's rows, (height - rows, width, 3)."""
        stage = self.stage
        x = (stage.x - stage.wide / 2) * self.spread
        wave = self.ripples.at(x * 0.1, self.spread * 0.24 + moment * 0.035 + 0 * x)
        wave = wave + 0.5 * self.ripples.at(x * 0.27, self.spread * 0.6 + moment * 0.08 + 0 * x)
        push = wave * (0.006 + 0.035 * self.depth) * stage.unit
        rows = np.clip(self.mirror + (push * 1.3).astype(int), 0, self.rows - 1)
        image = above[rows, np.clip(self.columns + push.astype(int), 0, stage.width - 1)]
        return np.asarray(image * (0.68 - 0.3 * self.depth)[..., None] + stage.palette.sky[0] * 0.2)
