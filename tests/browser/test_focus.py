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


def open_link(page: Page, item: str | None) -> Locator:
    return page.locator(f"#item-{item} .tile__open")


def items(page: Page) -> list[str]:
    return page.locator("#grid .tile:not([hidden])").evaluate_all("tiles => tiles.map(tile => tile.dataset.item)")


@pytest.fixture
def gallery_page(as_person: Callable[..., Page]) -> Page:
    page = as_person(OWNER)
    page.goto("/gallery/")
    return page


def test_a_card_redrawn_by_the_poll_keeps_the_focus(scripted: Scripted, scripted_page: Page) -> None:
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


def test_after_deleting_items_the_focus_is_on_the_next_tile(gallery_page: Page) -> None:
    before = items(gallery_page)
    gallery_page.locator("#select").click()
    for item in before[1:3]:
        gallery_page.locator(f"#item-{item}").click()
    gallery_page.locator("#bulk .btn--bad").focus()
    gallery_page.keyboard.press("Enter")
    expect(gallery_page.locator(f"#item-{before[1]}")).to_be_hidden()
    expect(open_link(gallery_page, before[3])).to_be_focused()
    gallery_page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(gallery_page.locator(f"#item-{before[1]}")).to_be_visible()


def test_after_an_action_the_focus_is_on_the_first_selected_tile(gallery_page: Page) -> None:
    before = items(gallery_page)
    gallery_page.locator("#select").click()
    gallery_page.locator(f"#item-{before[2]}").click()
    gallery_page.get_by_role("button", name="Favourite", exact=True).focus()
    gallery_page.keyboard.press("Enter")
    expect(open_link(gallery_page, before[2])).to_be_focused()


def test_a_dialog_traps_and_returns_the_focus(gallery_page: Page) -> None:
    item = items(gallery_page)[3]
    open_link(gallery_page, item).focus()
    gallery_page.keyboard.press("Enter")
    dialog = gallery_page.locator("#lightbox")
    expect(dialog.locator("#item")).to_be_visible()
    for _ in range(60):
        gallery_page.keyboard.press("Tab")
        # The browser's own bar comes in between the last and the first; the page behind never does.
        assert gallery_page.evaluate(
            "[document.body, ...document.querySelectorAll('#lightbox, #lightbox *')].includes(document.activeElement)"
        )
    gallery_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(open_link(gallery_page, item)).to_be_focused()


def test_after_deleting_in_the_dialog_the_focus_moves_to_the_next_tile(gallery_page: Page) -> None:
    before = items(gallery_page)
    open_link(gallery_page, before[3]).focus()
    gallery_page.keyboard.press("Enter")
    gallery_page.locator("#lightbox #item-delete").focus()
    gallery_page.keyboard.press("Enter")
    expect(gallery_page.locator(f'#lightbox [data-item="{before[4]}"]')).to_be_visible()
    pages.holds_focus(gallery_page.locator("#lightbox"))
    gallery_page.keyboard.press("Escape")
    expect(open_link(gallery_page, before[4])).to_be_focused()


@pytest.mark.parametrize("button", ["#item-favourite", "#item-share"])
def test_a_replaced_button_keeps_the_focus(gallery_page: Page, button: str) -> None:
    open_link(gallery_page, items(gallery_page)[5]).focus()
    gallery_page.keyboard.press("Enter")
    pressed = gallery_page.locator(f"#lightbox {button}")
    was = pressed.get_attribute("aria-pressed")
    pressed.focus()
    gallery_page.keyboard.press("Enter")
    expect(pressed).to_have_attribute("aria-pressed", "false" if was == "true" else "true")
    expect(pressed).to_be_focused()


def test_after_a_comment_the_focus_is_on_the_comment_form(gallery_page: Page) -> None:
    gallery_page.goto(str(gallery_page.locator(".scopes a").nth(1).get_attribute("href")))
    gallery_page.goto(f"/t/{items(gallery_page)[0]}/")
    gallery_page.locator("#item-comment").fill("The blue is right.")
    gallery_page.locator("#item-comment-send").focus()
    gallery_page.keyboard.press("Enter")
    expect(gallery_page.locator(".comment__text").last).to_have_text("The blue is right.")
    pages.holds_focus(gallery_page.locator("#item-comments"))


def test_closing_shortcuts_and_menus_returns_the_focus(gallery_page: Page) -> None:
    more = gallery_page.locator("[popovertarget=more-filters]")
    more.focus()
    gallery_page.keyboard.press("Enter")
    expect(gallery_page.locator("#more-filters")).to_be_visible()
    gallery_page.keyboard.press("Escape")
    expect(more).to_be_focused()
