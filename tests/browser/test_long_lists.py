"""Long lists: the place after a reload, newer items above, the next page in time, the way back, counts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import pages
from tests.browser.test_gallery import select, tiles
from tests.browser.tour import OWNER

TILES = "document.querySelectorAll('#grid [data-item]').length"
PLACE = """() => {
    const tiles = [...document.querySelectorAll('#grid [data-item]')];
    const tile = tiles.find(one => one.getBoundingClientRect().bottom > 120);
    return { item: tile.dataset.item, top: tile.getBoundingClientRect().top };
}"""
TOP_OF = "item => document.getElementById(`item-${item}`)?.getBoundingClientRect().top ?? null"
BOXES = """() => [...document.querySelectorAll('#grid [data-item]')].slice(0, 60).map(tile => {
    const { left, top, width, height } = tile.getBoundingClientRect();
    return [left, top + scrollY, width, height].map(Math.round);
})"""


@pytest.fixture
def gallery_page(as_person: Callable[..., Page]) -> Page:
    """The team's gallery, which has several pages."""
    page = as_person(OWNER)
    page.goto("/gallery/")
    page.locator(".scopes a[href*='/gallery/']").nth(1).click()
    page.wait_for_url(re.compile(r"/gallery/\d+/"))
    expect(tiles(page).first).to_be_visible()
    return page


def to_the_end(page: Page, count: int) -> None:
    """Scroll until so many tiles are loaded."""
    page.mouse.move(700, 500)
    pages.until(page, lambda: page.evaluate(TILES) >= count, lambda: page.mouse.wheel(0, 1200))


def number(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("#count").inner_text()))


def test_a_reload_deep_in_the_list_begins_near_the_place(gallery_page: Page) -> None:
    page = gallery_page
    first_page = page.evaluate("[...document.querySelectorAll('#grid [data-item]')].map(tile => tile.dataset.item)")
    newest = first_page[0]
    to_the_end(page, 180)
    pages.until(page, lambda: page.evaluate(PLACE)["item"] not in first_page, lambda: page.mouse.wheel(0, 600))
    pages.comes_true(page, f"history.state?.place?.item === ({PLACE})().item")
    place = page.evaluate(PLACE)
    page.reload()
    pages.comes_true(page, f"Math.abs(({TOP_OF})('{place['item']}') - {place['top']}) < 40")
    assert page.evaluate(TILES) <= 121

    # Newer items come above, and what was seen stays where it is.
    above = page.get_by_role("link", name="Newer items")
    above.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    place = page.evaluate(PLACE)
    count = page.evaluate(TILES)
    above.click()
    pages.comes_true(page, f"{TILES} > {count}")
    assert abs(page.evaluate(TOP_OF, place["item"]) - place["top"]) <= 2

    def load_newer() -> None:
        count = page.evaluate(TILES)
        above.click()
        pages.comes_true(page, f"{TILES} > {count}")

    pages.until(page, lambda: not above.count(), load_newer)
    assert page.locator("#grid [data-item]").first.get_attribute("data-item") == newest
    items = page.evaluate(
        "[...document.querySelectorAll('#grid [data-item]')].map(tile => Number(tile.dataset.item))"
    )
    assert items == sorted(set(items), reverse=True)


def test_a_reload_at_the_end_of_what_is_loaded_begins_there(gallery_page: Page) -> None:
    page = gallery_page
    held: list[Route] = []  # the next part of the list, on a slow line
    page.route("**/gallery/page/?**before**", lambda route: held.append(route))
    page.reload()
    page.mouse.move(700, 500)
    last = page.locator("#grid [data-item]").last
    is_above = "tile => tile.getBoundingClientRect().bottom <= 120"
    pages.until(page, lambda: last.evaluate(is_above), lambda: page.mouse.wheel(0, 1200))
    item = last.get_attribute("data-item")
    pages.comes_true(page, f"history.state?.place?.item === '{item}'")
    held[0].continue_()
    pages.comes_true(page, f"{TILES} === 120 && history.state?.place?.item === ({PLACE})().item")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_next_page_loads_early_without_layout_shift(gallery_page: Page, width: int) -> None:
    page = gallery_page
    page.set_viewport_size({"width": width, "height": 500})
    page.reload()
    page.evaluate("scrollTo(0, 0)")
    if page.evaluate(TILES) == 60:
        before = page.evaluate(BOXES)
        end = page.evaluate("document.querySelector('#more p').getBoundingClientRect().top + scrollY")
        page.evaluate("y => scrollTo(0, y)", max(0, end - 500 - 1600))
        pages.comes_true(page, f"{TILES} >= 120")
        assert page.evaluate(BOXES) == before
    else:  # all of the first page is near
        assert width == 390


