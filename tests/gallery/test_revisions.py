"""A person's revision rises with whatever concerns them, after it is committed, and for nobody else."""

from __future__ import annotations

import pytest
from django.db import transaction

from omnistudio.gallery.models import Task
from omnistudio.gallery.services import transition, transition_all, update_tasks
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.trash import services as trash
from omnistudio.notices.models import PersonRevision
from omnistudio.notices.queries import revision_of
from omnistudio.notices.services import raise_revisions
from omnistudio.studio import services

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_begins_at_nothing_and_rises_by_one_for_each_named_once(owner, stranger):
    assert revision_of(owner.pk) == 0
    raise_revisions([owner.pk, owner.pk])
    raise_revisions([stranger.pk, owner.pk])
    raise_revisions([])
    assert (revision_of(owner.pk), revision_of(stranger.pk)) == (2, 1)


def test_it_goes_with_its_person(stranger):
    raise_revisions([stranger.pk])
    stranger.delete()
    assert not PersonRevision.objects.exists()


@pytest.fixture
def rises(owner):
    """Whether the owner's revision is another one since this was last asked."""
    last = revision_of(owner.pk)

    def ask() -> bool:
        nonlocal last
        before, last = last, revision_of(owner.pk)
        return last > before

    return ask


def test_each_step_of_a_task_raises_it(owner, make_task, rises):
    task = make_task()
    assert rises()
    for was, status in (("waiting", "sending"), ("sending", "queued"), ("queued", "running"), ("running", "failed")):
        assert transition(task.pk, was=[was], status=status)
        assert rises(), status
    assert not transition(task.pk, was=["waiting"], status="sending")
    assert not rises()
    services.retry(task)
    assert rises()


def test_several_at_once_raise_it(make_task, rises):
    tasks = [make_task(), make_task()]
    rises()
    assert transition_all(Task.objects.all(), was="waiting", status="cancelled") == 2
    assert rises()
    assert update_tasks(Task.objects.all(), [task.pk for task in tasks], trouble="") == 2
    assert rises()


def test_what_a_team_sees_raises_it_for_all_in_the_team(owner, teammate, stranger, team, make_task):
    task = make_task(status="succeeded")
    assert revision_of(teammate.pk) == 0
    sharing.share(owner, [task.pk], team)
    shared = revision_of(teammate.pk)
    assert shared > 0
    again = make_task(status="running", team=team)
    transition(again.pk, was=["running"], trouble="")
    assert revision_of(teammate.pk) == shared, "a look of the tracker is the owner's alone"
    transition(again.pk, was=["running"], status="succeeded")
    assert revision_of(teammate.pk) > shared
    assert revision_of(stranger.pk) == 0


def test_the_trash_raises_it(owner, make_task, rises):
    task = make_task(status="succeeded")
    rises()
    trash.put_in_trash(owner, [task.pk])
    assert rises()
    trash.restore(owner, [task.pk])
    assert rises()


def test_what_is_rolled_back_raises_nothing(make_task, rises):
    task = make_task()
    rises()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        transition(task.pk, was=["waiting"], status="sending")
        raise ZeroDivisionError
    assert not rises()
