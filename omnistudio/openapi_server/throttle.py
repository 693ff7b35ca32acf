"""Limit the requests of each key in fixed windows of a minute, counted in the cache."""

from __future__ import annotations

import logging
import threading
import time

from django.conf import settings
from django.core.cache import cache

from omnistudio.core import trouble

logger = logging.getLogger(__name__)

WINDOW = 60
PIECES = 50


class Throttle:
    """Counts the requests of each key. Thread-safe.

    If the cache is in the database, each count in it is a write, while most requests only read. So each process
    counts by itself and adds to the shared count in pieces of 1/50 of the limit. With several processes, a key may
    exceed the limit by one piece for each. While the cache is unavailable, each process allows the whole limit.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._mine: dict[int, int] = {}
        self._total: dict[int, int] = {}

    def seconds_to_wait(self, key_id: int) -> int:
        """Count one request. Return 0 if it is allowed, else the seconds until the next window begins."""
        allowed: int = settings.OPENAPI_SERVER["REQUESTS_PER_MINUTE"]
        now = time.time()
        window = int(now // WINDOW)
        piece = max(1, allowed // PIECES)
        with self._lock:
            if window != self._window:
                self._window, self._mine, self._total = window, {}, {}
            mine = self._mine[key_id] = self._mine.get(key_id, 0) + 1
            total = self._total[key_id] = self._total.get(key_id, 0) + 1
            share = mine % piece == 1 or piece == 1
        if share and total <= allowed:
            total = self._shared(key_id, window, piece)
        return max(1, int((window + 1) * WINDOW - now)) if total > allowed else 0

    def _shared(self, key_id: int, window: int, piece: int) -> int:
        """Add the piece that begins now to the shared count; return the count of all processes up to this request."""
        name = f"openapi-requests:{key_id}:{window}"
        try:
            cache.add(name, 0, timeout=2 * WINDOW)
            total = cache.incr(name, piece) - piece + 1
        except ValueError:  # evicted from a full cache just now
            total = 1
        except Exception as error:
            if trouble.kind_of(error) is None:
                raise
            # Requests are not refused because of it: this process counts alone (below) until the cache is back.
            logger.warning("the cache does not answer, so this process counts by itself: %s", type(error).__name__)
            total = 1
        with self._lock:
            if window == self._window:
                total = self._total[key_id] = max(total, self._total.get(key_id, 0))
        return total


throttle = Throttle()
