"""“Spent this month”: what it counts, and that it reads one index and no task."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omnistudio.gallery.models import Task
from omnistudio.studio.feed.queries import spent_this_month


def test_it_is_this_months_credits_less_what_came_back(owner, stranger, make_task):
    make_task(status="succeeded", credits=60)
    make_task(status="failed", credits=15, refunded=15)
    make_task(status="failed", credits=15)
    make_task()
    make_task(stranger, status="succeeded", credits=500)
    make_task(status="succeeded", credits=400, created_at=timezone.localtime().replace(day=1) - timedelta(days=2))
    assert spent_this_month(owner.pk) == 75


def test_a_trashed_task_was_paid_for_all_the_same(owner, make_task):
    make_task(status="succeeded", credits=15, deleted_at=timezone.now())
    assert spent_this_month(owner.pk) == 15


def _plan(act) -> str:
    """How the database answers the one query that `act` asks."""
    with CaptureQueriesContext(connection) as caught:
        act()
    (query,) = caught.captured_queries
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a table that nothing has vacuumed it would rather read the pages.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + query["sql"])
        return "\n".join(str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("analyzed", [False, True])
def test_it_is_read_from_the_index_alone(owner, make_task, analyzed):
    made = make_task(status="succeeded", credits=15)
    columns = {"owner": owner, "run": made.run, "prompt": made.prompt, "model_id": made.model_id, "kind": "image"}
    Task.objects.bulk_create([Task(**columns, status="succeeded", credits=15) for _ in range(10_000)])
    if analyzed and connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    plan = _plan(lambda: spent_this_month(owner.pk))
    wanted = "Index Only Scan using task_spent" if connection.vendor == "postgresql" else "COVERING INDEX task_spent"
    assert wanted in plan
