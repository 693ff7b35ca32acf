"""Every change of a task's status is one of the table, and goes through it."""

from __future__ import annotations

import ast
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from omnistudio.gallery.models import Task
from omnistudio.gallery.services import NOT_ENDED, TRANSITIONS, transition, transition_all

PACKAGE = Path(settings.BASE_DIR) / "omnistudio"
STATES = [str(status) for status in Task.Status]
LEGAL = [(before, after) for before in STATES for after in sorted(TRANSITIONS[before])]
ILLEGAL = [pair for pair in product(STATES, STATES) if pair not in LEGAL and pair[0] != pair[1]]


def test_the_table_names_every_state() -> None:
    assert set(TRANSITIONS) == set(STATES)
    assert set().union(*TRANSITIONS.values()) <= set(STATES)
    assert TRANSITIONS["cancelled"] == {"queued"}, "by an answer that came late, and by nothing else"
    assert "sending" not in TRANSITIONS["unconfirmed"], "what may have been sent is never sent again by a program"


@pytest.mark.parametrize(("before", "after"), LEGAL)
def test_a_legal_transition_is_made_once(make_task, before: str, after: str) -> None:
    task = make_task(status=before)
    assert transition(task.pk, was=[before], status=after)
    assert not transition(task.pk, was=[before], status=after), "it is there already"
    assert Task.objects.get(pk=task.pk).status == after


@pytest.mark.parametrize(("before", "after"), ILLEGAL)
def test_no_other_transition_is_written(make_task, before: str, after: str) -> None:
    task = make_task(status=before)
    with pytest.raises(ValueError, match="does not go from"):
        transition(task.pk, was=[before], status=after)
    with pytest.raises(ValueError, match="does not go from"):
        transition_all(Task.objects.all(), was=before, status=after)
    assert Task.objects.get(pk=task.pk).status == before


def test_bulk_transitions_are_refused_where_statistics_depend_on_them(make_task) -> None:
    tasks = [make_task(status="sending"), make_task(status="sending"), make_task(status="queued")]
    assert transition_all(Task.objects.all(), was="sending", status="unconfirmed", **NOT_ENDED) == 2
    assert [Task.objects.get(pk=task.pk).revision for task in tasks] == [2, 2, 1]
    with pytest.raises(ValueError, match="statistics"):
        transition_all(Task.objects.all(), was="running", status="failed")


def test_a_transition_can_require_other_columns(make_task) -> None:
    task = make_task(status="sending", holder="one")
    assert not transition(task.pk, was=["sending"], held_by="another", status="queued")
    assert not transition(task.pk, was=["sending"], only={"remote_id": "r"}, status="queued")
    assert transition(task.pk, was=["sending"], held_by="one", only={"remote_id": ""}, status="queued")


def test_a_status_is_written_by_transitions_only() -> None:
    """`update(status=…)` of tasks stands in the services alone; outputs and jobs have states of their own."""
    writers = set()
    for path in PACKAGE.rglob("*.py"):
        if "openapi_server" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if name in ("update", "update_tasks") and "status" in {keyword.arg for keyword in node.keywords}:
                writers.add(str(path.relative_to(PACKAGE)))
    assert writers == {"gallery/services.py"}
