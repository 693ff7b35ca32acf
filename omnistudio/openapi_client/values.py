"""Lenient readers of single values: each gives what it can make sense of, or None; none of them raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

MAX_RETRY_AFTER = 3_600.0
"""Seconds. A service that asks for a day is asked again in an hour: its tasks have people waiting for them."""

_DIGITS = re.compile(r"-?[0-9]{1,18}")
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def clean(said: str) -> str:
    """``said`` without what a database refuses: NUL (PostgreSQL) and lone surrogates (no UTF-8)."""
    return said.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def text(value: Any, limit: int | None = None) -> str | None:
    """A string with something in it, storable, of at most ``limit`` characters."""
    if not isinstance(value, str) or not value.strip() or (limit is not None and len(value) > limit):
        return None
    return clean(value)


def integer(value: Any, low: int, high: int) -> int | None:
    """A whole number from ``low`` to ``high``: 15, 15.0 and "15", but not True."""
    if isinstance(value, str):
        value = int(value) if _DIGITS.fullmatch(value.strip()) else None
    elif isinstance(value, float):
        value = int(value) if value.is_integer() else None  # infinity and NaN are none
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if low <= value <= high else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by ``Retry-After``, which is a number of them or a date (RFC 9110, 10.2.3); 0 to 3,600.

    A date counts from the service's own ``Date`` where there is one, so that a clock that is off does no
    harm.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), MAX_RETRY_AFTER)
    then = _date(value)
    if then is None:
        return None
    now = _date(headers.get("date", "")) or datetime.now(UTC)
    return min(max((then - now).total_seconds(), 0.0), MAX_RETRY_AFTER)


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
