"""Results in the studio: each action is one press or one key, and none of them loads another page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import pages
from tests.browser.tour import OWNER

AsPerson = Callable[..., Page]


def image(page: Page) -> Locator:
    """The newest image of the feed."""
    return page.locator("#feed .tile[data-state=succeeded][data-kind=image]").first


def number_of(tile: Locator) -> str:
    return str(tile.get_attribute("data-task"))


def is_the_same(page: Page) -> bool:
    return bool(page.evaluate("() => window.isTheSame"))


def prompt_of(tile: Locator) -> str:
    return tile.locator("xpath=ancestor::*[@data-run]").locator(".caption__prompt").inner_text()


@pytest.mark.parametrize("way", ["pointer", "keyboard"])
def test_remix_fills_the_composer_in_place_and_back_undoes_it(studio_page: Page, way: str) -> None:
    page, tile = studio_page, image(studio_page)
    pages.prompt_box(page).fill("what I had written")
    where = page.evaluate("() => scrollY")
    if way == "pointer":
        tile.hover()
        tile.get_by_role("button", name="Remix").click()
    else:
        tile.locator(".tile__open").focus()
        page.keyboard.press("r")
    expect(page.locator("#from")).to_contain_text(f"Remix of #{number_of(tile)}")
    assert pages.prompt_box(page).input_value().split() == prompt_of(tile).split()
    expect(pages.prompt_box(page)).to_be_focused()
    assert is_the_same(page)
    assert page.evaluate("() => scrollY") == where

    filled = pages.prompt_box(page).input_value()
    page.go_back()
    expect(pages.prompt_box(page)).to_have_value("what I had written")
    expect(page.locator("#from")).to_have_count(0)
    page.go_forward()
    expect(pages.prompt_box(page)).to_have_value(filled)
    expect(page.locator("#from")).to_have_count(1)
    # Undo was for the filling that is undone already.
    expect(page.locator("#toasts").get_by_role("button", name="Undo")).to_have_count(0)
    assert is_the_same(page)


def test_detaching_leaves_the_prompt(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    tile.locator(".tile__open").focus()
    page.keyboard.press("r")
    page.get_by_role("button", name=f"Detach from #{number_of(tile)}").click()
    expect(page.locator("#from")).to_have_count(0)
    expect(pages.prompt_box(page)).not_to_have_value("")


def test_animate_chooses_the_video_model_and_brings_the_image(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    tile.locator(".tile__open").focus()
    page.keyboard.press("a")
    expect(page.locator("#from")).to_contain_text(f"Animating #{number_of(tile)}")
    expect(pages.option(page, "Model", pages.VIDEO)).to_be_checked()
    expect(pages.references(page)).to_have_count(1)
    assert is_the_same(page)


def test_use_as_reference_keeps_what_was_typed(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    pages.prompt_box(page).fill("in the colours of")
    tile.locator(".tile__open").focus()
    page.keyboard.press("u")
    expect(pages.references(page)).to_have_count(1)
    expect(pages.prompt_box(page)).to_have_value("in the colours of")
    expect(pages.prompt_box(page)).to_be_focused()


def test_favourite_and_download_are_one_key(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    heart = tile.get_by_role("button", name="Favourite")
    before = heart.get_attribute("aria-pressed")
    tile.locator(".tile__open").focus()
    page.keyboard.press("f")
    expect(heart).not_to_have_attribute("aria-pressed", str(before))
    with page.expect_download():
        page.keyboard.press("d")
    page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", str(before))


def test_a_deleted_result_can_be_restored_and_the_focus_goes_to_the_next(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    number = number_of(tile)
    tile.locator(".tile__open").focus()
    page.keyboard.press("Delete")
    gone = page.locator(f"#task-{number}")
    expect(gone).to_be_hidden()
    pages.holds_focus(page.locator("#feed"))
    expect(page.locator("#toasts")).to_contain_text(f"#{number} was moved to the trash.")
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(gone).to_be_visible()
    assert is_the_same(page)


def test_remix_in_the_lightbox_goes_on_in_the_composer_below(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    number = number_of(tile)
    tile.locator(".tile__open").click()
    expect(page.locator("#lightbox #item-number")).to_have_text(f"#{number}")
    assert f"/t/{number}/" in page.url
    page.keyboard.press("r")
    expect(page.locator("#lightbox")).to_be_hidden()
    expect(page.locator("#from")).to_contain_text(f"Remix of #{number}")
    expect(pages.prompt_box(page)).to_be_focused()
    assert re.fullmatch(r"https?://[^/]+/", page.url)
    assert is_the_same(page)


def test_arrows_follow_the_feed_and_closing_returns_to_the_last_result(studio_page: Page) -> None:
    page = studio_page
    shown = page.locator("#feed .tile[data-state=succeeded]")
    order = [number_of(tile) for tile in shown.all()[:5]]
    shown.first.locator(".tile__open").click()
    for number in order[1:]:
        expect(page.locator("#item-next")).to_be_visible()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#lightbox #item-number")).to_have_text(f"#{number}")
    page.keyboard.press("Escape")
    expect(page.locator(f"#task-{order[-1]} .tile__open")).to_be_focused()
    expect(page.locator(f"#task-{order[-1]}")).to_be_in_viewport()
    assert is_the_same(page)


def test_the_image_is_there_at_once_on_a_slow_line(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    held: list[Route] = []
    page.route("**/panel/**", lambda route: held.append(route))
    tile.locator(".tile__open").click()
    expect(page.locator("#lightbox .stage__media img")).to_be_visible(timeout=2000)
    # Somebody who goes back meanwhile is not brought to it afterwards.
    page.keyboard.press("Escape")
    expect(page.locator("#lightbox")).to_be_hidden()
    pages.until(page, lambda: bool(held), lambda: None)
    held[0].continue_()
    page.wait_for_timeout(500)
    expect(page.locator("#lightbox")).to_be_hidden()
    expect(tile.locator(".tile__open")).to_be_focused()


def test_filling_from_the_lightbox_can_be_undone(as_person: AsPerson) -> None:
    page = as_person(OWNER, reduced_motion="reduce")
    page.goto("/")
    pages.prompt_box(page).fill("mine")
    image(page).locator(".tile__open").click()
    page.locator("#item-remix").click()
    expect(page.locator("#lightbox")).to_be_hidden()
    expect(pages.prompt_box(page)).not_to_have_value("mine")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(pages.prompt_box(page)).to_have_value("mine")


def test_a_reload_shows_the_item_from_its_top(studio_page: Page) -> None:
    page = studio_page
    page.evaluate("() => scrollTo(0, 700)")
    page.locator("#feed .tile[data-state=succeeded]:has(.tile__open)").nth(5).locator(".tile__open").click()
    expect(page.locator("#lightbox #item-number")).to_be_visible()
    page.reload()
    expect(page.locator("#item-number")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("() => scrollY") == 0
    expect(page.locator(".bar [aria-current=page]")).to_have_text("Studio")


def test_what_is_written_while_a_result_is_fetched_comes_back_with_undo(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    held: list[Route] = []
    page.route("**/use/", lambda route: held.append(route))
    pages.prompt_box(page).fill("before")
    tile.locator(".tile__open").focus()
    page.keyboard.press("r")
    pages.until(page, lambda: bool(held), lambda: None)
    pages.prompt_box(page).fill("before and meanwhile")
    tile.locator(".tile__open").focus()
    page.keyboard.press("r")  # a second one while the first is on its way is nothing
    held[0].continue_()
    expect(page.locator("#from")).to_be_visible()
    assert len(held) == 1
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(pages.prompt_box(page)).to_have_value("before and meanwhile")


def test_several_are_deleted_one_after_the_other_without_waiting(studio_page: Page) -> None:
    page = studio_page
    shown = page.locator("#feed .tile[data-state=succeeded][data-kind=image]")
    numbers = [number_of(tile) for tile in shown.all()[:3]]
    for number in numbers:
        page.evaluate("id => document.querySelector(`#task-${id} .tile__open`).focus()", number)
        page.keyboard.press("Delete")
    for number in numbers:
        expect(page.locator(f"#task-{number}")).to_be_hidden()
    for number in numbers:
        toast = page.locator("#toasts .toast", has_text=f"#{number} was moved")
        toast.get_by_role("button", name="Undo").click()
    for number in numbers:
        expect(page.locator(f"#task-{number}")).to_be_visible()


def test_a_double_click_opens_a_result_once(studio_page: Page) -> None:
    page, tile = studio_page, image(studio_page)
    tile.locator(".tile__open").dblclick()
    expect(page.locator("#lightbox #item-number")).to_have_text(f"#{number_of(tile)}")
    page.go_back()
    expect(page.locator("#lightbox")).to_be_hidden()
    assert is_the_same(page)
