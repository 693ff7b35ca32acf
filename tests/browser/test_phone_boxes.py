"""Boxes that ask before something is done stay on a phone's screen; long words stay in the item's panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted
from tests.browser.test_touch import PHONE
from tests.browser.tour import OWNER

# What of the open boxes lies outside the window.
OUTSIDE = """() => [...document.querySelectorAll("details[open] > .confirm__ask")]
    .map((box) => box.getBoundingClientRect())
    .filter((box) => box.left < 0 || box.right > innerWidth || box.width < 160)
    .map((box) => [box.left, box.right])"""


@pytest.mark.parametrize("width", [320, 390, 640])
def test_a_collection_is_deleted_on_a_phone(as_person: Callable[..., Page], width: int) -> None:
    page = as_person(OWNER, **{**PHONE, "viewport": {"width": width, "height": 780}})
    page.goto("/collections/")
    page.locator("details.confirm > summary").tap()
    assert page.evaluate(OUTSIDE) == []
    page.locator("#id_name").fill(f"For a moment, {width}")
    page.locator(".collection-new button").tap()
    page.wait_for_url("**/collections/*/")
    for summary in page.locator("details.confirm > summary").all():
        summary.tap()
        assert page.evaluate(OUTSIDE) == []
        summary.tap()
    page.locator("details.confirm > summary").last.tap()
    page.get_by_role("button", name="Delete the collection").tap()
    page.wait_for_url("**/collections/")
    expect(page.get_by_text(f"For a moment, {width}", exact=True)).to_have_count(0)


@pytest.mark.parametrize("path", ["/team/"])
def test_the_boxes_of_other_pages_stay_on_the_screen(as_person: Callable[..., Page], path: str) -> None:
    page = as_person(OWNER, **PHONE)
    page.goto(path)
    summaries = page.locator("details.confirm > summary")
    expect(summaries.first).to_be_visible()
    for summary in summaries.all():
        summary.tap()
        assert page.evaluate(OUTSIDE) == []
        summary.tap()


def test_the_row_made_from_stays_in_the_panel(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    page.goto("/")
    long = "a lantern in the rain " * 6
    (parent,) = pages.generate(page, long)
    pages.finished(page, parent)
    page.goto(f"/?from={parent}&as=remix")
    pages.prompt_box(page).fill(long + "at night")
    pages.generate_button(page).click()
    (child,) = pages.tasks_of(page, long + "at night")
    pages.finished(page, child)
    for item in (parent, child):
        for width in (1440, 820, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/t/{item}/")
            row: Any = page.locator(".mini").bounding_box()
            panel: Any = page.locator(".side").bounding_box()
            assert row["x"] + row["width"] <= panel["x"] + panel["width"] - 8
