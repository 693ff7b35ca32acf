"""The menu of a result in the studio, and the dialogs that it opens."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.test_results import image, is_the_same, number_of
from tests.browser.tour import OWNER
from tests.browser.watching import Watch

AsPerson = Callable[..., Page]


def test_what_is_pressed_beside_a_menu_only_closes_it(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    tile.scroll_into_view_if_needed()
    tile.hover()
    more = tile.get_by_role("button", name="More actions")
    more.click()
    menu, at = page.locator("#tile-menu").bounding_box(), more.bounding_box()
    assert menu
    assert at
    above, below = at["y"] - menu["y"] - menu["height"], menu["y"] - at["y"] - at["height"]
    assert -2 <= max(above, below) <= 16, "beside its button"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.locator("#feed").get_by_role("button", name="Generate again").first.click(force=True)
    expect(page.locator("#tile-menu")).to_be_hidden()
    page.wait_for_timeout(300)
    assert asked == []


def test_a_result_is_put_into_a_new_collection_from_its_menu(studio_page: Page, watch: Watch) -> None:
    page, tile = studio_page, image(studio_page)
    tile.hover()
    tile.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Add to collection").click()
    dialog = page.locator("#aside")
    expect(dialog.get_by_role("heading")).to_contain_text(f"#{number_of(tile)}")
    # Without a name nothing is done, and the dialog stays.
    watch.expects(422)
    pages.holds_focus(dialog.locator("[data-part]"))
    dialog.get_by_role("button", name="Add to collection").click()
    expect(page.locator("#toasts .toast")).to_have_count(1)
    expect(dialog).to_be_visible()
    dialog.locator("#collection-name").fill("From the feed")
    dialog.locator("#collection-name").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("From the feed")
    expect(dialog).to_be_hidden()
    assert is_the_same(page)


def test_a_public_link_is_created_from_the_menu(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    tile.hover()
    tile.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Public link").click()
    dialog = page.locator("#aside")
    create = dialog.get_by_role("button", name="Create link")
    expect(dialog.locator("#share-links")).to_be_visible()
    if not create.is_visible():  # other tests have made a link to this result
        dialog.get_by_text("New link", exact=True).click()
    create.click()
    expect(dialog.locator(".share-link code").first).to_contain_text("/s/")
    expect(dialog.get_by_role("button", name="Copy").first).to_be_focused()
    dialog.locator(".share-link .confirm > summary").first.click()
    revoke, box = dialog.get_by_role("button", name="Revoke the link").bounding_box(), dialog.bounding_box()
    assert revoke
    assert box
    assert revoke["x"] >= box["x"]
    assert is_the_same(page)


def test_without_scripts_more_is_the_page_of_the_item(as_person: AsPerson) -> None:
    page = as_person(OWNER, java_script_enabled=False)
    page.goto("/")
    tile = image(page)
    number = number_of(tile)
    tile.hover()
    tile.get_by_role("button", name="Remix").click()
    expect(page.locator("#from")).to_contain_text(f"Remix of #{number}")
    page.goto("/")
    tile.hover()
    tile.get_by_role("button", name="More actions").click()
    expect(page.locator("#item-number")).to_have_text(f"#{number}")


def test_the_menu_of_another_result_takes_its_place_and_a_second_press_closes_it(studio_page: Page) -> None:
    page = studio_page
    first, second = page.locator("#feed .tile:has(.tile__btn--more)").all()[:2]
    for tile in (first, second):
        tile.hover()
        tile.get_by_role("button", name="More actions").click(force=True)
        expect(page.locator("#tile-menu b")).to_have_text(f"#{number_of(tile)}", use_inner_text=False)
    expect(first).not_to_have_class(re.compile("is-open"))
    expect(second.get_by_role("button", name="More actions")).to_have_attribute("aria-expanded", "true")
    second.get_by_role("button", name="More actions").click(force=True)
    expect(page.locator("#tile-menu")).to_be_hidden()
    # The keys that the menu shows do what it says.
    first.get_by_role("button", name="More actions").press("Enter")
    page.keyboard.press("s")
    expect(page.locator("#tile-menu")).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("The link is copied")
