"""Actions on a selection: limited to one's own items, bounded, reported, and undone."""

import html
import re
from collections import defaultdict

import pytest

from omnistudio.accounts.teams.services import create_team
from omnistudio.gallery.models import Favourite, Task

HTMX = {"HX-Request": "true"}


def act(client, action, ids, **form):
    return client.post(f"/gallery/{action}/", {"ids": ids, **form}, headers=HTMX)


def undo(client, response):
    """Press Undo in a toast: send its form as it stands."""
    toast = response.text[response.text.index("toast") :]
    form = re.search(r'<form[^>]*hx-post="([^"]+)"[^>]*>(.*?)</form>', toast, re.S)
    fields = defaultdict(list)
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[2]):
        fields[name].append(html.unescape(value))
    return client.post(form[1], fields, headers=HTMX)


def test_items_are_shared_and_unshared(as_owner, as_teammate, make_item, team):
    items = [make_item().pk, make_item().pk]
    assert "2 items are shared with Atelier Srisai." in act(as_owner, "share", items, team=team.pk).text
    assert as_teammate.get(f"/gallery/{team.pk}/").text.count("data-item") == 2
    assert "2 items are no longer shared." in act(as_owner, "take-back", items).text
    assert as_teammate.get(f"/gallery/{team.pk}/").text.count("data-item") == 0


def test_undoing_a_share_restores_the_former_team(as_owner, owner, make_item, team):
    other = create_team(owner, "Another")
    private, elsewhere, here = make_item(), make_item(team=other), make_item(team=team)
    shared = act(as_owner, "share", [private.pk, elsewhere.pk, here.pk], team=team.pk, scope="mine")
    assert "2 items are shared with Atelier Srisai." in shared.text
    assert "The sharing of 2 items is back as it was." in undo(as_owner, shared).text
    teams = dict(Task.objects.values_list("pk", "team_id"))
    assert teams == {private.pk: None, elsewhere.pk: other.pk, here.pk: team.pk}


def test_undo_shares_only_with_teams_one_may_share_with(as_owner, stranger, make_item, team):
    item, theirs = make_item(team=team), create_team(stranger, "Another")
    back = {"ids": [item.pk], "teams": [f"{item.pk}.{theirs.pk}"]}
    said = as_owner.post("/gallery/as-before/", back, headers=HTMX).text
    assert Task.objects.get(pk=item.pk).team is None, "it leaves the team that the undo takes it out of"
    assert "Only you can see 1 of them now" in said


def test_undoing_favourites_keeps_earlier_ones(as_owner, owner, make_item):
    before, new = make_item(), make_item()
    act(as_owner, "like", [before.pk])
    undo(as_owner, act(as_owner, "like", [before.pk, new.pk]))
    assert list(Favourite.objects.values_list("task_id", flat=True)) == [before.pk]
    undo(as_owner, act(as_owner, "unlike", [before.pk, new.pk]))
    assert list(Favourite.objects.values_list("task_id", flat=True)) == [before.pk]


def test_returned_tiles_keep_the_links_of_their_list(as_owner, make_item):
    item = make_item(prompt="a cat")
    gallery = as_owner.get("/gallery/?q=cat&kind=image").text
    filters = html.unescape(re.search(r'name="filters" value="([^"]+)"', gallery)[1])
    link = re.search(rf'href="/t/{item.pk}/[^"]+"', gallery)[0]
    liked = act(as_owner, "like", [item.pk], scope="mine", filters=filters)
    assert link in liked.text
    assert link in undo(as_owner, liked).text


def test_viewers_are_not_offered_sharing(as_viewer, viewer, as_teammate, teammate, make_item, team):
    make_item(person=viewer), make_item(person=teammate)
    assert "/gallery/share/" not in as_viewer.get("/gallery/").text
    assert "/gallery/share/" in as_teammate.get("/gallery/").text


def test_the_limit_of_a_comparison_is_shown(as_owner, make_item):
    items = [make_item().pk for _ in range(10)]
    page = as_owner.post("/gallery/compare/", {"ids": items}, follow=True)
    assert "8" in page.text
    assert page.context["comparison"].too_many


def test_a_viewer_does_not_share(as_viewer, viewer, make_item, team):
    item = make_item(person=viewer)
    assert act(as_viewer, "share", [item.pk], team=team.pk).status_code == 404
    assert Task.objects.get(pk=item.pk).team is None


def test_sharing_with_a_team_of_others_is_404(as_stranger, stranger, make_item, team):
    item = make_item(person=stranger)
    assert act(as_stranger, "share", [item.pk], team=team.pk).status_code == 404


def test_items_of_others_are_skipped_and_the_toast_says_so(as_teammate, teammate, make_item, team):
    theirs, mine = make_item(team=team), make_item(person=teammate)
    response = act(as_teammate, "delete", [theirs.pk, mine.pk])
    assert "1 item was moved to the trash. 1 was skipped: you don’t have permission to change it." in response.text
    assert Task.objects.get(pk=theirs.pk).deleted_at is None


