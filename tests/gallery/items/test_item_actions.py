"""Sharing, unsharing, deleting and restoring one item from its page."""

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


def test_an_item_is_shared_and_unshared(as_owner, as_teammate, make_item, team):
    item = make_item()
    text = act(as_owner, item, "share", team=team.pk).text
    assert 'id="item-sharing"' in text
    assert 'aria-pressed="true"' in text
    assert f"#{item.pk} is shared with Atelier Srisai." in text
    assert as_teammate.get(f"/t/{item.pk}/").status_code == 200
    assert f"#{item.pk} is no longer shared. Only you can see it." in act(as_owner, item, "take-back").text
    assert as_teammate.get(f"/t/{item.pk}/").status_code == 404


def test_sharing_again_with_the_same_team_changes_nothing(as_owner, owner, make_item, team):
    item = make_item()
    sharing.share(owner, [item.pk], team)
    before = fresh(item)
    act(as_owner, item, "share", team=team.pk)
    assert (fresh(item).shared_at, fresh(item).revision) == (before.shared_at, before.revision)


@pytest.mark.parametrize("number", ["", "x", "999", "9" * 30])
def test_sharing_with_the_team_of_others_is_404(as_owner, make_item, number):
    item = make_item()
    assert act(as_owner, item, "share", team=number).status_code == 404
    assert fresh(item).team is None


def test_a_viewer_cannot_share_with_the_team(as_owner, owner, make_item, team):
    Membership.objects.filter(user=owner).update(role="viewer")
    assert act(as_owner, make_item(), "share", team=team.pk).status_code == 404


def test_an_owner_of_the_team_unshares_an_item_of_another(as_owner, teammate, make_item, team):
    item, other = make_item(person=teammate), make_item(person=teammate)
    sharing.share(teammate, [item.pk, other.pk], team)
    assert 'id="item-share">Stop sharing<' in as_owner.get(f"/t/{item.pk}/").text
    response = act(as_owner, item, "take-back")
    assert f'data-item="{other.pk}"' in response.text
    assert fresh(item).team is None
    assert fresh(item).owner == teammate


def test_a_member_neither_unshares_nor_deletes_items_of_others(as_teammate, owner, make_item, team):
    item = make_item()
    sharing.share(owner, [item.pk], team)
    for action in ("take-back", "delete", "restore", "share"):
        assert act(as_teammate, item, action, team=team.pk).status_code == 404
    assert fresh(item).team == team


def test_deleting_continues_with_the_next_item_and_can_be_undone(as_owner, make_item):
    old, item, _new = make_item(), make_item(), make_item()
    response = act(as_owner, item, "delete", "?model=gpt-image-2&scope=mine")
    assert f'data-item="{old.pk}"' in response.text
    assert response.headers["HX-Replace-Url"] == f"/t/{old.pk}/?model=gpt-image-2&scope=mine"
    assert json.loads(response.headers["HX-Trigger"]) == {"items-gone": {"ids": [item.pk]}}
    assert f"/t/{item.pk}/restore/?model=gpt-image-2&amp;scope=mine" in response.text
    assert fresh(item).deleted_at
    undone = act(as_owner, item, "restore", "?model=gpt-image-2&scope=mine")
    assert f"#{item.pk} was restored." in undone.text
    back = json.loads(undone.headers["HX-Trigger"])["items-back"]
    assert back["ids"] == [item.pk]
    assert as_owner.get(back["panel"]).status_code == as_owner.get(back["page"]).status_code == 200
    assert fresh(item).deleted_at is None


def test_deleting_the_last_item_leaves_a_link_to_the_list(as_owner, make_item):
    response = act(as_owner, make_item(), "delete")
    assert "No more items here" in response.text
    assert 'id="item"' in response.text
    assert response.headers["HX-Replace-Url"] == "/gallery/"


def test_without_scripts_deleting_redirects_to_the_next_item(as_owner, make_item):
    old, item = make_item(), make_item()
    assert as_owner.post(f"/t/{item.pk}/delete/").headers["Location"] == f"/t/{old.pk}/"
    assert as_owner.post(f"/t/{old.pk}/delete/").headers["Location"] == "/gallery/"
    page = as_owner.get(f"/t/{item.pk}/").text
    assert f'href="/t/{item.pk}/">View it in the trash' in page
    assert "You can restore it until" in page
    assert as_owner.post(f"/t/{item.pk}/restore/").headers["Location"] == f"/t/{item.pk}/"


def test_trashed_items_are_visible_to_their_owner_only(as_owner, as_teammate, owner, make_item, team):
    first, item = make_item(), make_item()
    sharing.share(owner, [item.pk], team)
    trash.put_in_trash(owner, [first.pk, item.pk])
    assert as_teammate.get(f"/t/{item.pk}/").status_code == 404
    response = as_owner.get(f"/t/{item.pk}/?scope=trash")
    assert links(response) == {"next": f"/t/{first.pk}/?scope=trash"}
    for hidden in ("/favourite/", "/delete/", "/take-back/", "/comments/"):
        assert hidden not in response.text


def test_a_task_under_way_is_not_deleted(as_owner, make_task):
    task = make_task(status="running")
    assert "still in progress" in act(as_owner, task, "delete").text
    assert fresh(task).deleted_at is None


@pytest.mark.parametrize("action", ["favourite", "share", "take-back", "delete", "restore", "comments"])
def test_a_get_of_an_action_changes_nothing(as_owner, make_item, action):
    assert as_owner.get(f"/t/{make_item().pk}/{action}/").status_code == 405
