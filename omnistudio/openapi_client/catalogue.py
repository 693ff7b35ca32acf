"""The models, the aspect ratios and the limits of the Open API, as data. Imports nothing but the standard library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

__all__ = [
    "ASPECT_RATIOS",
    "AUTO",
    "BUILT_IN_MODELS",
    "DEFAULT_ASPECT_RATIO",
    "MAX_PROMPT",
    "MAX_REFERENCES",
    "WARN_PROMPT",
    "Catalogue",
    "Kind",
    "Model",
    "ratio_value",
]

Kind = Literal["image", "video"]
"""What a model makes; the values of ``task_type`` in the contract."""

AUTO = "auto"
"""Means no choice: ``aspect_ratio`` is left out of the request."""

ASPECT_RATIOS: Mapping[str, float | None] = MappingProxyType(
    {
        AUTO: None,
        "1:1": 1.0,
        "16:9": 16 / 9,
        "9:16": 9 / 16,
        "4:3": 4 / 3,
        "3:4": 3 / 4,
        "3:2": 3 / 2,
        "2:3": 2 / 3,
        "4:5": 4 / 5,
        "5:4": 5 / 4,
        "21:9": 21 / 9,
    }
)
"""The ratios that are offered, in the order in which they are offered, with width / height; None for ``auto``."""

DEFAULT_ASPECT_RATIO: Mapping[str, str] = MappingProxyType({"video": "16:9", "image": "1:1"})
"""The ratio of a task for which none was chosen, by kind."""

MAX_REFERENCES = 8
"""The most ``image_urls`` that a task may have."""
MAX_PROMPT = 8_000
"""The longest prompt, in characters."""
WARN_PROMPT = 4_000
"""The length, in characters, from which on a prompt deserves a warning."""

_MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
_MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Model:
    """One model: the ``model_id`` that the API takes, the name that a person reads, and what it makes."""

    model_id: str
    name: str
    kind: Kind


BUILT_IN_MODELS = (
    Model("seedance-2", "Seedance 2.0", "video"),
    Model("gpt-image-2", "ChatGPT Image 2", "image"),
    Model("nano-banana-2", "Nano Banana 2", "image"),
)
"""The three models of the contract."""


class Catalogue:
    """The models in their order: the three of the contract, then those that a setting adds. Immutable."""

    def __init__(self, extra: Iterable[Model] = ()) -> None:
        self._models: dict[str, Model] = {}
        for model in (*BUILT_IN_MODELS, *extra):
            if model.model_id in self._models:
                raise ValueError(f"the model {model.model_id!r} is in the catalogue already")
            self._models[model.model_id] = model

    @classmethod
    def from_text(cls, text: str) -> Catalogue:
        """Return the built-in models and those of ``text``, such as ``"omni-flash:Omni Flash:video"``.

        Entries are separated by commas. Empty ones are skipped, so a trailing comma does no harm.
        Raises ``ValueError``, which names the entry and what is wrong with it.
        """
        return cls(_entry(entry.strip()) for entry in text.split(",") if entry.strip())

    def __iter__(self) -> Iterator[Model]:
        return iter(self._models.values())

    def __len__(self) -> int:
        return len(self._models)

    def __contains__(self, model_id: object) -> bool:
        return model_id in self._models

    def __getitem__(self, model_id: str) -> Model:
        return self._models[model_id]

    def get(self, model_id: str) -> Model | None:
        """Return the model, or None: a stored task may name one that was since removed from the settings."""
        return self._models.get(model_id)

    def of_kind(self, kind: Kind) -> tuple[Model, ...]:
        """The models that make images, or those that make videos."""
        return tuple(model for model in self if model.kind == kind)

    def __repr__(self) -> str:
        return f"Catalogue({', '.join(self._models)})"


def _entry(text: str) -> Model:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) != 3:
        raise ValueError(f"{text!r} is not of the form model_id:Name:kind")
    model_id, name, word = parts
    if not _MODEL_ID.fullmatch(model_id):
        raise ValueError(f"{text!r}: the model_id takes up to 64 letters, digits and . _ / -")
    if not 0 < len(name) <= _MAX_NAME:
        raise ValueError(f"{text!r}: the name takes 1 to {_MAX_NAME} characters")
    for kind in get_args(Kind):
        if word.lower() == kind:
            return Model(model_id, name, kind)
    raise ValueError(f"{text!r}: the kind is image or video, not {word!r}")


def ratio_value(aspect_ratio: str | None, kind: str) -> float:
    """Return width / height, to lay out a card before its image is there.

    ``auto``, None and a ratio that is not in the list give the default of ``kind``.
    """
    default = DEFAULT_ASPECT_RATIO["video" if kind == "video" else "image"]
    return ASPECT_RATIOS.get(aspect_ratio or AUTO) or ASPECT_RATIOS[default] or 1.0
