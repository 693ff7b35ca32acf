"""The focus is never lost: whatever is swapped, deleted or closed, it stays or goes to what is nearest."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted
from tests.browser.test_layout import gated
from tests.browser.tour import OWNER
from tests.scripted_service import ok


def open_link(page: Page, work: str | None) -> Locator:
    return page.locator(f"#item-{work} .tile__open")


def works(page: Page) -> list[str]:
    return page.locator("#grid .tile:not([hidden])").evaluate_all("tiles => tiles.map(tile => tile.dataset.item)")


@pytest.fixture
def wall(as_person: Callable[..., Page]) -> Page:
    page = as_person(OWNER)
    page.goto("/gallery/")
    return page


def test_a_card_that_the_poll_draws_anew_keeps_it(scripted: Scripted, scripted_page: Page) -> None:
    page, gate = scripted_page, threading.Event()
    scripted.service.on_create(gated(ok(), gate))
    scripted.stop_tracker()
    (task,) = pages.generate(page, "the focus stays with a card")
    pages.card(page, task).get_by_role("button", name="Cancel").focus()
    scripted.start_tracker()
    pages.reaches(page, task, "sending")
    expect(page.locator(f"#task-{task}")).to_be_focused()
    gate.set()
    pages.finished(page, task)
    pages.holds_focus(pages.card(page, task))


def test_after_works_are_deleted_it_is_on_the_one_that_took_their_place(wall: Page) -> None:
    before = works(wall)
    wall.locator("#select").click()
    for work in before[1:3]:
        wall.locator(f"#item-{work}").click()
    wall.locator("#bulk .btn--bad").focus()
    wall.keyboard.press("Enter")
    expect(wall.locator(f"#item-{before[1]}")).to_be_hidden()
    expect(open_link(wall, before[3])).to_be_focused()
    wall.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(wall.locator(f"#item-{before[1]}")).to_be_visible()


def test_after_an_action_that_leaves_them_it_is_on_the_first_of_them(wall: Page) -> None:
    before = works(wall)
    wall.locator("#select").click()
    wall.locator(f"#item-{before[2]}").click()
    wall.get_by_role("button", name="Favourite", exact=True).focus()
    wall.keyboard.press("Enter")
    expect(open_link(wall, before[2])).to_be_focused()


def test_a_dialog_holds_it_and_gives_it_back(wall: Page) -> None:
    work = works(wall)[3]
    open_link(wall, work).focus()
    wall.keyboard.press("Enter")
    dialog = wall.locator("#lightbox")
    expect(dialog.locator("#item")).to_be_visible()
    for _ in range(60):
        wall.keyboard.press("Tab")
        # The browser's own bar comes in between the last and the first; the page behind never does.
        assert wall.evaluate(
            "[document.body, ...document.querySelectorAll('#lightbox, #lightbox *')].includes(document.activeElement)"
        )
    wall.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(open_link(wall, work)).to_be_focused()


def test_deleting_in_the_dialog_goes_on_and_closing_it_leads_to_the_next_tile(wall: Page) -> None:
    before = works(wall)
    open_link(wall, before[3]).focus()
    wall.keyboard.press("Enter")
    wall.locator("#lightbox #item-delete").focus()
    wall.keyboard.press("Enter")
    expect(wall.locator(f'#lightbox [data-item="{before[4]}"]')).to_be_visible()
    pages.holds_focus(wall.locator("#lightbox"))
    wall.keyboard.press("Escape")
    expect(open_link(wall, before[4])).to_be_focused()


@pytest.mark.parametrize("button", ["#item-favourite", "#item-share"])
def test_a_button_that_its_answer_replaces_keeps_it(wall: Page, button: str) -> None:
    open_link(wall, works(wall)[5]).focus()
    wall.keyboard.press("Enter")
    pressed = wall.locator(f"#lightbox {button}")
    was = pressed.get_attribute("aria-pressed")
    pressed.focus()
    wall.keyboard.press("Enter")
    expect(pressed).to_have_attribute("aria-pressed", "false" if was == "true" else "true")
    expect(pressed).to_be_focused()


def test_after_a_comment_it_is_where_the_next_one_is_written(wall: Page) -> None:
    wall.goto(str(wall.locator(".scopes a").nth(1).get_attribute("href")))
    wall.goto(f"/t/{works(wall)[0]}/")
    wall.locator("#item-comment").fill("The blue is right.")
    wall.locator("#item-comment-send").focus()
    wall.keyboard.press("Enter")
    expect(wall.locator(".comment__text").last).to_have_text("The blue is right.")
    pages.holds_focus(wall.locator("#item-comments"))


def test_closing_the_keys_and_the_menus_gives_it_back(wall: Page) -> None:
    more = wall.locator("[popovertarget=more-filters]")
    more.focus()
    wall.keyboard.press("Enter")
    expect(wall.locator("#more-filters")).to_be_visible()
    wall.keyboard.press("Escape")
    expect(more).to_be_focused()
