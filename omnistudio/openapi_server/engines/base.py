"""The interface of engines: their orders, results and errors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Kind = Literal["image", "video"]


@dataclass(frozen=True)
class Order:
    """A request for one image or video; the same order always gives the same pixels."""

    kind: Kind
    prompt: str
    aspect_ratio: str
    seed: int
    references: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Artifact:
    """A finished file; `seconds` is the length of a video, and None for an image."""

    path: Path
    content_type: str
    width: int
    height: int
    seconds: float | None


class EngineError(Exception):
    """The engine can't make this order; the text is a reason for a person."""


class Engine(Protocol):
    """A class that makes the file of an order inside a folder. Raises `EngineError`."""

    def make(self, order: Order, folder: Path) -> Artifact: ...
