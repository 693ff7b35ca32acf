"""Prompts whose search text is of an earlier fold are filled anew, a batch at a time, while the studio is open.

The column says of each row whether it is done, so that whoever is killed goes on where they were, several may do it
at once, and what a studio of the version before writes meanwhile is filled, too.
"""

from __future__ import annotations

import time
from dataclasses import replace

from omnistudio.gallery.browse.search import Search
from omnistudio.gallery.models import Prompt

BATCH = 200
# A look for what is left, once all is done.
REST_SECONDS = 60.0


def is_done() -> bool:
    """Whether every prompt is found by the fold of today. One look into an index."""
    return not Prompt.objects.filter(fold_digest="").exists()


def as_rows_are(search: Search) -> Search:
    """A search as the prompts can be asked: in the earlier form, too, as long as some are kept in it."""
    return replace(search, earlier={}) if search.earlier and is_done() else search


class Refolding:
    """Goes through the prompts once, in the order of their ids; and again when it is at the end."""

    def __init__(self) -> None:
        self._after = 0
        self._look_at = 0.0

    @property
    def is_due(self) -> bool:
        """Whether there may be something to fill: not within a minute after a look that found nothing."""
        return time.monotonic() >= self._look_at

    def step(self, most: int = BATCH) -> int:
        """Fill the next rows, in one short transaction; returns how many. 0: there are none after the last ones."""
        left = Prompt.objects.filter(pk__gt=self._after, fold_digest="").order_by("pk").only("text")
        rows = list(left[:most])
        for row in rows:
            for name, value in Prompt.folds_of(row.text).items():
                setattr(row, name, value)
        if rows:
            Prompt.objects.bulk_update(rows, ["search_text", "fold_digest"])
            self._after = rows[-1].pk
        return len(rows)

    def work(self, seconds: float) -> int:
        """Fill rows for so long, at least one batch. Where none are left, the next look is due a minute later.

        Returns:
            How many rows were filled.
        """
        start, filled = time.monotonic(), 0
        while step := self.step():
            filled += step
            if time.monotonic() - start >= seconds:
                return filled
        self._after, self._look_at = 0, time.monotonic() + REST_SECONDS
        return filled
