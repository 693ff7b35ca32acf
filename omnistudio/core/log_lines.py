"""How a log is written: what somebody sent can't pass for a line of its own."""

from __future__ import annotations

import logging
import re
from typing import Any

# Also what moves a terminal's cursor, or ends a line elsewhere than here.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def harmless(text: str) -> str:
    """`text` with its control characters spelt out, and its further lines set in."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text).replace("\n", "\n    ")


class OneRecordALine(logging.Formatter):
    """A record begins at the margin and nothing else does: no path with `%0A` in it, no exception's words."""

    def __init__(self, format: str | None = None, **options: Any) -> None:
        super().__init__(format, **options)

    def format(self, record: logging.LogRecord) -> str:
        return harmless(super().format(record))
