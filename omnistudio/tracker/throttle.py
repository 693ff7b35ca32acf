"""Keys that the service turns away for now (429, 503): each is asked with one create at a time, the oldest first.

A service that runs two tasks of a key at once answers the third with 429. If each task waited for itself, the
newest would be tried first and the places that come free would stay empty for up to a minute. So the whole key
waits, and goes on as soon as one of its tasks ends.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from omnistudio.tracker.services import back_off

# So many creates in a row that the service takes, and the key is not asked one at a time any more.
ENOUGH_ACCEPTED = 4
# Seconds after which a key that nothing was heard of is forgotten: there is nothing left to send with it.
REMEMBERED_SECONDS = 120.0


@dataclass
class _Key:
    until: float = 0.0
    heard: float = 0.0
    attempts: int = 0
    accepted: int = 0
    # When a task of the key last ended, by the clock of `time.monotonic`.
    ended: float = 0.0
    # The service named the time itself: nothing of ours makes it shorter.
    is_firm: bool = False


class Throttle:
    """The keys of one tracker that wait, by the id of their person. Only the loop's thread changes it."""

    def __init__(self) -> None:
        self._keys: dict[int, _Key] = {}
        self._creating: Counter[int] = Counter()

    @contextmanager
    def creating(self, owner_id: int) -> Iterator[None]:
        """A create of the person's key is under way."""
        self._creating[owner_id] += 1
        try:
            yield
        finally:
            self._creating[owner_id] -= 1

    def turned_away(
        self, owner_id: int, retry_after: float | None, *, attempts: int = 0, began: float = 0.0
    ) -> float:
        """Hold the key, for as long as the service said; else for 1, 2, 4 … 60 s by how often it was turned away.

        Args:
            attempts: how often the task at hand was turned away, by whichever tracker.
            began: when the create began (`time.monotonic`): where a task ended since, there may be a place by now.

        Returns:
            Seconds until it is asked again.
        """
        key = self._keys.setdefault(owner_id, _Key())
        wait = 1.0 if key.ended > began else back_off(max(key.attempts, attempts))
        wait *= random.uniform(0.9, 1.1)  # noqa: S311 (no secret)
        if retry_after is not None:  # not before that moment, and never at once, or it would be a storm
            wait = max(1.0, retry_after) * random.uniform(1.0, 1.1)  # noqa: S311 (no secret)
        key.attempts, key.accepted, key.is_firm = key.attempts + 1, 0, retry_after is not None
        key.heard = time.monotonic()
        key.until = max(key.until, key.heard + wait)
        return wait

    def accepted(self, owner_id: int) -> None:
        """The service took a create: the next of the key goes at once."""
        if key := self._keys.get(owner_id):
            key.until, key.attempts, key.accepted, key.heard = 0.0, 0, key.accepted + 1, time.monotonic()
            if key.accepted >= ENOUGH_ACCEPTED:
                del self._keys[owner_id]

    def waits(self, owner_id: int) -> bool:
        """Whether the key waits for a place, and not for a moment that the service named."""
        key = self._keys.get(owner_id)
        return key is not None and not (key.is_firm and key.until > time.monotonic())

    def ended(self, owner_id: int) -> None:
        """A task of the key ended at the service, so there may be a place."""
        if key := self._keys.get(owner_id):
            key.ended = key.heard = time.monotonic()
            if self.waits(owner_id):
                key.until, key.is_firm = 0.0, False

    def keys(self) -> list[int]:
        """All persons whose key was turned away lately: their waiting tasks are taken up by `next_in_turn` alone."""
        old = time.monotonic() - REMEMBERED_SECONDS
        self._keys = {owner: key for owner, key in self._keys.items() if max(key.until, key.heard) > old}
        return list(self._keys)

    def next_in_turn(self) -> list[int]:
        """Those of them whose oldest waiting task may be sent now."""
        now = time.monotonic()
        return [owner for owner, key in self._keys.items() if key.until <= now and not self._creating[owner]]
