"""The galleries: who sees what, pages cut by key, filters in the URL."""

import re

import pytest
from django.utils import timezone

from omnistudio.gallery.models import Favourite


def tile_ids(response) -> list[int]:
    """The numbers of the items on a page, in their order."""
    return [int(pk) for pk in re.findall(r'data-item="(\d+)"', response.text)]


def test_own_items_are_shown_newest_first(as_owner, make_item, teammate, team):
    mine = [make_item(), make_item(team=team)]
    make_item(person=teammate, team=team)
    assert tile_ids(as_owner.get("/gallery/")) == [mine[1].pk, mine[0].pk]


def test_a_teams_gallery_holds_shared_items_and_nothing_private(as_viewer, as_teammate, make_item, team, teammate):
    shared = make_item(team=team)
    make_item(prompt="a secret")
    theirs = make_item(person=teammate, team=team)
    for client in (as_viewer, as_teammate):
        response = client.get(f"/gallery/{team.pk}/")
        assert tile_ids(response) == [theirs.pk, shared.pk]
        assert "a secret" not in response.text


def test_a_stranger_gets_404_for_a_team(as_stranger, make_item, team):
    make_item(team=team)
    for path in (f"/gallery/{team.pk}/", f"/gallery/page/?scope=team:{team.pk}", "/gallery/9999/"):
        assert as_stranger.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/gallery/", "/gallery/favourites/", "/gallery/trash/", "/gallery/page/?scope=mine"]
)
def test_every_gallery_needs_a_sign_in(client, path):
    assert client.get(path).headers["Location"].startswith("/auth/login/")


def test_favourites_are_personal_and_only_of_visible_items(as_teammate, teammate, make_item, team):
    seen, private = make_item(team=team), make_item()
    Favourite.objects.create(user=teammate, task=seen)
    Favourite.objects.create(user=teammate, task=private)
    assert tile_ids(as_teammate.get("/gallery/favourites/")) == [seen.pk]


def test_the_trash_is_visible_to_its_owner_only(as_owner, as_teammate, make_item, team):
    gone = make_item(team=team, deleted_at=timezone.now())
    assert tile_ids(as_owner.get("/gallery/trash/")) == [gone.pk]
    assert tile_ids(as_teammate.get("/gallery/trash/")) == []
    assert tile_ids(as_owner.get("/gallery/")) == tile_ids(as_teammate.get(f"/gallery/{team.pk}/")) == []


def test_pages_are_cut_by_key_and_hold_each_item_once(as_owner, make_item):
    items = [make_item().pk for _ in range(65)]
    first = as_owner.get("/gallery/")
    cursor = re.search(r'hx-get="[^"]*before=(\d+)', first.text)[1]
    second = as_owner.get(f"/gallery/page/?scope=mine&before={cursor}")
    assert tile_ids(first) + tile_ids(second) == items[::-1]
    assert 'id="more"' not in second.text
    assert tile_ids(as_owner.get(f"/gallery/?before={cursor}")) == tile_ids(second)


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30, "1;drop", "٣"])
def test_a_tampered_cursor_begins_at_the_top(as_owner, make_item, cursor):
    item = make_item()
    assert tile_ids(as_owner.get("/gallery/", {"before": cursor})) == [item.pk]


def test_a_page_beyond_the_end_says_so_and_links_back(as_owner, make_item):
    item = make_item()
    response = as_owner.get(f"/gallery/?before={item.pk}")
    assert "This is the end" in response.text
    assert 'href="/gallery/"' in response.text


FILTERS = [
    ("kind=video", {"model_id": "seedance-2"}, {}),
    ("model=nano-banana-2", {"model_id": "nano-banana-2"}, {}),
    ("ratio=wide", {"width": 160, "height": 90}, {}),
    ("ratio=tall", {"width": 90, "height": 160}, {}),
    ("ratio=square", {}, {"width": 160}),
    ("status=failed", {"status": "failed"}, {}),
    ("status=ongoing", {"status": "queued"}, {}),
    ("since=2026-01-02", {}, {"created_at": "2026-01-01T12:00Z"}),
    ("until=2026-01-01", {"created_at": "2026-01-01T12:00Z"}, {}),
    ("q=celadon", {"prompt": "A Celadon vase"}, {"prompt": "a boat"}),
]


@pytest.mark.parametrize(("query", "fits", "does_not"), FILTERS)
def test_a_filter_shows_matching_items(as_owner, make_item, query, fits, does_not):
    # Ids rise with time: the older one is made first.
    older_fits = "created_at" in fits
    made = {}
    for name, fields in (("fits", fits), ("not", does_not)) if older_fits else (("not", does_not), ("fits", fits)):
        made[name] = make_item(**fields)
    assert tile_ids(as_owner.get(f"/gallery/?{query}")) == [made["fits"].pk]


def test_filters_combine_and_the_links_carry_them(as_owner, make_item):
    for _ in range(62):
        make_item(prompt="a celadon vase")
    page = as_owner.get("/gallery/?q=celadon&ratio=square").text
    assert re.search(r'hx-get="[^"]*q=celadon&amp;ratio=square[^"]*before=\d+', page)
    assert re.search(r'href="/t/\d+/\?q=celadon&amp;ratio=square&amp;scope=mine"', page)


@pytest.mark.parametrize(
    "query",
    [
        *("kind=sculpture", "model=sora", "person=me", "since=yesterday", "ratio=%00", "status=x"),
        *("until=9999-12-31", "since=0001-01-01"),
    ],
)
def test_an_invalid_filter_is_ignored_and_the_page_says_so(as_owner, make_item, query):
    item = make_item()
    response = as_owner.get(f"/gallery/?{query}")
    assert tile_ids(response) == [item.pk]
    assert f"Ignored filters with invalid values: {query.partition('=')[0]}" in response.text


def test_no_match_says_so_and_offers_to_clear(as_owner, make_item):
    make_item()
    response = as_owner.get("/gallery/?q=nothing-like-this")
    assert "No match" in response.text
    assert "Clear filters" in response.text


def test_the_list_can_begin_at_a_month(as_owner, make_item):
    old = make_item(created_at="2026-03-15T12:00Z")
    new = make_item(created_at="2026-05-15T12:00Z")
    page = as_owner.get("/gallery/")
    assert re.findall(r"month=(\d{4}-\d\d)", page.text) == ["2026-05", "2026-04", "2026-03"]
    assert tile_ids(as_owner.get("/gallery/?month=2026-03")) == [old.pk]
    assert tile_ids(as_owner.get("/gallery/?month=2026-05")) == [new.pk, old.pk]
    assert tile_ids(as_owner.get("/gallery/?month=2026-13")) == [new.pk, old.pk]


def test_the_count_says_how_many(as_owner, make_item):
    make_item()
    make_item()
    assert "2 items" in as_owner.get("/gallery/").text


def test_the_number_of_queries_does_not_grow_with_the_items(as_owner, make_item, team, django_assert_max_num_queries):
    for _ in range(2):
        make_item(team=team)
    as_owner.get(f"/gallery/{team.pk}/")
    with django_assert_max_num_queries(25) as few:
        as_owner.get(f"/gallery/{team.pk}/")
    for _ in range(20):
        make_item(team=team)
    with django_assert_max_num_queries(len(few)):
        as_owner.get(f"/gallery/{team.pk}/")
