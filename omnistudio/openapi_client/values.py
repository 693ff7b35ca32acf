"""Read single values leniently: each function returns what it can make sense of, or None, and never raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

MAX_RETRY_AFTER = 3_600.0
"""Seconds. Even if a service asks to wait for a day, it is tried again in an hour: people are waiting for tasks."""

_DIGITS = re.compile(r"-?[0-9]{1,18}")
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def clean(said: str) -> str:
    """Return ``said`` without what databases refuse: NUL (PostgreSQL) and lone surrogates (not valid in UTF-8)."""
    return said.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def text(value: Any, limit: int | None = None) -> str | None:
    """Return a string fit for storing; None if it is no string, blank, or longer than ``limit`` characters."""
    if not isinstance(value, str) or not value.strip() or (limit is not None and len(value) > limit):
        return None
    return clean(value)


def integer(value: Any, low: int, high: int) -> int | None:
    """Return a whole number from ``low`` to ``high``; accepts 15, 15.0 and "15", but not True."""
    if isinstance(value, str):
        value = int(value) if _DIGITS.fullmatch(value.strip()) else None
    elif isinstance(value, float):
        value = int(value) if value.is_integer() else None  # False for infinity and NaN
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if low <= value <= high else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait, 0 to 3,600, by ``Retry-After``: seconds or a date (RFC 9110, 10.2.3).

    The difference between the date and the service's own ``Date`` is used, if there is one, because the clocks may
    differ.
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
