"""A task goes on whoever looks: a reload, a closed page, two tabs."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted
from tests.browser.servers import Studio
from tests.scripted_service import task


def test_a_task_continues_while_no_page_is_open(studio: Studio, session: dict[str, Any], open_page: OpenPage) -> None:
    page, prompt = open_page(studio, storage_state=session), "an owl that works at night"
    (drawn,) = pages.generate(page, prompt)
    page.context.close()
    later = open_page(studio, storage_state=session)
    pages.picture_of(later, drawn, prompt)
    assert pages.tasks_of(later, prompt) == [drawn]


def test_a_reload_in_the_middle_loses_nothing(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a bridge over a misty river"
    pages.finished(page, pages.generate(page, "a bridge in the sun")[0])
    scripted.service.on_get(then=task(2))
    (slow,) = pages.generate(page, prompt)
    running = pages.reaches(page, slow, "running")
    expect(running).to_contain_text(re.compile(r"Running.*about \d+ s", re.DOTALL))
    clock = running.locator("time")
    expect(clock).to_have_text(re.compile(r"^0:0[3-9]$"))
    page.reload()
    expect(pages.card(page, slow)).to_have_attribute("data-state", "running")
    # The clock goes on where it was, and does not begin again.
    expect(clock).not_to_have_text(re.compile("^0:0[0-2]$"))
    expect(page.locator("#live")).to_have_text("1 running")
    scripted.service.on_get(then=task(3))
    pages.picture_of(page, slow, prompt)
    expect(page.locator("#live")).to_be_empty()
    expect(page.locator("#announcer")).to_have_text(f"Image #{slow} is ready.")
    assert pages.tasks_of(page, prompt) == [slow]


def test_a_run_of_one_tab_appears_once_in_the_other(scripted: Scripted, scripted_page: Page) -> None:
    one = scripted_page
    two = one.context.new_page()
    two.goto("/")
    # Neither waits for its poll: each page's own submission must not hide the other's.
    (first,) = pages.generate(one, "a hat in one tab")
    (second,) = pages.generate(two, "a coat in the other tab")
    for page in (one, two):
        pages.picture_of(page, first, "a hat in one tab")
        pages.picture_of(page, second, "a coat in the other tab")
        assert pages.tasks_of(page, "a hat in one tab") == [first]
        assert pages.tasks_of(page, "a coat in the other tab") == [second]
        newest = [region.get_attribute("data-run") for region in page.locator("[data-run]").all()]
        assert newest == sorted(newest, key=int, reverse=True)


def test_a_tab_at_rest_hears_of_the_other(scripted: Scripted, scripted_page: Page) -> None:
    one = scripted_page
    two = one.context.new_page()
    two.clock.install()
    two.goto("/")
    (made,) = pages.generate(one, "a letter that arrives")
    pages.picture_of(one, made, "a letter that arrives")
    two.clock.fast_forward("00:16")  # at rest it asks every 15 seconds
    pages.picture_of(two, made, "a letter that arrives")
    assert pages.tasks_of(two, "a letter that arrives") == [made]
