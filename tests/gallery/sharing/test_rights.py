"""What comes back to a team (from the trash, by an undo, because its task goes on) comes back with a right alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.accounts.teams.services import create_team
from omnistudio.gallery.models import PromptUse, Task
from omnistudio.gallery.permissions import may_share
from omnistudio.gallery.services import transition

HTMX = {"HX-Request": "true"}
UNSURE = {"status": "unconfirmed", "reason": "answer_lost"}
LOST = {"status": "failed", "reason": "result_lost", "remote_id": "abc"}
LOST_RIGHTS = pytest.mark.parametrize("role", [None, "viewer"], ids=["taken out", "viewer"])
# Each way by which a person's own item comes back to the team: what it is like before, the address, the form.
WAYS = {
    "bulk": ({"deleted_at": timezone.now()}, "/gallery/restore/", {"ids": "{id}"}),
    "trash": ({"deleted_at": timezone.now()}, "/trash/restore/", {"ids": "{id}"}),
    "item": ({"deleted_at": timezone.now()}, "/t/{id}/restore/", {}),
    "send again": (UNSURE, "/t/{id}/send-again/", {}),
    "adopt": (UNSURE, "/t/{id}/adopt/", {"remote_id": "abc123"}),
    "fetch again": (LOST, "/t/{id}/fetch-again/", {}),
}
EVERY_WAY = pytest.mark.parametrize("way", WAYS)


@pytest.fixture
def lose(team: Team, teammate: User) -> Callable[[str | None], None]:
    """Take the teammate's right to share: out of the team, or a viewer from now on."""

    def change(role: str | None) -> None:
        seat = Membership.objects.filter(team=team, user=teammate)
        seat.update(role=role) if role else seat.delete()

    return change


def come_back(client: Client, task: Task, way: str) -> str:
    _before, url, form = WAYS[way]
    form = {name: value.format(id=task.pk) for name, value in form.items()}
    return client.post(url.format(id=task.pk), form, headers={} if way == "trash" else HTMX, follow=True).text


@LOST_RIGHTS
@EVERY_WAY
def test_without_the_right_to_share_an_item_is_restored_as_private(
    as_teammate, teammate, team, make_item, lose, way, role, as_owner
):
    task = make_item(person=teammate, prompt="their secret", team=team, shared_at=timezone.now(), **WAYS[way][0])
    lose(role)
    said = come_back(as_teammate, task, way)
    task.refresh_from_db()
    assert (task.team_id, task.shared_at, task.deleted_at) == (None, None, None)
    assert "Only you can see" in said
    assert "you can no longer share with" in said.lower()
    assert as_owner.get(f"/t/{task.pk}/").status_code == 404
    assert not PromptUse.objects.filter(team=team, prompt=task.prompt).exists(), "the team's history forgets it"


@EVERY_WAY
def test_with_the_right_to_share_an_item_is_restored_as_shared(as_teammate, teammate, team, make_item, way):
    task = make_item(person=teammate, team=team, shared_at=timezone.now(), **WAYS[way][0])
    said = come_back(as_teammate, task, way)
    shared_at, task = task.shared_at, Task.objects.get(pk=task.pk)
    assert (task.team_id, task.shared_at, task.deleted_at) == (team.pk, shared_at, None)
    assert "Only you can see" not in said


@LOST_RIGHTS
def test_without_the_right_to_share_a_retry_is_private(as_teammate, teammate, team, make_item, lose, role):
    task = make_item(person=teammate, team=team, status="failed", reason="refused")
    lose(role)
    said = as_teammate.post(f"/t/{task.pk}/retry/", headers=HTMX).text
    assert Task.objects.get(retry_of=task).team is None
    assert "You can no longer share with “Atelier Srisai”. Only you can see this." in said


@LOST_RIGHTS
def test_a_running_task_becomes_private_when_the_right_is_lost(teammate, team, make_item, lose, role):
    task = make_item(person=teammate, team=team, status="running")
    lose(role)
    assert transition(task.pk, was=["running"], status="succeeded", finished_at=timezone.now())
    assert Task.objects.get(pk=task.pk).team is None


def test_items_shared_before_stay_with_the_team(teammate, team, make_item, lose, as_owner):
    task = make_item(person=teammate, team=team)
    lose(None)
    assert as_owner.get(f"/t/{task.pk}/").status_code == 200


def test_undo_restores_no_share_with_a_team_one_has_left(as_teammate, teammate, team, make_item, lose):
    second = create_team(teammate, "Second")
    task = make_item(person=teammate, team=second)
    lose(None)
    back = {"ids": [task.pk], "teams": [f"{task.pk}.{team.pk}"]}
    said = as_teammate.post("/gallery/as-before/", back, headers=HTMX).text
    assert Task.objects.get(pk=task.pk).team is None
    assert "Only you can see 1 of them now: you can no longer share with its team." in said


def test_who_may_share(owner, teammate, stranger, team, viewer):
    asked = {who.email: may_share(who.pk, team.pk) for who in (owner, teammate, viewer, stranger)}
    assert list(asked.values()) == [True, True, False, False]
    assert not may_share(owner.pk, None)


def test_the_trash_says_that_an_item_is_not_in_it(as_owner, make_item):
    said = as_owner.post("/trash/restore/", {"ids": [make_item().pk]}, follow=True).text
    assert "1 was skipped: it is not in your trash." in said
