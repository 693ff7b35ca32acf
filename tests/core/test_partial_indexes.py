"""Every partial index is used by what the studio asks, as it asks it: 10,000 rows, six keys, both databases."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import UniqueConstraint
from django.http import QueryDict
from django.utils import timezone

from omnistudio.accounts.models import ApiKey, Membership, Team, User
from omnistudio.core.partial_indexes import is_one_of, is_word
from omnistudio.gallery import queries as record
from omnistudio.gallery.browse import pagination
from omnistudio.gallery.browse.filters import Filter
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.history.latest import newest
from omnistudio.gallery.models import Prompt, Run, Task
from omnistudio.openapi_server import queries as server
from omnistudio.openapi_server.models import Job
from omnistudio.openapi_server.services import jobs
from omnistudio.studio.feed import queries as studio
from omnistudio.tracker import queries as tracker
from omnistudio.tracker import services
from omnistudio.tracker.worker import Tracker
from tests.postgres import Postgres, programs

ROWS = 10_000
MODELS = ("gpt-image-2", "nano-banana-2", "seedance-2")


@dataclass
class World:
    """Six people with keys, of whom the last has little; a small team of two others; a prompt that is used often."""

    people: list[User]
    team: Team
    prompt: Prompt

    def page(self, kind: Any, query: str = "") -> None:
        scope = Scope(kind, self.people[-1], team=self.team if kind == "team" else None)
        pagination.page(scope, Filter.of(QueryDict(query)))

    def strips(self) -> None:
        newest(Scope("team", self.people[0], team=self.team).tasks, [self.prompt.pk], 8)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Filled once; as in earnest SQLite has no statistics, and PostgreSQL's are new."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _filled()
        transaction.set_rollback(True)


def _filled() -> World:
    people = [User.objects.create(email=f"person{number}@example.com") for number in range(6)]
    ApiKey.objects.bulk_create(ApiKey(owner=person, sealed="x", last_four="abcd") for person in people)
    team = Team.objects.create(name="Atelier")
    Membership.objects.bulk_create(Membership(team=team, user=person, role="owner") for person in people[:2])
    texts = [f"a celadon vase, number {number}" for number in range(200)]
    prompts = Prompt.objects.bulk_create(
        Prompt(text=text, search_text=text, digest=f"{number:064}") for number, text in enumerate(texts)
    )
    runs = Run.objects.bulk_create(Run(owner=person, submission=uuid.uuid4()) for person in people)
    Task.objects.bulk_create(_task(number, people, team, prompts, runs) for number in range(ROWS))
    Job.objects.bulk_create(_job(number, people) for number in range(ROWS))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Rows that lie where earlier tests left room are in no order, which makes an index look dear.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("CLUSTER gallery_task USING gallery_task_pkey")
            cursor.execute("CLUSTER openapi_server_job USING openapi_server_job_pkey")
            cursor.execute("ANALYZE")
    return World(people, team, prompts[0])


def _task(number: int, people: list[User], team: Team, prompts: list[Prompt], runs: list[Run]) -> Task:
    owner = 5 if number % 36 == 5 else number % 5
    model = MODELS[(number // 6 % 50 == 0) + (number // 6 % 25 == 0)]  # the last one seldom
    status = "succeeded" if number % 7 < 4 else "failed"
    if number % 500 == 0:
        status = ("waiting", "sending", "queued", "running")[number // 500 % 4]
    now = timezone.now()
    return Task(
        owner=people[owner],
        run=runs[owner],
        prompt=prompts[number % 200],
        team=team if owner < 2 and number % 4 < 2 else None,
        model_id=model,
        kind="video" if model == "seedance-2" else "image",
        aspect_ratio="1:1",
        status=status,
        credits=15 if number % 50 else None,
        due_at=now - timedelta(minutes=number % 10),
        lease_until=now + timedelta(minutes=1) if status == "sending" else None,
        created_at=now - timedelta(minutes=ROWS - number),
        accepted_at=now,
        finished_at=now if status in ("succeeded", "failed") else None,
        deleted_at=now if number % 100 == 7 else None,
    )


def _job(number: int, people: list[User]) -> Job:
    now = timezone.now()
    is_open = number % 500 == 0
    return Job(
        request_id=f"omni_{number}",
        owner=people[number % 6],
        model_id="gpt-image-2",
        kind="image",
        prompt="a vase",
        seed=number,
        language="en",
        status=1 if is_open else 3,
        credits=15,
        body_sha256="x" * 64,
        due_at=now - timedelta(minutes=number % 10),
        finished_at=None if is_open else now,
        expires_at=now - timedelta(days=1) if number % 1000 == 1 else None,
    )


Asked = Callable[[World], object]
# Index, what the studio does, and what else serves it as well.
ASKED: list[tuple[str, Asked, tuple[str, ...]]] = [
    ("task_team", lambda world: world.page("team", "status=all"), ()),
    ("task_team_status", lambda world: world.page("team"), ()),
    ("task_team_person", lambda world: world.page("team", f"status=all&person={world.people[1].pk}"), ()),
    ("task_team_model", lambda world: world.page("team", "status=all&model=seedance-2"), ()),
    ("task_owner_status", lambda world: world.page("mine"), ()),
    ("task_prompt_team", lambda world: world.strips(), ()),
    ("task_trash", lambda world: world.page("trash"), ()),
    ("task_unfinished", lambda world: studio.pending(world.people[0].pk), ("task_owner_status",)),
    ("task_due", lambda _world: tracker.next_ids([], Counter(), per_person=4, limit=64), ("task_unfinished",)),
    ("task_due", lambda _world: Tracker()._claim(64, [], Counter(), [], []), ("task_unfinished",)),
    ("task_due", lambda _world: services.expire_sending(), ("task_unfinished",)),
    ("task_due", lambda _world: tracker.followed_count(), ("task_unfinished",)),
    ("task_done_by_model", lambda _world: record.usual_time("seedance-2"), ()),
    ("task_cost_by_model", lambda _world: record.last_cost("seedance-2"), ()),
    # All tasks here are of this month: PostgreSQL reads those of the person then, by the index of the key.
    ("task_spent", lambda world: studio.spent_this_month(world.people[0].pk), ("gallery_task_owner_id_c5feb92f",)),
    ("openapi_job_unfinished", lambda _world: jobs.claim_next("renderer", 45), ()),
    ("openapi_job_held", lambda world: server.held(world.people[0]), ()),
    ("openapi_job_expires", lambda _world: jobs.expire_results(), ()),
]


@contextmanager
def listening(found: list[tuple[str, Any]]) -> Iterator[None]:
    """Collects the statements with their parameters beside them, as the database gets them."""

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "UPDATE")):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield


def plan_of(sql: str, params: Any) -> str:
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(explain + sql, params)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


# Whole tables of ours that are never to be read; through a partial index a scan reads what is in that.
WHOLE = re.compile(
    r"SCAN (gallery_task|openapi_server_job|U\d)(?! USING (COVERING )?INDEX (task_|openapi_))"
    r"|Seq Scan on (gallery_task|openapi_server_job)\b"
)


@pytest.mark.parametrize(("index", "act", "others"), ASKED, ids=[f"{n}-{row[0]}" for n, row in enumerate(ASKED)])
def test_the_index_is_used_and_no_table_is_read_whole(db, world, index, act, others):
    found: list[tuple[str, Any]] = []
    with transaction.atomic():
        with listening(found):
            act(world)
        plans = [plan_of(sql, params) for sql, params in found]
        transaction.set_rollback(True)
    everything = "\n\n".join(plans)
    used = {index, *others} & set(re.findall(r"\w+", everything))
    assert used, everything
    assert not WHOLE.search(everything), everything


def test_each_partial_index_is_among_them():
    """Also of models added later. Indexes of constraints are used by the database itself only."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("omnistudio.")]
    partial = {index.name for model in ours for index in model._meta.indexes if index.condition is not None}
    assert partial == {index for index, _act, _others in ASKED}
    unique = {
        constraint.name
        for model in ours
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.condition is not None
    }
    assert unique == {"openapi_one_charge_a_job", "openapi_one_refund_a_job"}


