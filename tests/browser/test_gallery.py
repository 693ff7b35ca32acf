"""The team gallery: find, select, share, take along, delete and undo, compare, and show to somebody outside."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.servers import Studio
from tests.browser.tour import OWNER, VIEWER


def tiles(page: Page) -> Any:
    return page.locator("#grid .tile:not([hidden])")


def open_gallery(page: Page, query: str = "") -> None:
    page.goto(f"/gallery/{query}")
    expect(tiles(page).first).to_be_visible()


def select(page: Page, count: int) -> list[str]:
    """Select the first items: one by a click, the others by a click with Shift."""
    page.get_by_role("button", name="Select", exact=True).click()
    tiles(page).nth(0).click()
    tiles(page).nth(count - 1).click(modifiers=["Shift"])
    pages.expect_selected(page, count)
    return [str(tiles(page).nth(n).get_attribute("data-item")) for n in range(count)]


def test_filter_search_in_thai_select_share_zip_delete_undo_compare(as_person: Callable[[str], Page]) -> None:
    page = as_person(OWNER)
    open_gallery(page)
    everything = tiles(page).count()

    # Filter: it acts at once and stands in the address.
    page.get_by_role("radio", name="Images").check()
    page.wait_for_url(re.compile("kind=image"))
    expect(tiles(page).and_(page.locator(":has(.tile__badge)"))).to_have_count(0)

    # Search, in Thai, two characters.
    page.locator("#q").fill("ทะ")
    page.wait_for_url(re.compile("q="))
    expect(tiles(page).first).to_be_visible()
    expect(page.locator("#q")).to_be_focused()
    found = tiles(page).count()
    assert 0 < found < everything
    assert all("ทะ" in text for text in page.locator("#grid .tile__veil > span").all_text_contents())

    # Five of the images, shared with the team.
    open_gallery(page, "?kind=image")
    items = select(page, 5)
    if any(is_shared(page, item) for item in items):  # by a test before this one: the people's studio is the same
        page.locator(".bulk__share summary").click()
        page.locator("#bulk").get_by_role("button", name="Stop sharing").click()
        expect(page.locator("#toasts")).to_contain_text("no longer shared")
        items = select(page, 5)
    assert not any(is_shared(page, item) for item in items)
    page.locator(".bulk__share summary").click()
    page.get_by_role("button", name="Atelier Srisai").click()
    expect(page.locator("#toasts")).to_contain_text("shared with Atelier Srisai")
    expect(page.locator(".bulk__share")).not_to_have_attribute("open", "")
    for item in items:
        assert is_shared(page, item)

    # As a ZIP, with what is known of them.
    select(page, 5)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        names = archive.namelist()
        told = json.loads(archive.read("metadata.json"))
    assert len([name for name in names if name.endswith((".png", ".jpg", ".webp"))]) == 5
    assert "metadata.csv" in names
    assert told

    # Deleted, and brought back by the toast, where they were.
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(f"#item-{items[0]}")).to_be_hidden()
    page.get_by_role("button", name="Undo").last.click()
    expect(page.locator(f"#item-{items[0]}")).to_be_visible()
    assert str(tiles(page).nth(0).get_attribute("data-item")) == items[0]

    # Two side by side.
    select(page, 2)
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"/compare/\?ids="))
    expect(page.get_by_role("table")).to_be_visible()


def test_an_item_opens_in_place_and_back_returns_to_the_list(as_person: Callable[[str], Page]) -> None:
    page = as_person(OWNER)
    open_gallery(page)
    tile = tiles(page).nth(40)
    tile.scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    item = tile.get_attribute("data-item")
    tile.locator(".tile__open").click()
    expect(page.locator("#lightbox")).to_be_visible()
    assert f"/t/{item}/" in page.url
    page.locator("#lightbox #item-next").click()
    page.wait_for_url(lambda url: f"/t/{item}/" not in url and "/t/" in url)
    page.keyboard.press("Escape")
    expect(page.locator("#lightbox")).to_be_hidden()
    assert page.url.endswith("/gallery/")
    pages.comes_true(page, f"Math.abs(scrollY - {place}) < 300")
    page.reload()
    pages.comes_true(page, f"Math.abs(scrollY - {place}) < 300")


def test_forward_and_back_work_after_a_reload(
    as_person: Callable[[str], Page],
) -> None:
    page = as_person(OWNER)
    open_gallery(page)
    tile = tiles(page).nth(3)
    address = f"/t/{tile.get_attribute('data-item')}/"
    tile.locator(".tile__open").click()
    expect(page.locator("#lightbox")).to_be_visible()
    page.go_back()
    expect(page.locator("#lightbox")).to_be_hidden()
    page.go_forward()
    expect(page.locator("#lightbox #item")).to_be_visible()
    assert address in page.url
    page.reload()
    expect(page.locator("main #item")).to_be_visible()
    page.go_back()
    expect(page.locator("#grid")).to_be_visible()
    assert page.url.endswith("/gallery/")


def test_a_link_with_a_password_in_a_fresh_browser(
    as_person: Callable[[str], Page], gallery: Studio, open_page: Callable[..., Page]
) -> None:
    page = as_person(OWNER)
    open_gallery(page, "?kind=image")
    item = tiles(page).nth(0).get_attribute("data-item")
    page.goto(f"/t/{item}/links/")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Create link").click()
    expect(page.get_by_text(re.compile(r"/s/[\w-]+/")).first).to_be_visible()
    address = re.search(r"/s/[\w-]+/", page.content())
    assert address
    visitor = open_page(gallery, address[0])
    visitor.get_by_label("Password", exact=True).fill("open sesame")
    visitor.get_by_role("button").first.click()
    expect(visitor.locator("img").first).to_be_visible()
    assert visitor.evaluate("document.images[0].decode().then(() => document.images[0].naturalWidth)") > 0
    assert visitor.locator('meta[name="robots"][content*="noindex"]').count() == 1


def test_each_role_of_the_team_sees_what_it_may(as_person: Callable[[str], Page], gallery: Studio) -> None:
    owner, viewer = as_person(OWNER), as_person(VIEWER)
    open_gallery(owner, "?status=all")
    ids = [tile.get_attribute("data-item") for tile in tiles(owner).all()]
    shared_now = {pk: is_shared(owner, pk) for pk in ids}
    assert set(shared_now.values()) == {True, False}, "the owner's gallery has both"
    for pk, shared in shared_now.items():
        assert viewer.request.get(f"/t/{pk}/").status == (200 if shared else 404), pk
    assert viewer.request.get("/t/999999/").status == 404

    owner.goto("/team/")
    team = re.search(r"/team/(\d+)/", owner.url)
    assert team
    viewer.goto(f"/gallery/{team[1]}/?status=all")
    expect(tiles(viewer).first).to_be_visible()
    seen = {tile.get_attribute("data-item") for tile in tiles(viewer).all()}
    assert seen
    assert not seen & {pk for pk, shared in shared_now.items() if not shared}


def is_shared(owner: Page, pk: str | None) -> bool:
    """Whether an item is shared, as its owner's page of it says."""
    text = " ".join(owner.request.get(f"/t/{pk}/").text().split())
    return 'id="item-share" aria-pressed="true"' in text
