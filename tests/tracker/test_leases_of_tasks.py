"""Claims: which rows a tracker takes, and that a look which finds none writes nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omnistudio.accounts.models import ApiKey
from omnistudio.core import leases
from omnistudio.core.leases import claim
from omnistudio.gallery.models import Task
from omnistudio.tracker import queries
from omnistudio.tracker.worker import Tracker
from tests.tracker.helpers import now, track

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)


def claimed(holder: str = "me", limit: int = 10) -> list[int]:
    return claim(queries.workable(), holder=holder, seconds=60, limit=limit)


def test_a_lease_names_its_holder_and_its_end(make_task) -> None:
    made = make_task()
    assert claimed() == [made.pk]
    assert now(made).holder == "me"
    assert timedelta(seconds=50) < made.lease_until - timezone.now() <= MINUTE
    assert made.revision == 1, "a claim is nothing that a page shows"


def test_a_leased_task_is_not_claimed_until_the_lease_ends(make_task) -> None:
    made = make_task()
    claimed("another")
    assert claimed() == []
    Task.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert claimed() == [made.pk]
    assert now(made).holder == "me"


def test_a_task_that_is_not_due_is_not_claimed(make_task) -> None:
    make_task(due_at=timezone.now() + MINUTE)
    assert claimed() == []


@pytest.mark.parametrize("status", Task.Status.values)
def test_only_tasks_with_a_next_step_are_claimed(make_task, status: str) -> None:
    make_task(status=status)
    assert len(claimed()) == (status in ("waiting", "queued", "running"))


def test_the_longest_due_tasks_are_claimed_up_to_the_limit(make_task) -> None:
    tasks = [make_task(due_at=timezone.now() - MINUTE * minutes) for minutes in (1, 3, 2)]
    assert set(claimed(limit=2)) == {tasks[1].pk, tasks[2].pk}
    assert claimed(limit=0) == []


def test_an_empty_claim_writes_and_locks_nothing(make_task) -> None:
    make_task(status="succeeded")
    with CaptureQueriesContext(connection) as asked:
        assert claimed() == []
    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]


def test_a_row_changed_before_the_claim_is_not_claimed(make_task, monkeypatch) -> None:
    made = make_task()
    unordered = leases._unordered

    def cancelled_first(rows):
        Task.objects.filter(pk=made.pk).update(status="cancelled")
        return unordered(rows)

    monkeypatch.setattr(leases, "_unordered", cancelled_first)
    assert claimed() == []
    assert (now(made).holder, made.lease_until) == ("", None)


def test_of_several_the_ones_that_have_moved_on_meanwhile_are_left(make_task, monkeypatch) -> None:
    tasks = [make_task() for _ in range(3)]
    unordered = leases._unordered

    def one_is_cancelled(rows):
        Task.objects.filter(pk=tasks[1].pk).update(status="cancelled")
        return unordered(rows)

    monkeypatch.setattr(leases, "_unordered", one_is_cancelled)
    assert claimed() == [tasks[0].pk, tasks[2].pk]
    assert now(tasks[1]).holder == ""


def test_many_cost_as_many_queries_as_one(make_task) -> None:
    counts = []
    for number in (1, 20):
        for _ in range(number):
            make_task()
        with CaptureQueriesContext(connection) as asked:
            assert len(queries.tasks_at_work(claimed(limit=50))) == number
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_trashed_task_is_followed(service, make_task) -> None:
    made = make_task(status="queued", remote_id="x", deleted_at=timezone.now())
    track()
    assert now(made).attempts == 1
    assert len(service.gets) == 1


@pytest.mark.parametrize(
    ("fields", "is_due"),
    [
        ({}, True),
        ({"status": "running"}, True),
        ({"due_at": timezone.now() + timedelta(days=1)}, False),
        ({"status": "sending"}, False),
        ({"status": "succeeded"}, False),
        ({"holder": "other", "lease_until": timezone.now() + timedelta(days=1)}, False),
        ({"holder": "other", "lease_until": timezone.now() - timedelta(days=1)}, True),
    ],
)
def test_the_quick_check_sees_claimable_tasks(make_task, fields, is_due) -> None:
    """Its statement was built once, at another time, and still knows what is due now."""
    queries.something_due.finds_any()
    make_task(**fields)
    assert queries.something_due.finds_any() is is_due
    assert bool(queries.next_ids([], Counter(), per_person=4, limit=8)) is is_due


def test_the_quick_check_requires_a_key(make_task, owner) -> None:
    make_task()
    ApiKey.objects.filter(owner=owner).update(state="rejected")
    assert not queries.something_due.finds_any()
    ApiKey.objects.filter(owner=owner).update(state="verified")
    assert queries.something_due.finds_any()


def test_the_quick_check_sees_tasks_lost_while_sending(make_task) -> None:
    task = make_task(status="sending", lease_until=timezone.now() + timedelta(minutes=1))
    assert not queries.something_lost.finds_any()
    Task.objects.filter(pk=task.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert queries.something_lost.finds_any()


def test_an_idle_tracker_runs_one_quick_query(db, django_assert_num_queries) -> None:
    tracker = Tracker()
    tracker._claim(64, [], Counter(), [], [])
    with django_assert_num_queries(1):
        assert tracker._claim(64, [], Counter(), [], []) == []
