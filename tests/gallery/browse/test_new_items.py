"""“2 new items · Show”: what a gallery has by now that the page has not, each at its place in the list."""

from __future__ import annotations

import re

import pytest

from omnistudio.gallery.models import Task


@pytest.fixture
def items(make_task) -> list[int]:
    return [make_task(status="succeeded").pk for _ in range(4)]


def ask(client, ids, **query):
    return client.get("/gallery/new/", {"scope": "mine", "ids": ",".join(map(str, ids)), **query})


def test_nothing_new_says_nothing(as_owner, items):
    assert ask(as_owner, items).text.strip() == ""


def test_new_items_are_counted(as_owner, items, make_task):
    make_task(status="running")
    first = ask(as_owner, items[:3])
    assert "1 new item · Show" in " ".join(first.text.split())
    assert "2 new items · Show" in " ".join(ask(as_owner, items[:2]).text.split())
    assert 'hx-get="/gallery/new/?show=1&amp;scope=mine"' in first.text


def test_each_is_put_before_the_one_that_follows_it(as_owner, items):
    one, two, three, four = items
    shown = ask(as_owner, [three, one], show="1").text
    places = re.findall(r'beforebegin:#item-(\d+)"|id="item-(\d+)"', shown)
    assert places == [(str(three), ""), ("", str(four)), (str(one), ""), ("", str(two))]
    assert "Show" not in shown


def test_older_ones_are_no_news(as_owner, items):
    assert ask(as_owner, items[2:]).text.strip() == ""


def test_filters_are_those_of_the_page(as_owner, items, make_task):
    make_task(status="succeeded", kind="video")
    assert ask(as_owner, items, kind="image").text.strip() == ""
    assert "kind=video" in ask(as_owner, items, kind="video").text


def test_more_than_a_page_begins_the_list_anew(as_owner, items, monkeypatch):
    monkeypatch.setattr("omnistudio.gallery.browse.pagination.page.__defaults__", (None, 2))
    answer = ask(as_owner, items[:1]).text
    assert 'href="/gallery/"' in answer
    assert "hx-get" not in answer


@pytest.mark.parametrize("query", [{"scope": "mine"}, {"scope": "mine", "ids": "x"}, {"ids": "1"}])
def test_nonsense_is_not_found(as_owner, query):
    assert as_owner.get("/gallery/new/", query).status_code == 404


def test_what_one_may_not_see_is_not_counted(as_owner, as_stranger, items):
    assert ask(as_stranger, items[:1]).text.strip() == ""
    Task.objects.filter(pk=items[-1]).update(deleted_at="2026-01-01T00:00:00Z")
    assert ask(as_owner, items[:3]).text.strip() == ""
