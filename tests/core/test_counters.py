"""Sums that all processes add to."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connections

from omnistudio.core import counters
from omnistudio.core.counters import Tally, values
from omnistudio.core.leases import claim
from omnistudio.gallery.models import Task
from omnistudio.gallery.services import transition


def test_counts_are_added(db):
    tally = Tally()
    tally.count("calls", "create", "ok")
    tally.count("calls", "create", "ok", amount=2)
    assert values() == {"calls|create|ok": 3}


def test_held_back_counts_are_added_together(db, django_assert_num_queries):
    tally = Tally()
    with tally.kept_back(), tally.kept_back():
        with django_assert_num_queries(0):
            for seconds in (0.05, 0.3, 99):
                tally.took("seconds", "look", seconds)
        with django_assert_num_queries(1):
            tally.flush()
        with django_assert_num_queries(0):
            tally.flush()
    assert values() == {
        "seconds_bucket|look|0.1": 1,
        "seconds_bucket|look|0.5": 1,
        "seconds_bucket|look|+Inf": 1,
        "seconds_sum|look": pytest.approx(99.35),
    }


def test_nested_blocks_hold_back_counts_until_the_last_ends(db, django_assert_num_queries):
    """Two trackers in one process: a count in a loop must never reach for the database."""
    tally = Tally()
    with tally.kept_back():
        with tally.kept_back():
            pass
        with django_assert_num_queries(0):
            tally.count("calls")
    tally.count("calls")
    assert values() == {"calls": 2}


def test_counts_survive_a_database_failure(db, monkeypatch):
    tally = Tally()
    with monkeypatch.context() as patch:
        patch.setattr(counters, "add", lambda _amounts: (_ for _ in ()).throw(DatabaseError))
        tally.count("calls")
    tally.count("calls")
    assert values() == {"calls": 2}


@pytest.mark.django_db(transaction=True)
def test_many_at_once_lose_nothing():
    def run() -> None:
        try:
            tally = Tally()
            for number in range(20):
                with tally.kept_back():
                    tally.count("a")
                    tally.count("b", str(number % 3))
                tally.flush()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert values(["a"]) == {"a": 80}
    assert sum(values().values()) == 160


def test_a_claim_of_an_expired_lease_is_counted(make_task):
    first, second = make_task(), make_task()
    Task.objects.filter(pk=first.pk).update(holder="dead", lease_until="2026-01-01T00:00Z")
    assert set(claim(Task.objects.all(), holder="me", seconds=5, limit=5)) == {first.pk, second.pk}
    assert values() == {"lease_takeovers|gallery.task": 1}


def test_an_end_is_counted_once(make_task):
    task = make_task(status="running")
    for _ in range(2):
        transition(task.pk, was=["running"], status="failed")
    transition(task.pk, was=["failed"], trouble="x")
    assert values() == {"tasks_ended|failed": 1}
