"""Long lists: newer items above, bounded counts, filters in words, the link back from a comparison."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.utils import translation

from omnistudio.gallery.browse import pagination
from omnistudio.gallery.browse.filter_text import no_match
from omnistudio.gallery.browse.filters import Filter
from omnistudio.gallery.browse.pagination import Count
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.items.compare import MAX_ASKED
from omnistudio.gallery.models import Favourite, Task
from tests.gallery.browse.test_scale import make_items

THESE = "No items match these filters:"


def filter_of(query: str) -> Filter:
    return Filter.of(QueryDict(query))


def one_line(text: str) -> str:
    """A page with each run of whitespace as one space."""
    return " ".join(text.split())


@pytest.fixture
def items(owner) -> list[int]:
    """The ids of 40 items of the owner, each fourth with a lantern, the newest first."""
    texts = [f"a {'lantern' if n % 4 == 0 else 'vase'}, {n}" for n in range(40)]
    return [task.pk for task in make_items(owner, None, texts)][::-1]


def test_newer_items_come_page_by_page_up_to_the_newest(owner, items):
    scope, above, after = Scope("mine", owner), [], items[30]
    while after:
        page = pagination.newer_page(scope, Filter(), after, 7)
        above = [task.pk for task in page.tasks] + above
        after = page.next
    assert above == items[:30]


def test_a_list_can_begin_at_an_item_and_offers_newer_ones(as_owner, items):
    whole = as_owner.get("/gallery/").text
    assert 'id="newer"' not in whole
    part = as_owner.get(f"/gallery/page/?scope=mine&from={items[10]}").text
    assert part.index('id="newer"') < part.index(f'id="item-{items[10]}"')
    assert f'id="item-{items[9]}"' not in part
    assert f"after={items[10]}" in part
    newer = as_owner.get(f"/gallery/page/?scope=mine&after={items[10]}").text
    assert newer.count("data-item=") == 10
    assert 'id="newer"' not in newer
    assert 'id="more"' not in newer
    # Where it is gone, with the next one; from the newest on there is nothing above.
    assert f'id="item-{items[0]}"' in as_owner.get(f"/gallery/page/?scope=mine&from={items[0] + 900}").text
    assert 'id="newer"' not in as_owner.get(f"/gallery/?from={items[0]}").text
    assert 'id="newer"' in as_owner.get(f"/gallery/?before={items[5]}").text


def test_placeholders_of_the_next_page_end_the_list(as_owner, owner):
    many = [task.pk for task in make_items(owner, None, ["a vase"] * (pagination.PAGE + 5))]
    Task.objects.filter(pk=many[4]).update(width=300, height=200)  # the next page's first
    text = as_owner.get("/gallery/").text
    shapes = text[text.index('id="more"') :].partition("</ul>")[0]
    assert shapes.count("<i style=") == 5
    assert shapes.index("--r: 1.5") < shapes.index("--r: 1.0")


@pytest.mark.parametrize(
    ("query", "number"), [("", 40), ("q=lantern", 10), ("kind=video", 0), ("q=lantern&kind=image", 10)]
)
def test_a_count_is_that_of_the_filtered_list(as_owner, owner, items, query, number):
    assert pagination.count(Scope("mine", owner), filter_of(query)) == Count(number)
    assert f"> {number} item" in one_line(as_owner.get(f"/gallery/?{query}").text)
    assert f"> {number} item" in one_line(as_owner.get(f"/gallery/count/?scope=mine&{query}").text)


def test_counting_is_bounded(owner, items, monkeypatch):
    scope = Scope("mine", owner)
    monkeypatch.setattr(pagination, "MAX_COUNTED", 15)
    assert pagination.count(scope, Filter()) == Count(15, is_more=True)
    assert pagination.count(scope, filter_of("q=vase")) == Count(15, is_more=True)
    # Of 40 items the newest 30 are searched; what a page shows is counted nevertheless.
    assert pagination.count(scope, filter_of("q=lantern")) == Count(10, is_least=True)
    monkeypatch.setattr(pagination, "PAGE", 3)
    assert pagination.count(scope, filter_of("q=lantern")) == Count(7, is_least=True)


def test_the_words_of_a_bounded_count(as_owner, items, monkeypatch):
    monkeypatch.setattr(pagination, "MAX_COUNTED", 15)
    assert "> more than 15 items <" in one_line(as_owner.get("/gallery/count/?scope=mine&q=vase").text)
    assert "> at least 10 items <" in one_line(as_owner.get("/gallery/count/?scope=mine&q=lantern").text)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=lantern", "No items match “lantern”."),
        ("q=lantern&kind=video", "No items match “lantern” in videos."),
        ("q=a&kind=video&since=2026-05-01&until=2026-05-31", "No items match “a” in videos (May 2026)."),
        ("kind=image&model=nano-banana-2&ratio=tall", f"{THESE} images, Nano Banana 2, tall."),
        ("liked=on&references=on&status=failed", f"{THESE} failed tasks, favourites, with references."),
        (
            "since=2026-05-02&until=2026-05-04&person={owner}",
            f"{THESE} by Nok Srisai, from May 2, 2026 to May 4, 2026.",
        ),
        ("since=2026-05-02&person=999999", f"{THESE} by somebody who is not here, since May 2, 2026."),
        ("until=2026-05-02&q=%3Cb%3E", "No items match “<b>” (until May 2, 2026)."),
        ("since=2026-05-02&until=2026-05-02", f"{THESE} May 2, 2026."),
    ],
)
def test_the_filters_are_described_in_words(owner, query, words):
    with translation.override("en"):
        assert no_match(Scope("mine", owner), filter_of(query.replace("{owner}", str(owner.pk)))) == words


def test_a_name_that_the_person_may_not_know_is_not_shown(owner, stranger):
    assert stranger.display_name not in no_match(Scope("mine", owner), filter_of(f"person={stranger.pk}"))


def test_a_page_without_a_match_repeats_the_search_escaped(as_owner, items):
    text = as_owner.get("/gallery/?q=%3Cb%3Ezeppelin&kind=video").text
    assert "No items match “&lt;b&gt;zeppelin” in videos." in text
    assert 'href="/gallery/?kind=video"' in text
    assert "No prompts match “zeppelin”." in as_owner.get("/history/?q=zeppelin").text


def test_a_comparison_links_back_to_its_list_and_its_url_is_bounded(as_owner, owner, team, items):
    ids = [str(pk) for pk in items] + [str(10**17 + n) for n in range(900)]
    form = {"ids": ids, "scope": f"team:{team.pk}", "filters": "kind=image&q=vase"}
    address = as_owner.post("/gallery/compare/", form).headers["Location"]
    assert address.count(",") == MAX_ASKED - 1
    assert len(address) < 4000
    page = as_owner.get(f"/compare/?ids={items[0]},{items[1]}&scope=team:{team.pk}&kind=image").text
    assert f'href="/gallery/{team.pk}/?kind=image"' in page
    assert f'href="/t/{items[0]}/?kind=image&amp;scope=team' in page
    # A list that is not theirs is none to go back to.
    assert 'href="/gallery/"' in as_owner.get(f"/compare/?ids={items[0]},{items[1]}&scope=team:99999").text


def test_the_page_is_told_when_an_item_leaves_its_list(as_owner, owner, team, make_item):
    task = make_item(team=team)
    url = f"/t/{task.pk}/take-back/?scope=team:{team.pk}"
    assert '"here": false' in as_owner.post(url, headers={"HX-Request": "true"}).headers["HX-Trigger"]
    url = f"/t/{task.pk}/share/?scope=mine"
    response = as_owner.post(url, {"team": team.pk}, headers={"HX-Request": "true"})
    assert '"here": true' in response.headers["HX-Trigger"]


def test_the_count_of_favourites_is_updated(as_owner, owner, items):
    Favourite.objects.create(user=owner, task_id=items[0])
    assert "> 1 item <" in one_line(as_owner.get("/gallery/count/?scope=favourites").text)
    Favourite.objects.all().delete()
    assert "> 0 items <" in one_line(as_owner.get("/gallery/count/?scope=favourites").text)
    assert as_owner.get("/gallery/count/?scope=team:999").status_code == 404
