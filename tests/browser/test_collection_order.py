"""The order of a collection: dragged by mouse and by touch, and by the arrows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.test_touch import PHONE, middle, touch
from tests.browser.tour import OWNER

AsPerson = Callable[..., Page]


@pytest.fixture
def by_hand(as_person: AsPerson) -> Callable[..., Page]:
    """Opens a collection of four items whose order is the person's own."""

    def _open(**options: Any) -> Page:
        page = as_person(OWNER, **options)
        page.goto("/gallery/?kind=image")
        for tile in page.locator("[data-item]").all()[:4]:
            tile.locator("input[type=checkbox]").check(force=True)
        page.locator("#bulk details", has_text="Add to collection").locator("summary").click()
        page.locator("#collection-name").fill("In this order")
        page.locator("#collection-name").press("Enter")
        expect(page.locator("#toasts")).to_contain_text("In this order")
        page.goto("/collections/")
        page.get_by_role("link", name="In this order").first.click()
        page.get_by_label("Manual order").check(force=True)
        expect(page.locator("[id^=earlier-]").first).to_be_visible()
        return page

    return _open


def items(page: Page) -> Locator:
    return page.locator(".can-drag .collection-item")


def order(page: Page) -> list[str]:
    return [str(item.get_attribute("data-item")) for item in items(page).all()]


def is_saved(page: Page, expected: list[str]) -> None:
    pages.comes_true(
        page,
        "ids => [...document.querySelectorAll('.can-drag .collection-item')].map(i => i.dataset.item).join() === ids",
        ",".join(expected),
    )
    page.reload()
    expect(items(page).first).to_be_visible()
    assert order(page) == expected


def test_an_item_is_dragged_by_mouse(by_hand: Callable[..., Page]) -> None:
    page = by_hand()
    expect(items(page)).to_have_count(4)
    first, second, third, fourth = order(page)
    with page.expect_response(re.compile("/arrange/")) as answer:
        items(page).first.locator(".tile").drag_to(items(page).nth(2).locator(".tile"))
    assert answer.value.ok
    is_saved(page, [second, third, first, fourth])
    # Let go beside the items, it goes back to where it was.
    items(page).first.locator(".tile").drag_to(page.locator("h1").first)
    is_saved(page, [second, third, first, fourth])


def test_an_item_is_dragged_by_touch(by_hand: Callable[..., Page]) -> None:
    page = by_hand(**PHONE)
    expect(items(page)).to_have_count(4)
    first, second, third, fourth = order(page)
    items(page).first.scroll_into_view_if_needed()
    start, end = middle(items(page).first.locator(".tile")), middle(items(page).nth(1).locator(".tile"))
    steps = [(start[0] + (end[0] - start[0]) * n / 8, start[1] + (end[1] - start[1]) * n / 8) for n in range(1, 10)]
    with page.expect_response(re.compile("/arrange/")) as answer:
        touch(page, start, *steps, hold=400)
    assert answer.value.ok
    is_saved(page, [second, first, third, fourth])


def test_an_item_is_moved_by_keyboard(by_hand: Callable[..., Page]) -> None:
    page = by_hand()
    expect(items(page)).to_have_count(4)
    first, second, third, fourth = order(page)
    page.locator("[id^=later-]").first.press("Enter")
    is_saved(page, [second, first, third, fourth])
