"""Why a claim is a conditional update: the race happens without the condition, and does not with it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connections
from django.utils import timezone

from omnistudio.core import leases
from omnistudio.gallery.models import Task
from omnistudio.tracker import queries

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number: int, act: Callable[[str], list[int]]) -> list[list[int]]:
    """What `act` gives to each of so many threads, which have connections of their own."""
    given: dict[str, list[int]] = {}

    def run(name: str) -> None:
        try:
            given[name] = act(name)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[f"tracker {one}"]) for one in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(given) == number, "a thread broke off"
    return list(given.values())


def test_without_the_condition_a_task_is_claimed_twice(make_task) -> None:
    """What `claim` would be if it believed what it has read."""
    made, both_have_read = make_task(), threading.Barrier(2)

    def naive(holder: str) -> list[int]:
        ids = list(queries.workable().filter(leases.due()).values_list("pk", flat=True))
        both_have_read.wait(10)
        return [pk for pk in ids if Task.objects.filter(pk=pk).update(holder=holder, lease_until=timezone.now())]

    assert at_once(2, naive) == [[made.pk], [made.pk]]


def test_with_the_condition_one_takes_it(make_task, monkeypatch) -> None:
    made, both_have_read = make_task(), threading.Barrier(2)
    atomic = leases.transaction.atomic

    class Together:
        """The module `transaction` as `claim` sees it: both have read before one begins to write."""

        @staticmethod
        def atomic(**options):
            both_have_read.wait(10)
            return atomic(**options)

    monkeypatch.setattr(leases, "transaction", Together)

    def claim(holder: str) -> list[int]:
        return leases.claim(queries.workable(), holder=holder, seconds=60, limit=5)

    assert sorted(at_once(2, claim)) == [[], [made.pk]]


def test_many_trackers_claim_each_task_once(make_task) -> None:
    tasks, all_here = [make_task() for _ in range(12)], threading.Barrier(6)

    def claim(holder: str) -> list[int]:
        all_here.wait(10)
        mine = []
        while more := leases.claim(queries.workable(), holder=holder, seconds=60, limit=2):
            mine += more
        return mine

    taken = Counter(pk for mine in at_once(6, claim) for pk in mine)
    # Where rows that somebody locks are skipped, a few may be left for the next look.
    left = Counter(leases.claim(queries.workable(), holder="last", seconds=60, limit=99))
    assert taken + left == {made.pk: 1 for made in tasks}
    assert taken
