"""What has changed since a page was drawn: the one question that each poll asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from omnistudio.gallery.models import Task
from omnistudio.studio.feed.queries import Pending, pending_of

# Changed cards of one answer. Many more at once would keep the browser busy for seconds; the page asks again at once.
MAX_CHANGED = 100
# As text: to build the question anew from a queryset takes thirty times as long as to have it answered.
_OWN = f"""
    SELECT id, run_id, revision, status, trouble FROM {Task._meta.db_table}
    WHERE owner_id = %s AND deleted_at IS NULL AND
"""  # noqa: S608 (names of our own)
_NEWER = f"{_OWN} run_id > %s"
_UNFINISHED = f"{_OWN} status IN {tuple(map(str, Task.UNFINISHED))}"


@dataclass(frozen=True)
class News:
    """Cards with another revision, and runs that the page does not have."""

    changed: set[int]
    changed_runs: set[int]
    new_runs: set[int]
    pending: Pending
    # Whether more has changed than one answer brings.
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.changed or self.new_runs)


def news(user_id: int, cards: dict[int, int], after: int) -> News:
    """Compare the cards of a page (task id to revision) with the record; one query."""
    changed: dict[int, int] = {}  # and their runs
    new_runs, troubles = set(), []
    for pk, run_id, revision, status, trouble in _own_tasks(user_id, cards, after):
        if status in Task.UNFINISHED:
            troubles.append(trouble)
        if run_id > after:
            new_runs.add(run_id)
        elif cards.get(pk, revision) != revision:
            changed[pk] = run_id
    newest = sorted(changed, reverse=True)[:MAX_CHANGED]
    runs = {changed[pk] for pk in newest}
    return News(set(newest), runs, new_runs, pending_of(troubles), len(changed) > MAX_CHANGED)


def _own_tasks(user_id: int, cards: Collection[int], after: int) -> list[tuple[int, int, int, str, str]]:
    """The person's tasks of runs after `after`, on their way, or among `cards`; not the trash.

    A union and not an OR: for an OR SQLite reads all tasks of the person; of a union each part has its index.
    """
    parts, values = [_NEWER, _UNFINISHED], [user_id, after, user_id]
    if cards:
        parts.append(f"{_OWN} id IN ({', '.join(['%s'] * len(cards))})")
        values += [user_id, *cards]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(parts), values)
        return cursor.fetchall()
