"""The models, aspect ratios and limits of the API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast, get_args

from django.conf import settings

Kind = Literal["image", "video"]

AUTO = "auto"
RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "4:5", "5:4", "21:9")
MAX_PROMPT = 8_000
MAX_IMAGE_URLS = 8
MAX_URL = 2_048
MAX_BODY_BYTES = 256 * 1024
MAX_IDEMPOTENCY_KEY = 255

_MODEL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
_MAX_NAME = 80


@dataclass(frozen=True)
class Model:
    """A model: its id in requests, its name on pages, and what it makes."""

    id: str
    name: str
    kind: Kind

    @property
    def credits(self) -> int:
        """The price of one task with this model, in credits."""
        price: int = settings.OPENAPI_SERVER[f"CREDITS_{self.kind.upper()}"]
        return price


BUILT_IN = (
    Model("seedance-2", "Seedance 2.0", "video"),
    Model("gpt-image-2", "ChatGPT Image 2", "image"),
    Model("nano-banana-2", "Nano Banana 2", "image"),
)


def models() -> dict[str, Model]:
    """Return all models by id: those of the contract, then those that `OMNI_MODELS` adds."""
    return parsed(settings.OMNI_MODELS)


def name_of(model_id: str) -> str:
    """Return the model's name, or its id if it was since removed from the settings."""
    model = models().get(model_id)
    return model.name if model else model_id


@lru_cache(maxsize=8)
def parsed(text: str) -> dict[str, Model]:
    """Return the built-in models and those of `text`, in the form `id:Name:kind,…`, by id.

    Raises:
        ValueError: names the entry that can't be read.
    """
    found = {model.id: model for model in BUILT_IN}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        model = _entry(entry)
        if model.id in found:
            raise ValueError(f"the model {model.id!r} is there twice")
        found[model.id] = model
    return found


def _entry(text: str) -> Model:
    parts = [part.strip() for part in text.split(":")]
    if len(parts) != 3 or not _MODEL_ID.fullmatch(parts[0]) or not 0 < len(parts[1]) <= _MAX_NAME:
        raise ValueError(f"{text!r} is not of the form id:Name:kind")
    kind = parts[2].lower()
    if kind not in get_args(Kind):
        raise ValueError(f"{text!r}: the kind is image or video")
    return Model(parts[0], parts[1], cast(Kind, kind))
