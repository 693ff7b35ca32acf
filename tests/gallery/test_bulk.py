"""What is done with a selection: to one's own works, bounded, said, and undone."""

import pytest

from omnistudio.gallery.models import Favourite, Task

HTMX = {"HX-Request": "true"}


def act(client, action, ids, **form):
    return client.post(f"/gallery/{action}/", {"ids": ids, **form}, headers=HTMX)


def test_works_are_shared_and_taken_back(as_owner, as_teammate, hang, team):
    works = [hang().pk, hang().pk]
    assert "2 works are shared with Atelier Srisai." in act(as_owner, "share", works, team=team.pk).text
    assert as_teammate.get(f"/gallery/{team.pk}/").text.count("data-work") == 2
    assert "2 works are private again." in act(as_owner, "take-back", works).text
    assert as_teammate.get(f"/gallery/{team.pk}/").text.count("data-work") == 0


def test_a_viewer_does_not_share(as_viewer, viewer, hang, team):
    work = hang(person=viewer)
    assert act(as_viewer, "share", [work.pk], team=team.pk).status_code == 404
    assert Task.objects.get(pk=work.pk).team is None


def test_nobody_shares_with_a_team_that_is_not_theirs(as_stranger, stranger, hang, team):
    work = hang(person=stranger)
    assert act(as_stranger, "share", [work.pk], team=team.pk).status_code == 404


def test_somebody_elses_works_are_left_out_and_that_is_said(as_teammate, teammate, hang, team):
    theirs, mine = hang(team=team), hang(person=teammate)
    response = act(as_teammate, "delete", [theirs.pk, mine.pk])
    assert "1 work is in the trash. 1 was left out: it is not yours to change." in response.text
    assert Task.objects.get(pk=theirs.pk).deleted_at is None


def test_a_delete_is_undone_from_the_toast_and_the_tile_comes_back(as_owner, hang):
    work = hang()
    gone = act(as_owner, "delete", [work.pk], scope="mine")
    assert f'id="work-{work.pk}" hx-swap-oob="true" hidden' in gone.text
    assert 'action="/gallery/restore/"' in gone.text
    back = act(as_owner, "restore", [work.pk], scope="mine")
    assert f'data-work="{work.pk}"' in back.text
    assert Task.objects.get(pk=work.pk).deleted_at is None


def test_what_is_under_way_is_not_deleted(as_owner, hang):
    work = hang(status="running")
    assert "Nothing was changed." in act(as_owner, "delete", [work.pk]).text


def test_an_owner_of_the_team_takes_back_what_others_shared(as_owner, as_teammate, teammate, hang, team):
    work = hang(person=teammate, team=team)
    act(as_owner, "take-back", [work.pk], scope=f"team:{team.pk}")
    assert Task.objects.get(pk=work.pk).team is None


def test_a_member_does_not_take_back_what_others_shared(as_teammate, hang, team):
    work = hang(team=team)
    act(as_teammate, "take-back", [work.pk])
    assert Task.objects.get(pk=work.pk).team == team


def test_favourites_are_for_what_one_sees(as_teammate, teammate, hang, team):
    seen, private = hang(team=team), hang()
    act(as_teammate, "like", [seen.pk, private.pk])
    assert list(Favourite.objects.values_list("task_id", flat=True)) == [seen.pk]
    act(as_teammate, "unlike", [seen.pk])
    assert not Favourite.objects.exists()


def test_ten_thousand_at_once_are_refused_with_the_bound(as_owner, hang):
    work = hang()
    response = act(as_owner, "delete", [work.pk, *range(10_000, 20_000)])
    assert "At most 1000 works" in response.text
    assert Task.objects.get(pk=work.pk).deleted_at is None


@pytest.mark.parametrize("action", ["share", "take-back", "like", "unlike", "delete", "restore"])
def test_nonsense_changes_nothing(as_owner, hang, team, action):
    hang()
    response = act(as_owner, action, ["x", "-1", "9" * 40, ""], team=team.pk)
    assert "Nothing was changed." in response.text


@pytest.mark.parametrize("action", ["take-back", "like", "unlike", "delete", "restore"])
def test_without_scripts_the_answer_is_the_wall_again(as_owner, hang, action):
    work = hang()
    response = as_owner.post(f"/gallery/{action}/", {"ids": [work.pk], "next": "/gallery/?kind=image"})
    assert response.headers["Location"] == "/gallery/?kind=image"
    evil = as_owner.post(f"/gallery/{action}/", {"ids": [work.pk], "next": "https://evil.example/"})
    assert evil.headers["Location"] == "/gallery/"
