"""Actions on many items of which some are other people's: the question before, and the undo."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from omnistudio.accounts.models import Membership
from omnistudio.accounts.teams.services import create_team
from omnistudio.gallery.models import Task
from omnistudio.gallery.sharing import unsharing
from tests.gallery.items.test_bulk import HTMX, act, undo


# ------------------------------------------------------------------ other people's items
@pytest.fixture
def of_all(owner, teammate, viewer, make_item, team) -> list[Task]:
    """What three people share, one of them only looking on by now; each shared at another time."""
    now = timezone.now()
    shared = [(owner, 3), (teammate, 2), (viewer, 1)]
    return [make_item(person=person, team=team, shared_at=now - timedelta(days=days)) for person, days in shared]


def state(tasks: list[Task]) -> list[tuple]:
    rows = Task.objects.filter(pk__in=[task.pk for task in tasks]).order_by("pk")
    return list(rows.values_list("team", "shared_at"))


def names_of(tasks: list[Task]) -> list[str]:
    return sorted(task.owner.display_name for task in tasks)


def test_unsharing_items_of_others_asks_first_with_their_numbers(as_owner, of_all, team):
    before, ids = state(of_all), [task.pk for task in of_all]
    asked = act(as_owner, "take-back", ids, scope=f"team:{team.pk}", filters="kind=image")
    assert "Stop sharing 3 items by 3 people?" in asked.text
    assert asked.headers["HX-Retarget"] == "#aside", "over the page: the selection stays"
    counted = re.findall(r"<span>([^<]+)</span><b\s*>(\d+)</b>", asked.text)
    assert counted == [(name, "1") for name in names_of(of_all)]
    assert '<button class="btn btn--bad-solid">Stop sharing 3 items</button>' in asked.text
    assert state(of_all) == before
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.text))
    done = as_owner.post("/gallery/take-back/", form, headers=HTMX)
    assert "3 items are no longer shared." in done.text
    assert state(of_all) == [(None, None)] * 3
    assert f'id="item-{ids[0]}" hx-swap-oob="true" hidden' in done.text


def test_the_question_names_a_single_person(as_owner, of_all, team):
    asked = act(as_owner, "take-back", [of_all[1].pk]).text
    assert "Stop sharing 1 item by Maya Okafor?" in asked
    assert "people-counted" not in asked


def test_without_scripts_the_question_is_a_page(as_owner, of_all, team):
    gallery = f"/gallery/{team.pk}/?kind=image"
    ids = [task.pk for task in of_all]
    page = as_owner.post("/gallery/take-back/", {"ids": ids, "next": gallery})
    assert "<!DOCTYPE html>" in page.text
    assert "Stop sharing 3 items by 3 people?" in page.text
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    done = as_owner.post("/gallery/take-back/", {**form, "sure": "1"})
    assert done.headers["Location"] == gallery
    assert state(of_all) == [(None, None)] * 3


def test_own_items_are_unshared_without_a_question(as_teammate, teammate, of_all):
    response = act(as_teammate, "take-back", [of_all[1].pk])
    assert "1 item is no longer shared." in response.text
    assert "Undo" in response.text


def test_undo_restores_exactly_the_former_sharing(as_owner, of_all, team):
    before = state(of_all)
    done = act(as_owner, "take-back", [task.pk for task in of_all], scope=f"team:{team.pk}", sure="1")
    assert state(of_all) != before
    back = undo(as_owner, done)
    assert "The sharing of 3 items is back as it was." in back.text
    assert state(of_all) == before
    assert back.text.count("data-item") == 3, "the tiles are there again"


def test_unsharing_240_items_can_be_undone(as_owner, teammate, make_item, team, django_assert_max_num_queries):
    first = make_item(person=teammate, team=team)
    names = {f.attname for f in Task._meta.concrete_fields} - {"id", "uuid"}
    fields = {name: getattr(first, name) for name in names}
    now = timezone.now()
    Task.objects.bulk_create(Task(**{**fields, "shared_at": now - timedelta(minutes=n)}) for n in range(239))
    tasks = list(Task.objects.all())
    before = state(tasks)
    assert "Stop sharing 240 items by Maya Okafor?" in act(as_owner, "take-back", [t.pk for t in tasks]).text
    done = act(as_owner, "take-back", [t.pk for t in tasks], sure="1")
    with django_assert_max_num_queries(60):
        undo(as_owner, done)
    assert state(tasks) == before


def note_of(response) -> str:
    return html.unescape(re.search(r'name="note" value="([^"]+)"', response.text)[1])


def restore(client, note):
    return client.post("/gallery/restore-sharing/", {"note": note}, headers=HTMX)


def test_only_the_same_person_can_undo(as_owner, as_teammate, as_viewer, of_all):
    note = note_of(act(as_owner, "take-back", [task.pk for task in of_all], sure="1"))
    for client in (as_teammate, as_viewer):
        assert "Nothing was changed." in restore(client, note).text
    for forged in ("", "x", note[:-3], note + "x"):
        assert "Nothing was changed." in restore(as_owner, forged).text
    assert state(of_all) == [(None, None)] * 3


def test_a_former_owner_cannot_undo(as_owner, owner, teammate, of_all, team):
    note = note_of(act(as_owner, "take-back", [task.pk for task in of_all], sure="1"))
    Membership.objects.filter(user=owner, team=team).update(role="member")
    said = restore(as_owner, note).text
    assert [task_team for task_team, _at in state(of_all)] == [team.pk, None, None], "their own comes back"
    assert "2 were skipped: you don’t have permission to change them." in said


def test_undo_keeps_later_changes_of_the_items_owner(as_owner, as_teammate, teammate, of_all, team):
    other = create_team(teammate, "Another")
    note = note_of(act(as_owner, "take-back", [task.pk for task in of_all], sure="1"))
    act(as_teammate, "share", [of_all[1].pk], team=other.pk)
    act(as_teammate, "take-back", [of_all[1].pk])
    restore(as_owner, note)
    assert [task_team for task_team, _at in state(of_all)] == [team.pk, None, team.pk]


def test_undo_expires(as_owner, of_all, monkeypatch):
    note = note_of(act(as_owner, "take-back", [task.pk for task in of_all], sure="1"))
    monkeypatch.setattr(unsharing, "GOOD_FOR", timedelta(seconds=-1))
    restore(as_owner, note)
    assert state(of_all) == [(None, None)] * 3


def test_undo_shares_nothing_of_those_who_left_the_team(as_owner, teammate, of_all, team):
    note = note_of(act(as_owner, "take-back", [task.pk for task in of_all], sure="1"))
    Membership.objects.filter(user=teammate, team=team).delete()
    said = restore(as_owner, note).text
    assert [task_team for task_team, _at in state(of_all)] == [team.pk, None, team.pk]
    assert "1 was skipped: you don’t have permission to change it." in said
