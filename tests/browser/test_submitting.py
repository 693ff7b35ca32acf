"""Submitting: once for one request, never for a bad one, and nothing is lost on the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted
from tests.browser.watching import Watch


def runs_made(page: Page, prompt: str) -> int:
    """How many runs of a prompt there are, once all that was clicked has been answered."""
    expect(pages.runs(page, prompt).first).to_be_visible()
    for article in pages.runs(page, prompt).get_by_role("article").all():
        pages.finished(page, article.get_attribute("data-task") or "")
    page.reload()
    return pages.runs(page, prompt).count()


@pytest.mark.parametrize("pause", [0, 150], ids=["at once", "as people do"])
def test_a_double_click_is_one_run(scripted: Scripted, scripted_page: Page, pause: int) -> None:
    page, prompt = scripted_page, f"a pair of doors, {pause}"
    pages.compose(page, prompt)
    pages.generate_button(page).dblclick(delay=pause)
    assert runs_made(page, prompt) == 1


def test_two_submissions_at_the_same_moment_are_one_run(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "two hands on one button"
    pages.compose(page, prompt)
    page.evaluate("() => { for (const _ of [1, 2]) document.getElementById('composer').requestSubmit(); }")
    assert runs_made(page, prompt) == 1


def test_two_clicks_in_earnest_are_two_runs(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "the same again"
    pages.generate(page, prompt)
    pages.generate_button(page).click()
    expect(pages.runs(page, prompt)).to_have_count(2)
    assert runs_made(page, prompt) == 2


def test_ctrl_enter_submits_once_however_long_it_is_held(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a key that is held down"
    pages.compose(page, prompt)
    pages.prompt_box(page).focus()
    page.keyboard.down("Control")
    page.keyboard.down("Enter")
    expect(pages.runs(page, prompt)).to_have_count(1)
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    page.keyboard.up("Control")
    expect(pages.prompt_box(page)).to_have_value(prompt)
    assert runs_made(page, prompt) == 1


def test_enter_alone_is_a_new_line(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    before = page.locator("[data-run]").count()
    pages.prompt_box(page).press_sequentially("one\ntwo")
    expect(pages.prompt_box(page)).to_have_value("one\ntwo")
    page.reload()
    expect(page.locator("[data-run]")).to_have_count(before)


@pytest.mark.parametrize("prompt", ["", "  \n\t "], ids=["empty", "blank"])
def test_without_a_prompt_nothing_is_sent(scripted: Scripted, scripted_page: Page, watch: Watch, prompt: str) -> None:
    page = scripted_page
    watch.expects(422)
    before = page.locator("[data-run]").count()
    pages.compose(page, prompt)
    pages.generate_button(page).click()
    expect(pages.errors(page)).to_contain_text("Write a prompt first")
    expect(pages.errors(page)).to_be_in_viewport()
    expect(page.locator("[data-run]")).to_have_count(before)
    pages.generate(page, f"now there is one after {prompt!r}")
    expect(pages.errors(page)).to_be_empty()


def test_8001_characters_are_one_too_many(scripted: Scripted, scripted_page: Page, watch: Watch) -> None:
    page, most = scripted_page, "水" * 7_990 + " and more…"
    watch.expects(422)
    assert len(most) == 8_000
    pages.compose(page, most + "!")
    counter = page.locator("#count")
    expect(counter).to_have_text("8001 / 8000")
    pages.generate_button(page).click()
    expect(pages.errors(page)).to_contain_text("The prompt has 8001 characters; at most 8000 are allowed.")
    expect(pages.errors(page)).to_be_in_viewport()
    expect(pages.prompt_box(page)).to_have_value(most + "!")
    (task,) = pages.generate(page, most)
    pages.picture_of(page, task, most)


def test_offline_is_reported_and_nothing_is_lost(scripted: Scripted, scripted_page: Page, watch: Watch) -> None:
    page, prompt = scripted_page, "a lamp in a power cut"
    watch.expects_to_be_offline()
    pages.compose(page, prompt)
    page.context.set_offline(True)
    pages.generate_button(page).click()
    expect(page.get_by_role("status").filter(has_text="The studio can’t be reached.")).to_be_visible()
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.generate_button(page)).to_be_enabled()
    expect(pages.runs(page, prompt)).to_have_count(0)
    page.context.set_offline(False)
    pages.generate_button(page).click()
    assert runs_made(page, prompt) == 1
