"""Keys in texts: how one looks, how it is shown, and how it is kept out of everything else."""

from __future__ import annotations

import json
import re

__all__ = ["is_key_form", "mask", "redact"]

# The contract says `sk-` and 32 more characters, of which it shows none. Letters, digits, `-` and `_` are
# what generators of such keys use, and what travels in a header unquoted. The length is not held to 32:
# sister sites run the same API, and a form that turns a working key down is worse than one that lets the
# service say no.
_KEY = re.compile(r"sk-[A-Za-z0-9_-]{16,200}")

# In free text more is hidden than would be accepted. A letter or a digit before it makes it a part of a word
# ("task-20240101"), unless that letter belongs to an escape: `\n` in JSON, `%22` in a URL.
_BOUNDARY = r"(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt])|(?<=%[0-9A-Fa-f]{2}))"
_LOOKS_LIKE_A_KEY = re.compile(_BOUNDARY + r"sk-[A-Za-z0-9_-]{8,}")

_TOO_SHORT_FOR_A_TAIL = 20


def is_key_form(text: str) -> bool:
    """Whether ``text`` could be a key: ``sk-`` and 16 to 200 letters, digits, ``-`` or ``_``.

    Says nothing about whether a service takes it.
    """
    return _KEY.fullmatch(text) is not None


def mask(key: str) -> str:
    """``key`` as it may be shown: ``sk-…a1b2``. One too short to give four characters away shows none."""
    head = "sk-…" if key.startswith("sk-") else "…"
    return head if len(key) < _TOO_SHORT_FOR_A_TAIL else head + key[-4:]


def redact(text: str, *keys: str) -> str:
    """``text`` with each of ``keys``, and all that looks like some other key, masked.

    A key is found as it is and as JSON writes it. Redacting twice changes nothing more.
    """
    written = {form: mask(key) for key in keys if key for form in (key, json.dumps(key)[1:-1])}
    for form in sorted(written, key=len, reverse=True):
        text = text.replace(form, written[form])
    return _LOOKS_LIKE_A_KEY.sub(lambda found: mask(found[0]), text)
