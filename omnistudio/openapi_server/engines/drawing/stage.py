"""The interface of scenes: the stage that they draw on, and the frames that they return."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from omnistudio.openapi_server.engines.drawing.colour import Array
from omnistudio.openapi_server.engines.drawing.palette import Palette

# A frame at a moment 0..1 of the film: linear RGB, (height, width, 3), float32, free to be changed.
Frame = Callable[[float], Array]
SECONDS = 97 / 24


def stable_seed(*parts: object) -> int:
    """A 63 bit number that is the same for the same parts on every machine."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


@dataclass(frozen=True)
class Stage:
    """Size, colours, weather and random numbers of one picture.

    Lengths are in units of the square root of the area, so that things look equally large in every ratio.
    """

    width: int
    height: int
    palette: Palette
    light: str
    weather: frozenset[str]
    moods: frozenset[str]
    prompt: str
    seed: int
    still: bool
    details: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def unit(self) -> float:
        """Pixels per unit of length."""
        return math.sqrt(self.width * self.height)

    @property
    def wide(self) -> float:
        """Width in units."""
        return self.width / self.unit

    @property
    def tall(self) -> float:
        """Height in units."""
        return self.height / self.unit

    @cached_property
    def x(self) -> Array:
        """Units from the left, (1, width)."""
        return ((np.arange(self.width, dtype=np.float32) + 0.5) / np.float32(self.unit))[None]

    @cached_property
    def y(self) -> Array:
        """Units from the top, (height, 1)."""
        return ((np.arange(self.height, dtype=np.float32) + 0.5) / np.float32(self.unit))[:, None]

    @property
    def pixel(self) -> float:
        """The size of a pixel in units."""
        return 1 / self.unit

    def rng(self, purpose: str) -> np.random.Generator:
        """Return a random number generator for one purpose, independent of those for others."""
        return np.random.default_rng(stable_seed(self.seed, purpose))

    def sub_seed(self, purpose: str) -> int:
        """A seed for a purpose."""
        return stable_seed(self.seed, purpose)


@dataclass(frozen=True)
class Scene:
    """A kind of picture: the words that ask for it and how it is drawn.

    `words` are comma separated lists in English, Thai and Chinese, and so are the words of each of its `details`,
    such as the rings of a planet. `outdoors` lets it rain and snow.
    """

    name: str
    words: tuple[str, str, str]
    lights: tuple[str, ...]
    prepare: Callable[[Stage], Frame]
    weight: float = 1.0
    still_at: float = 0.4
    outdoors: bool = False
    details: dict[str, tuple[str, str, str]] = field(default_factory=dict)
