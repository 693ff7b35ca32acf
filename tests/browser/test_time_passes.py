"""“just now” moves on while a page is open: in the feed, on tiles, on an item, in each language."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages, tour
from tests.browser.conftest import Scripted


def test_the_times_of_a_page_go_on(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a clock that goes"
    page.clock.install()
    page.goto("/")
    (made,) = pages.generate(page, prompt)
    # The run came by an answer, not with the page.
    said = pages.runs(page, prompt).locator("time[data-ago]").first
    expect(said).to_have_text("just now")
    pages.finished(page, made)
    page.clock.fast_forward("03:00")
    expect(said).to_have_text("3 min ago")
    page.clock.fast_forward("02:30:00")
    expect(said).to_have_text("2 h ago")

    page.goto("/gallery/")
    tile = page.locator(f"#item-{made} small")
    expect(tile).to_contain_text("· just now")
    page.clock.fast_forward("01:30")
    expect(tile).to_have_text(f"#{made} · nok · ChatGPT Image 2 · 1 min ago")
    page.clock.fast_forward("30:00:00")
    expect(tile).to_have_text(re.compile(r"· [A-Z][a-z]{2} \d{1,2}, \d{4}$"))

    page.goto(f"/t/{made}/")
    page.clock.fast_forward("04:30")
    expect(page.locator(".side__head time")).to_have_text("4 min ago")


@pytest.mark.parametrize(("locale", "words"), [("th", "5 นาทีที่แล้ว"), ("zh-CN", "5 分钟前")])
def test_the_words_are_the_readers(as_person: Callable[..., Page], locale: str, words: str) -> None:
    page = as_person(tour.OWNER, locale=locale)
    page.clock.install()
    page.goto("/gallery/")
    page.locator(".scopes a[href*='/gallery/']").nth(1).click()
    page.wait_for_url(re.compile(r"/gallery/\d+/"))
    page.goto(str(page.locator("#grid .tile__open").first.get_attribute("href")))
    page.locator("#item-comment").fill("时间 เวลา")
    page.locator("#item-comment-send").click()
    said = page.locator(".comment time[data-ago]").last
    expect(said).to_be_visible()
    page.clock.fast_forward("05:05")
    expect(said).to_have_text(words)
