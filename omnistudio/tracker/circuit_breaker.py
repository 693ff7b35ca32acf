"""A circuit breaker: while the service does not answer at all, it is asked with one task at a time."""

from __future__ import annotations

import time


class Breaker:
    """Opens after `threshold` calls in a row without an answer, for `rest` seconds at a time.

    While it is open nothing is claimed; after the rest one call goes out, and its outcome decides.
    """

    def __init__(self, *, threshold: int = 5, rest: float = 10.0) -> None:
        self.threshold, self.rest = threshold, rest
        self._misses = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self._open_until

    @property
    def has_tripped(self) -> bool:
        """Whether the service has not answered lately: open, or waiting for the one call that decides."""
        return self._misses >= self.threshold

    def allowance(self, wanted: int) -> int:
        """How many of the wanted calls may start now."""
        if self.is_open:
            return 0
        return min(wanted, 1) if self._misses >= self.threshold else wanted

    def started(self) -> None:
        """Note that calls went out. After a rest only one may; the next follows when it has ended, or later."""
        if self._misses >= self.threshold:
            self._open_until = time.monotonic() + self.rest

    def answered(self) -> None:
        """A call got an answer, whatever it said."""
        self._misses = 0
        self._open_until = 0.0

    def missed(self) -> None:
        """A call got no answer."""
        self._misses += 1
        if self._misses >= self.threshold:
            self._open_until = time.monotonic() + self.rest
