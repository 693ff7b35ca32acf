"""Sharing from the feed: by keyboard, with a word about it, a way back, and the focus where it was."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.servers import Studio
from tests.browser.tour import OWNER

TEAM = "Atelier Srisai"


def private_item(page: Page) -> str:
    """The newest item of the feed that can be shared, made private if an earlier test shared it."""
    button = page.locator("#feed .tile__btn[id^=share-]").first
    number = (button.get_attribute("id") or "").removeprefix("share-")
    if "Stop sharing" in button.inner_text():
        button.click()
        expect(page.locator(f"#share-{number}")).not_to_contain_text("Stop sharing")
    return number


def test_sharing_and_unsharing_a_card_are_undone_by_keyboard(as_person: Callable[..., Page]) -> None:
    page = as_person(OWNER)
    page.goto("/")
    number = private_item(page)
    card = page.locator(f"#task-{number}")
    share, unshare = f"Share #{number} with {TEAM}", f"Stop sharing #{number} with {TEAM}"

    card.get_by_role("button", name=share).focus()
    expect(card.locator(".tile__acts")).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(card.get_by_role("button", name=unshare)).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text(f"#{number} is shared with {TEAM}.")
    expect(page.locator(f".run:has(#task-{number})")).to_contain_text(f"shared with {TEAM}")

    page.locator("#toasts").get_by_role("button", name="Undo").last.focus()
    page.keyboard.press("Enter")
    expect(card.get_by_role("button", name=share)).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text(f"#{number} is no longer shared. Only you can see it.")

    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(card.get_by_role("button", name=unshare)).to_be_visible()
    card.get_by_role("button", name=unshare).focus()
    page.keyboard.press("Space")
    expect(card.get_by_role("button", name=share)).to_be_focused()


def test_of_two_teams_one_is_chosen_from_a_menu(as_person: Callable[..., Page], gallery: Studio) -> None:
    page = as_person("maya@demo.example")
    page.goto("/team/?new")
    page.locator("#id_name").fill("Night shift")
    page.get_by_role("button", name="Create team").click()
    page.goto("/")
    number = private_item(page)
    button = page.locator(f"#share-{number}")
    button.focus()
    page.keyboard.press("Enter")
    menu = page.locator(f"#teams-{number}")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    menu.get_by_role("button", name="Night shift").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=f"Stop sharing #{number} with Night shift")).to_be_focused()


def test_a_finger_finds_the_buttons(as_person: Callable[..., Page]) -> None:
    page = as_person(OWNER, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/")
    button = page.locator(".tile__acts .tile__btn").first
    expect(button).to_be_visible()
    box = button.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
