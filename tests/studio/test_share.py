"""Sharing a finished item from its card in the feed, and unsharing it."""

from __future__ import annotations

import re

import pytest
from django.utils.html import escape

from omnistudio.accounts.models import Membership, Team
from omnistudio.accounts.teams.services import create_team
from omnistudio.gallery.models import Task

HTMX = {"HX-Request": "true"}
UNDO = re.compile(r'class="btn btn--sm">\s*Undo')


@pytest.fixture
def team(owner) -> Team:
    return create_team(owner, "Atelier Srisai")


@pytest.fixture
def item(make_task) -> Task:
    return make_task(status="succeeded", width=64, height=64)


def share(client, task, team, **headers):
    return client.post(f"/feed/{task.pk}/share/", {"team": getattr(team, "pk", team)}, headers=headers or HTMX)


def unshare(client, task, **headers):
    return client.post(f"/feed/{task.pk}/take-back/", headers=headers or HTMX)


def team_of(task) -> int | None:
    return Task.objects.get(pk=task.pk).team_id


def test_sharing_and_unsharing_a_card_can_be_undone(as_owner, item, team):
    page = as_owner.get("/").text
    assert f'<button type="button" role="menuitem" tabindex="-1" data-share="{team.pk}">' in page
    assert 'data-team=""' in page
    answer = share(as_owner, item, team).text
    assert team_of(item) == team.pk
    assert f'data-team="{team.pk}"' in answer
    assert f"#{item.pk} is shared with Atelier Srisai." in answer
    assert f'hx-post="/feed/{item.pk}/take-back/"' in answer[answer.index('class="toast') :]
    assert "shared with Atelier Srisai" in answer[answer.index(f'id="shared-{item.run_id}" hx-swap-oob') :]

    answer = unshare(as_owner, item).text
    assert team_of(item) is None
    assert f"#{item.pk} is no longer shared. Only you can see it." in answer
    toast = answer[answer.index('class="toast') :]
    assert f'hx-post="/feed/{item.pk}/share/"' in toast
    assert f'name="team" value="{team.pk}"' in toast


def test_repeating_an_action_changes_nothing_and_offers_no_undo(as_owner, item, team):
    assert UNDO.search(share(as_owner, item, team).text)
    before = Task.objects.get(pk=item.pk)
    assert not UNDO.search(share(as_owner, item, team).text)
    assert Task.objects.get(pk=item.pk).revision == before.revision
    assert UNDO.search(unshare(as_owner, item).text)
    assert not UNDO.search(unshare(as_owner, item).text)


def test_one_of_several_teams_is_chosen(as_owner, owner, item, team):
    other = create_team(owner, "Nights & Days")
    page = as_owner.get("/").text
    assert f'data-share="{team.pk}"' in page
    assert f'data-share="{other.pk}"' in page
    assert escape("Nights & Days") in page
    assert f"#{item.pk} is shared with Nights &amp; Days." in share(as_owner, item, other).text


def test_a_partly_shared_run_says_so(as_owner, make_task, item, team):
    other = make_task(status="succeeded", width=64, height=64)
    Task.objects.filter(pk=other.pk).update(run_id=item.run_id, variation=2)
    assert "1 of 2 shared with Atelier Srisai" in share(as_owner, item, team).text


def test_without_a_team_there_is_no_share_button(as_owner, item):
    assert f'id="share-{item.pk}"' not in as_owner.get("/").text


def test_a_viewer_is_not_offered_sharing_and_cannot_share(as_owner, owner, item, team):
    Membership.objects.filter(user=owner).update(role="viewer")
    assert f'id="share-{item.pk}"' not in as_owner.get("/").text
    assert share(as_owner, item, team).status_code == 404
    assert team_of(item) is None


@pytest.mark.parametrize("number", ["", "x", "999", "9" * 30])
def test_sharing_with_the_team_of_others_is_404(as_owner, item, number):
    assert share(as_owner, item, number).status_code == 404


def test_an_item_of_others_is_404(as_stranger, stranger, item, team):
    Membership.objects.create(team=team, user=stranger, role=Membership.Role.OWNER)
    assert share(as_stranger, item, team).status_code == 404
    assert unshare(as_stranger, item).status_code == 404
    assert team_of(item) is None


def test_without_scripts_it_redirects_to_the_studio(as_owner, item, team):
    answer = as_owner.post(f"/feed/{item.pk}/share/", {"team": team.pk}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert f"#{item.pk} is shared with Atelier Srisai." in answer.text


def test_the_feed_asks_for_the_teams_once(as_owner, make_task, team, django_assert_max_num_queries):
    def ask():
        return as_owner.get("/")

    make_task(status="succeeded", width=64, height=64)
    ask()
    with django_assert_max_num_queries(40) as few:
        ask()
    for _ in range(8):
        make_task(status="succeeded", width=64, height=64)
    with django_assert_max_num_queries(len(few)):
        ask()
