"""Find the results of a task in an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .catalogue import Kind
from .models import OutputKind, RemoteOutput
from .values import text

MAX_URL = 4_000
"""The most characters of a link; longer ones are ignored."""
MAX_OUTPUTS = 64
"""The most results of one task that are read."""

# The three fields of the contract, then those that similar services are known to use. Results of the same kind are
# shown in this order. Each field is a link, an object with a link in ``url``, or a list of these.
_FIELDS: tuple[tuple[str, OutputKind | None], ...] = (
    ("image_url", "image"),
    ("video_url", "video"),
    ("audio_url", "audio"),
    ("images", "image"),
    ("output_url", None),
    ("results", None),
)


def outputs_in(find: Callable[[str], Any], kind: Kind | None, key: str) -> tuple[RemoteOutput, ...]:
    """Return the results, each link once: those of the task's own kind first, audio last; 64 at most.

    A video task may also have a still image in ``image_url``, so videos come first unless it is an image task.

    Args:
        find: returns a field of the answer by its name.
        kind: what the task makes; None if the answer does not say.
        key: our own key; links that contain it are left out, so that it is not stored.
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
    """Return the links in a field, without white space around them. They are not redacted: that would break them."""
    listed = value if isinstance(value, list) else [value]
    named = [one.get("url") if isinstance(one, dict) else one for one in listed[:MAX_OUTPUTS]]
    urls = (text(one.strip(), MAX_URL) for one in named if isinstance(one, str))
    return [url for url in urls if url is not None]