def test_undo_in_the_toast_restores_the_tile(as_owner, make_item):
    item = make_item()
    gone = act(as_owner, "delete", [item.pk], scope="mine")
    assert f'id="item-{item.pk}" hx-swap-oob="true" hidden' in gone.text
    assert 'action="/gallery/restore/"' in gone.text
    back = act(as_owner, "restore", [item.pk], scope="mine")
    assert f'data-item="{item.pk}"' in back.text
    assert Task.objects.get(pk=item.pk).deleted_at is None


def test_undoing_a_restore_brings_the_tile_back_into_the_trash(as_owner, make_item):
    item = make_item()
    act(as_owner, "delete", [item.pk])
    restored = act(as_owner, "restore", [item.pk], scope="trash")
    assert f'id="item-{item.pk}" hx-swap-oob="true" hidden' in restored.text
    back = undo(as_owner, restored)
    assert "1 item was moved to the trash." in back.text
    assert f'data-item="{item.pk}"' in back.text
    assert f'id="item-{item.pk}" hx-swap-oob="true" hidden' not in back.text
    assert Task.objects.get(pk=item.pk).deleted_at
    undo(as_owner, back)
    assert Task.objects.get(pk=item.pk).deleted_at is None


def test_every_action_of_the_bar_can_be_undone(as_owner, make_item, team):
    items = [make_item().pk]
    for action in ("like", "unlike", "share", "take-back", "delete", "restore"):
        assert ">Undo</button>" in act(as_owner, action, items, team=team.pk).text, action


def test_one_entry_of_the_bar_is_for_sharing(as_owner, make_item, team):
    make_item(team=team)
    mine, theirs = as_owner.get("/gallery/").text, as_owner.get(f"/gallery/{team.pk}/").text
    for page in (mine, theirs):
        assert page.count('formaction="/gallery/take-back/"') == 1
    menu = mine[mine.index("bulk__share") : mine.index("</details>", mine.index("bulk__share"))]
    assert 'formaction="/gallery/share/"' in menu
    assert 'formaction="/gallery/take-back/"' in menu
    assert "bulk__share" not in theirs


def test_a_running_task_is_not_deleted(as_owner, make_item):
    item = make_item(status="running")
    assert "Nothing was changed." in act(as_owner, "delete", [item.pk]).text


def test_an_owner_of_the_team_unshares_items_of_others(as_owner, as_teammate, teammate, make_item, team):
    item = make_item(person=teammate, team=team)
    act(as_owner, "take-back", [item.pk], scope=f"team:{team.pk}", sure="1")
    assert Task.objects.get(pk=item.pk).team is None


def test_a_member_does_not_unshare_items_of_others(as_teammate, make_item, team):
    item = make_item(team=team)
    act(as_teammate, "take-back", [item.pk])
    assert Task.objects.get(pk=item.pk).team == team


def test_only_visible_items_become_favourites(as_teammate, teammate, make_item, team):
    seen, private = make_item(team=team), make_item()
    act(as_teammate, "like", [seen.pk, private.pk])
    assert list(Favourite.objects.values_list("task_id", flat=True)) == [seen.pk]
    act(as_teammate, "unlike", [seen.pk])
    assert not Favourite.objects.exists()


def test_too_many_items_are_refused_naming_the_limit(as_owner, make_item):
    item = make_item()
    response = act(as_owner, "delete", [item.pk, *range(10_000, 20_000)])
    assert "At most 1000 items" in response.text
    assert Task.objects.get(pk=item.pk).deleted_at is None


@pytest.mark.parametrize("action", ["share", "take-back", "like", "unlike", "delete", "restore"])
def test_invalid_input_changes_nothing(as_owner, make_item, team, action):
    make_item()
    response = act(as_owner, action, ["x", "-1", "9" * 40, ""], team=team.pk)
    assert "Nothing was changed." in response.text


@pytest.mark.parametrize("action", ["take-back", "like", "unlike", "delete", "restore"])
def test_without_scripts_the_answer_is_the_gallery(as_owner, make_item, action):
    item = make_item()
    response = as_owner.post(f"/gallery/{action}/", {"ids": [item.pk], "next": "/gallery/?kind=image"})
    assert response.headers["Location"] == "/gallery/?kind=image"
    evil = as_owner.post(f"/gallery/{action}/", {"ids": [item.pk], "next": "https://evil.example/"})
    assert evil.headers["Location"] == "/gallery/"


# ------------------------------------------------------------------ what is said of what was left out
def test_private_items_are_skipped_as_private(as_owner, make_item, team):
    shared, private = make_item(team=team), make_item()
    said = act(as_owner, "take-back", [shared.pk, private.pk]).text
    assert "1 item is no longer shared. 1 was not shared: only you can see it." in said
    assert "have permission" not in said


def test_running_tasks_are_skipped_as_in_progress(as_owner, make_item):
    said = act(as_owner, "delete", [make_item().pk, make_item(status="running").pk]).text
    assert "1 item was moved to the trash. 1 is still in progress and can be deleted when it has ended." in said
    assert "have permission" not in said


def test_restoring_twice_reports_no_missing_permission(as_owner, make_item):
    item = make_item()
    act(as_owner, "delete", [item.pk])
    act(as_owner, "restore", [item.pk])
    assert "have permission" not in act(as_owner, "restore", [item.pk]).text