@pytest.mark.parametrize("back", ["link", "browser"])
def test_the_selection_survives_a_comparison(gallery_page: Page, back: str) -> None:
    page = gallery_page
    page.get_by_role("radio", name="Images").check()
    page.wait_for_url(re.compile("kind=image"))
    address = page.url
    items = select(page, 3)
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile("/compare/"))
    if back == "link":
        page.get_by_role("link", name="Back to the gallery").click()
    else:
        page.go_back()
    page.wait_for_url(address)
    pages.expect_selected(page, 3)
    expect(page.locator("#bulk")).to_be_visible()
    ticked = page.evaluate("[...document.querySelectorAll('#grid [name=ids]:checked')].map(box => box.value)")
    assert ticked == items

    # Without a way that one came, the link leads to the same list.
    page.goto(f"/compare/?ids={','.join(items)}&scope=mine&kind=image&q=a")
    link = page.get_by_role("link", name="Back to the gallery")
    expect(link).to_have_attribute("href", "/gallery/?q=a&kind=image")


def test_counts_are_right_after_each_action(as_person: Callable[..., Page]) -> None:
    page = as_person(OWNER)
    page.goto("/gallery/?kind=image")
    count = number(page)
    assert count > 0
    select(page, 2)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("#count")).to_have_text(f"{count - 2} items")
    page.get_by_role("button", name="Undo").last.click()
    expect(page.locator("#count")).to_have_text(f"{count} items")

    # In place over the gallery.
    tiles(page).first.locator(".tile__open").click()
    page.locator("#lightbox #item-delete").click()
    expect(page.locator("#count")).to_have_text(f"{count - 1} items")
    page.locator("#lightbox").get_by_role("button", name="Undo").last.click()
    expect(page.locator("#count")).to_have_text(f"{count} items")
    page.keyboard.press("Escape")

    # No favourite any more: out of that list, and counted so.
    select(page, 2)
    page.locator("#bulk").get_by_role("button", name="Favourite").click()
    expect(page.locator("#bulk")).to_be_hidden()
    page.goto("/gallery/favourites/")
    count = number(page)
    tiles(page).first.locator(".tile__open").click()
    page.locator("#lightbox #item-favourite").click()
    expect(page.locator("#count")).to_have_text(re.compile(rf"^\s*{count - 1} items?\s*$"))
    page.keyboard.press("Escape")
    expect(tiles(page)).to_have_count(min(count - 1, 60))


def test_an_empty_result_names_the_filters_and_how_to_remove_them(as_person: Callable[..., Page]) -> None:
    page = as_person(OWNER)
    page.goto("/gallery/?q=zeppelin&kind=video&since=2026-05-01&until=2026-05-31")
    expect(page.get_by_text("No items match “zeppelin” in videos (May 2026).")).to_be_visible()
    page.get_by_role("link", name="Clear search").click()
    page.wait_for_url(re.compile(r"/gallery/\?since=2026-05-01&until=2026-05-31&kind=video$"))
    page.goto("/history/?q=zeppelin&starred=on")
    expect(page.get_by_text("No prompts match “zeppelin” (starred prompts).")).to_be_visible()
    page.get_by_role("link", name="Clear filters", exact=True).last.click()
    page.wait_for_url(re.compile("/history/$"))


def test_an_emptied_list_says_so_until_undo(as_person: Callable[..., Page]) -> None:
    page = as_person(OWNER)
    page.goto("/gallery/?kind=video")
    count = tiles(page).count()
    assert 1 < count < 60
    said = page.locator(".emptied")
    expect(said).to_be_hidden()
    select(page, count)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(said).to_be_visible()
    expect(said).to_contain_text("No items match these filters: videos.")
    page.get_by_role("button", name="Undo").last.click()
    expect(tiles(page)).to_have_count(count)
    expect(said).to_be_hidden()
