"""Recognise keys, mask them for display, and remove them from texts."""

from __future__ import annotations

import json
import re

__all__ = ["is_key_form", "mask", "redact"]

# The contract says `sk-` and 32 more characters, without saying which. Generators of such keys use letters, digits,
# `-` and `_`, which need no quoting in a header. Other lengths are accepted, too, because other sites run the same
# API: a form that rejects a working key is worse than one that leaves it to the service.
_KEY = re.compile(r"sk-[A-Za-z0-9_-]{16,200}")

# In free text, shorter keys are masked, too. After a letter or a digit it is part of a word ("task-20240101"),
# unless that character ends an escape: `\n` in JSON, `%22` in a URL.
_BOUNDARY = r"(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=%[0-9A-Fa-f]{2}))"
_LOOKS_LIKE_A_KEY = re.compile(_BOUNDARY + r"sk-[A-Za-z0-9_-]{8,}")

_TOO_SHORT_FOR_A_TAIL = 20


def is_key_form(text: str) -> bool:
    """Whether ``text`` could be a key: ``sk-`` and 16 to 200 letters, digits, ``-`` or ``_``.

    It says nothing about whether a service accepts it.
    """
    return _KEY.fullmatch(text) is not None


def mask(key: str) -> str:
    """Return ``key`` as it may be shown: ``sk-…a1b2``, or ``sk-…`` if it is shorter than 20 characters."""
    head = "sk-…" if key.startswith("sk-") else "…"
    return head if len(key) < _TOO_SHORT_FOR_A_TAIL else head + key[-4:]


def redact(text: str, *keys: str) -> str:
    """Return ``text`` with ``keys``, and everything else that looks like a key, masked.

    The keys are found as they are and as escaped in JSON. Redacting a second time changes nothing.
    """
    written = {form: mask(key) for key in keys if key for form in (key, json.dumps(key)[1:-1])}
    for form in sorted(written, key=len, reverse=True):
        text = text.replace(form, written[form])
    return _LOOKS_LIKE_A_KEY.sub(lambda found: mask(found[0]), text)
