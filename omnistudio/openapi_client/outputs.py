"""Where an answer names the results of a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .catalogue import Kind
from .models import OutputKind, RemoteOutput
from .values import text

MAX_URL = 4_000
"""The most characters of an address."""
MAX_OUTPUTS = 64
"""The most results of one task that are read."""

# In the order in which they are shown where they are of one kind: the three fields of the contract, then those
# that sister services are known to use. Each is a link, an object with a link in ``url``, or a list of these.
_FIELDS: tuple[tuple[str, OutputKind | None], ...] = (
    ("image_url", "image"),
    ("video_url", "video"),
    ("audio_url", "audio"),
    ("images", "image"),
    ("output_url", None),
    ("results", None),
)


def outputs_in(find: Callable[[str], Any], kind: Kind | None, key: str) -> tuple[RemoteOutput, ...]:
    """Every result that is named, each address once: those of the task's own kind first, a sound last.

    A video may bring a still in ``image_url``, so the video goes first unless the task is one for an image.

    Args:
        find: gives a field of the answer by its name.
        kind: what the task was for; None where the answer does not say.
        key: a link that carries it is none of ours to keep.
    """
    found: dict[str, RemoteOutput] = {}
    for name, kind_of_field in _FIELDS:
        for url in _links(find(name)):
            if key not in url:
                found.setdefault(url, RemoteOutput(kind_of_field or kind or "image", url))
    first = kind or "video"
    ranked = sorted(found.values(), key=lambda output: output.kind != first)
    sounds = [output for output in ranked if output.kind == "audio"][:MAX_OUTPUTS]
    others = [output for output in ranked if output.kind != "audio"]
    return (*others[: MAX_OUTPUTS - len(sounds)], *sounds)


def _links(value: Any) -> list[str]:
    """The addresses in a field, without the space around them. Redacting one would break it."""
    listed = value if isinstance(value, list) else [value]
    named = [one.get("url") if isinstance(one, dict) else one for one in listed[:MAX_OUTPUTS]]
    urls = (text(one.strip(), MAX_URL) for one in named if isinstance(one, str))
    return [url for url in urls if url is not None]
