"""Sharing, taking back, deleting and restoring one work from its page."""

import json

import pytest

from omnistudio.accounts.models import Membership
from omnistudio.gallery.models import Task
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.trash import services as trash
from tests.gallery.items.test_item import HTMX, links


def act(client, task, action, query="", **form):
    return client.post(f"/t/{task.pk}/{action}/{query}", form, headers=HTMX)


def fresh(task) -> Task:
    return Task.objects.get(pk=task.pk)


def test_a_work_is_shared_and_taken_back(as_owner, as_teammate, hang, team):
    work = hang()
    text = act(as_owner, work, "share", team=team.pk).text
    assert 'id="item-people"' in text
    assert 'aria-pressed="true"' in text
    assert f"#{work.pk} is shared with Atelier Srisai." in text
    assert as_teammate.get(f"/t/{work.pk}/").status_code == 200
    assert f"#{work.pk} is no longer shared. Only you can see it." in act(as_owner, work, "take-back").text
    assert as_teammate.get(f"/t/{work.pk}/").status_code == 404


def test_sharing_again_with_the_same_team_changes_nothing(as_owner, owner, hang, team):
    work = hang()
    sharing.share(owner, [work.pk], team)
    before = fresh(work)
    act(as_owner, work, "share", team=team.pk)
    assert (fresh(work).shared_at, fresh(work).revision) == (before.shared_at, before.revision)


@pytest.mark.parametrize("number", ["", "x", "999", "9" * 30])
def test_a_team_that_is_none_of_mine_is_not_there(as_owner, hang, number):
    work = hang()
    assert act(as_owner, work, "share", team=number).status_code == 404
    assert fresh(work).team is None


def test_a_viewer_of_a_team_can_not_share_there(as_owner, owner, hang, team):
    Membership.objects.filter(user=owner).update(role="viewer")
    assert act(as_owner, hang(), "share", team=team.pk).status_code == 404


def test_an_owner_of_the_team_takes_out_what_another_shared(as_owner, teammate, hang, team):
    work, other = hang(person=teammate), hang(person=teammate)
    sharing.share(teammate, [work.pk, other.pk], team)
    assert 'id="item-share">Stop sharing<' in as_owner.get(f"/t/{work.pk}/").text
    response = act(as_owner, work, "take-back")
    assert f'data-item="{other.pk}"' in response.text
    assert fresh(work).team is None
    assert fresh(work).owner == teammate


def test_a_member_takes_back_nothing_of_others_and_deletes_nothing(as_teammate, owner, hang, team):
    work = hang()
    sharing.share(owner, [work.pk], team)
    for action in ("take-back", "delete", "restore", "share"):
        assert act(as_teammate, work, action, team=team.pk).status_code == 404
    assert fresh(work).team == team


def test_deleting_goes_on_to_the_next_and_can_be_undone(as_owner, hang):
    old, work, _new = hang(), hang(), hang()
    response = act(as_owner, work, "delete", "?model=gpt-image-2&scope=mine")
    assert f'data-item="{old.pk}"' in response.text
    assert response.headers["HX-Replace-Url"] == f"/t/{old.pk}/?model=gpt-image-2&scope=mine"
    assert json.loads(response.headers["HX-Trigger"]) == {"items-gone": {"ids": [work.pk]}}
    assert f"/t/{work.pk}/restore/?model=gpt-image-2&amp;scope=mine" in response.text
    assert fresh(work).deleted_at
    undone = act(as_owner, work, "restore", "?model=gpt-image-2&scope=mine")
    assert f"#{work.pk} was restored." in undone.text
    back = json.loads(undone.headers["HX-Trigger"])["items-back"]
    assert back["ids"] == [work.pk]
    assert as_owner.get(back["panel"]).status_code == as_owner.get(back["page"]).status_code == 200
    assert fresh(work).deleted_at is None


def test_the_last_one_leaves_a_way_back(as_owner, hang):
    response = act(as_owner, hang(), "delete")
    assert "No more items here" in response.text
    assert 'id="item"' in response.text
    assert response.headers["HX-Replace-Url"] == "/gallery/"


def test_without_scripts_deleting_leads_to_the_next_page_or_the_gallery(as_owner, hang):
    old, work = hang(), hang()
    assert as_owner.post(f"/t/{work.pk}/delete/").headers["Location"] == f"/t/{old.pk}/"
    assert as_owner.post(f"/t/{old.pk}/delete/").headers["Location"] == "/gallery/"
    page = as_owner.get(f"/t/{work.pk}/").text
    assert f'href="/t/{work.pk}/">View it in the trash' in page
    assert "You can restore it until" in page
    assert as_owner.post(f"/t/{work.pk}/restore/").headers["Location"] == f"/t/{work.pk}/"


def test_what_is_in_the_trash_is_its_owners_to_see(as_owner, as_teammate, owner, hang, team):
    first, work = hang(), hang()
    sharing.share(owner, [work.pk], team)
    trash.put_in_trash(owner, [first.pk, work.pk])
    assert as_teammate.get(f"/t/{work.pk}/").status_code == 404
    response = as_owner.get(f"/t/{work.pk}/?scope=trash")
    assert links(response) == {"next": f"/t/{first.pk}/?scope=trash"}
    for hidden in ("/favourite/", "/delete/", "/take-back/", "/comments/"):
        assert hidden not in response.text


def test_a_task_under_way_is_not_deleted(as_owner, make_task):
    task = make_task(status="running")
    assert "still in progress" in act(as_owner, task, "delete").text
    assert fresh(task).deleted_at is None


@pytest.mark.parametrize("action", ["favourite", "share", "take-back", "delete", "restore", "comments"])
def test_looking_at_an_action_does_nothing(as_owner, hang, action):
    assert as_owner.get(f"/t/{hang().pk}/{action}/").status_code == 405
