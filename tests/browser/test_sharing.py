"""Sharing from the menu of a result: by keyboard, with a word about it, a way back, and the focus where it was."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.servers import Studio
from tests.browser.tour import OWNER

TEAM = "Atelier Srisai"


def more(page: Page, number: str) -> Locator:
    return page.get_by_role("button", name=f"More actions for #{number}", exact=True)


def choose(page: Page, number: str, entry: str) -> None:
    """Open the menu of a result by keyboard, and choose an entry."""
    more(page, number).focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name=entry).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tile-menu")).to_be_hidden()


def private_item(page: Page) -> str:
    """The newest item of the feed; private, whatever other tests have made of it."""
    tile = page.locator("#feed .tile[data-state=succeeded]").first
    number = str(tile.get_attribute("data-task"))
    if tile.get_attribute("data-team"):
        choose(page, number, "Stop sharing")
        expect(page.locator(f"#task-{number}")).to_have_attribute("data-team", "")
    return number


def test_sharing_and_unsharing_a_card_can_be_undone_by_keyboard(as_person: Callable[..., Page]) -> None:
    page = as_person(OWNER)
    page.goto("/")
    number = private_item(page)
    card, toasts = page.locator(f"#task-{number}"), page.locator("#toasts")

    more(page, number).focus()
    expect(card.locator(".tile__strip")).to_have_css("opacity", "1")
    choose(page, number, f"Share with {TEAM}")
    expect(more(page, number)).to_be_focused()
    expect(toasts).to_contain_text(f"#{number} is shared with {TEAM}.")
    expect(page.locator(f".run:has(#task-{number})")).to_contain_text(f"shared with {TEAM}")

    toasts.get_by_role("button", name="Undo").last.focus()
    page.keyboard.press("Enter")
    expect(card).to_have_attribute("data-team", "")
    expect(toasts).to_contain_text(f"#{number} is no longer shared. Only you can see it.")

    toasts.get_by_role("button", name="Undo").last.click()
    expect(card).not_to_have_attribute("data-team", "")
    choose(page, number, "Stop sharing")
    expect(more(page, number)).to_be_focused()
    expect(card).to_have_attribute("data-team", "")


def test_one_of_two_teams_is_chosen_from_the_menu(as_person: Callable[..., Page], gallery: Studio) -> None:
    page = as_person("maya@demo.example")
    page.goto("/team/?new")
    page.locator("#id_name").fill("Night shift")
    page.get_by_role("button", name="Create team").click()
    page.goto("/")
    number = private_item(page)
    more(page, number).focus()
    page.keyboard.press("Enter")
    menu = page.locator("#tile-menu")
    expect(menu.locator(":focus")).to_have_attribute("role", "menuitem")
    for key, entry in (("End", "Delete"), ("Home", f"Share with {TEAM}"), ("ArrowDown", "Share with Night shift")):
        page.keyboard.press(key)
        expect(menu.locator(":focus")).to_contain_text(entry)
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(more(page, number)).to_be_focused()
    choose(page, number, "Share with Night shift")
    expect(page.locator("#toasts")).to_contain_text(f"#{number} is shared with Night shift.")
    expect(page.locator(f".run:has(#task-{number})")).to_contain_text("shared with Night shift")


def test_a_finger_finds_the_button_and_the_entries(as_person: Callable[..., Page]) -> None:
    page = as_person(OWNER, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/")
    button = page.locator(".tile__btn--more").first
    box = button.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    button.tap()
    sheet = page.locator("#tile-menu")
    expect(sheet.get_by_role("menuitem", name="Remix")).to_be_visible()
    for entry in sheet.get_by_role("menuitem").all():
        if entry.is_visible():
            assert (entry.bounding_box() or {})["height"] >= 44
    spread = sheet.bounding_box()
    assert spread
    assert (spread["x"], spread["width"], round(spread["y"] + spread["height"])) == (0, 390, 844)
