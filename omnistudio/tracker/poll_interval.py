"""How often a task is looked at: as often as is of use, and no more often than the trackers keep up with."""

from __future__ import annotations

import time

from django.conf import settings
from django.utils import timezone

from omnistudio.core.models import Heartbeat
from omnistudio.gallery.models import Task
from omnistudio.gallery.queries import usual_time
from omnistudio.tracker import queries

# For so long what a model usually takes is not asked anew.
REMEMBERED_SECONDS = 10.0


class Pace:
    """The pace of one tracker. Its methods ask the database."""

    def __init__(self) -> None:
        self._usual: dict[str, tuple[float, float]] = {}
        self.least = 0.0
        """Seconds between two looks at a task, at least: 5,000 tasks every 2 s would be 2,500 looks a second."""

    def measure(self) -> None:
        """See how many tasks there are to follow, and how many trackers share them."""
        trackers = max(1, Heartbeat.objects.alive(Heartbeat.Role.TRACKER).count())
        self.least = queries.followed_count() / (trackers * settings.TRACKER["LOOKS_PER_SECOND"])

    def next_look(self, task: Task) -> float:
        """Seconds until the next look at a task that goes well.

        Until four fifths of what its model usually takes: at most every 10 s, so that “queued” and “running”
        stay true without many calls. From then on every 2 s, growing to 30 s with the time it is overdue. More
        seldom where there are too many tasks for that: late for all alike, and not at random.
        """
        shortest, longest = settings.TRACKER["POLL_SECONDS"], settings.TRACKER["MAX_POLL_SECONDS"]
        expected = self._expected(task.model_id)
        waited = (timezone.now() - (task.followed_since or timezone.now())).total_seconds()
        if waited < 0.8 * expected:
            wanted = min(10.0, 0.8 * expected - waited)
        else:
            wanted = min(longest, (waited - expected) / 10)
        return float(max(shortest, wanted, self.least))

    def _expected(self, model_id: str) -> float:
        known, until = self._usual.get(model_id, (0.0, 0.0))
        if time.monotonic() < until:
            return known
        usual = usual_time(model_id)
        expected = usual.total_seconds() if usual else 0.0
        self._usual[model_id] = expected, time.monotonic() + REMEMBERED_SECONDS
        return expected
