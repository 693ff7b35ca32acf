"""Favourites: a person's own, counted for the team."""

import json

import pytest

from omnistudio.gallery.models import Favourite
from omnistudio.gallery.sharing import services as sharing
from tests.gallery.items.test_item import HTMX


@pytest.fixture
def shared(owner, make_item, team):
    item = make_item()
    sharing.share(owner, [item.pk], team)
    return item


def like(client, task, liked="1", **form):
    return client.post(f"/t/{task.pk}/favourite/", {"liked": liked, **form}, headers=HTMX)


def test_an_item_is_added_to_and_removed_from_favourites(as_teammate, shared):
    response = like(as_teammate, shared)
    assert 'aria-pressed="true"' in response.text
    assert "You favourited this" in response.text
    assert json.loads(response.headers["HX-Trigger"]) == {"favourite-changed": {"id": shared.pk, "liked": True}}
    assert 'aria-pressed="false"' in like(as_teammate, shared, "0").text
    assert not Favourite.objects.exists()


def test_favouriting_is_idempotent(as_teammate, shared):
    like(as_teammate, shared)
    like(as_teammate, shared)
    assert Favourite.objects.count() == 1


def test_a_tile_gets_its_own_button(as_teammate, shared):
    text = like(as_teammate, shared, look="tile").text
    assert f'id="favourite-{shared.pk}"' in text
    assert "item-likes" not in text


def test_the_page_says_how_many_of_the_team_like_it(as_owner, as_teammate, shared):
    like(as_teammate, shared)
    assert "1 person favourited this" in as_owner.get(f"/t/{shared.pk}/").text
    like(as_owner, shared)
    assert "You and 1 other favourited this" in as_owner.get(f"/t/{shared.pk}/").text


def test_people_who_left_the_team_are_not_counted(as_owner, as_teammate, teammate, team, shared):
    like(as_teammate, shared)
    team.memberships.filter(user=teammate).delete()
    text = as_owner.get(f"/t/{shared.pk}/").text
    assert "Nobody has favourited this yet" in text
    assert ">MO<" not in text


def test_without_scripts_the_answer_is_the_page_or_where_one_came_from(as_teammate, shared):
    path = f"/t/{shared.pk}/favourite/"
    assert as_teammate.post(path, {"liked": "1"}).headers["Location"] == f"/t/{shared.pk}/"
    assert as_teammate.post(path, {"liked": "1", "next": "/gallery/"}).headers["Location"] == "/gallery/"
    elsewhere = as_teammate.post(path, {"liked": "1", "next": "https://example.com/"})
    assert elsewhere.headers["Location"] == f"/t/{shared.pk}/"
