"""What an engine is asked for, what it gives back, and how it says no."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["image", "video"]


@dataclass(frozen=True)
class Order:
    """One thing to make; the same order always gives the same pixels."""

    kind: Kind
    prompt: str
    aspect_ratio: str
    seed: int
    references: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Artifact:
    """One finished file; `seconds` is None for a still."""

    path: Path
    content_type: str
    width: int
    height: int
    seconds: float | None


class EngineError(Exception):
    """The order could not be made; the text is a reason for a person."""


class Engine(Protocol):
    """Anything that turns an order into a file inside a folder."""

    def make(self, order: Order, folder: Path) -> Artifact: ...