def test_an_idle_query_reads_only_unfinished_tasks(db, world):
    """The statement as it is sent: the condition of the index as text, everything else as parameters."""
    found: list[tuple[str, Any]] = []
    with listening(found):
        tracker.next_ids([], Counter(), per_person=4, limit=64)
    ((sql, params),) = found
    assert "\"status\" IN ('waiting', 'sending', 'queued', 'running')" in sql
    assert {"sending", "rejected"} <= set(params)
    if connection.vendor == "sqlite":
        assert "SEARCH gallery_task USING INDEX task_due (due_at<?)" in plan_of(sql, params)


@pytest.mark.parametrize("word", ["a'b", "50%", "", "Ä", "a b", "x\0"])
def test_only_words_of_our_own_stand_in_sql(word):
    with pytest.raises(ValueError, match="words of our own"):
        is_word("status", word)
    with pytest.raises(ValueError, match="words of our own"):
        is_one_of("status", ["waiting", word])


@pytest.mark.slow
@pytest.mark.skipif(
    programs() is None or connection.vendor == "postgresql", reason="SQLite first, with PostgreSQL here"
)
def test_so_it_is_on_postgresql(tmp_path):
    with Postgres() as postgres:
        environment = {**os.environ, "DATABASE_URL": postgres.create("indexes"), "OMNISTUDIO_DATA_DIR": str(tmp_path)}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", __file__]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:]
