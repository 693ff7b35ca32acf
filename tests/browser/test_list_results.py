"""Results in lists (gallery, collection, a prompt's page): each gets its strip of actions when it is pointed at."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.test_results import is_the_same
from tests.browser.tour import OWNER
from tests.browser.watching import Watch

AsPerson = Callable[..., Page]
OWN_IMAGE = ".tile:not([data-kind], [data-state], [data-others], [data-wordless])"


@pytest.fixture
def gallery_page(as_person: AsPerson) -> Page:
    page = as_person(OWNER)
    page.goto("/gallery/?kind=image")
    page.evaluate("() => { window.isTheSame = true; }")
    return page


def first_image(page: Page) -> Locator:
    tile = page.locator(f"#grid {OWN_IMAGE}").first
    return page.locator(f"#{tile.get_attribute('id')}")


def test_a_strip_comes_with_the_pointer_and_with_the_focus(gallery_page: Page) -> None:
    page = gallery_page
    expect(page.locator("#grid .tile__strip")).to_have_count(0)
    tile = first_image(page)
    tile.hover()
    number = tile.get_attribute("data-item")
    for name in ("Favourite", f"Remix #{number}", f"More actions for #{number}"):
        expect(tile.get_by_role("button", name=name)).to_be_visible()
    expect(tile.locator(".tile__btn")).to_have_count(6)  # the others where there is room
    page.locator("#grid .tile__open").nth(4).focus()
    expect(page.locator("#grid .tile__strip")).to_have_count(2)


def test_a_favourite_is_one_press_and_shows_at_rest(gallery_page: Page) -> None:
    page, tile = gallery_page, first_image(gallery_page)
    tile.hover()
    heart = tile.locator("[data-favourite] button")
    was = heart.get_attribute("aria-pressed") == "true"
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", str(not was).lower())
    expect(tile.locator(".tile__liked")).to_have_count(0 if was else 1)
    tile.locator(".tile__open").focus()
    page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", str(was).lower())
    assert is_the_same(page)


def test_sharing_and_its_undo_concern_this_result_alone(gallery_page: Page) -> None:
    page, tile = gallery_page, first_image(gallery_page)
    page.locator("#grid [name=ids]").nth(3).check(force=True)  # selected, and not meant
    page.locator("#select").click()
    page.locator("#select").click()
    page.locator("#grid [name=ids]").nth(3).check(force=True)
    page.keyboard.press("Escape")
    was = tile.get_attribute("data-team")
    tile.hover()
    tile.locator(".tile__btn--more").click()
    entry = page.locator("#tile-menu [role=menuitem]").filter(has_text="Stop sharing" if was else "Share with")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        entry.click()
    assert "ids=" not in (sent.value.post_data or "")
    expect(page.locator("#toasts")).to_contain_text(f"#{tile.get_attribute('data-item')} is")
    expect(tile).to_have_attribute("data-team", "" if was else re.compile(r"\d"))
    page.get_by_role("button", name="Undo").last.click()
    expect(tile).to_have_attribute("data-team", str(was) if was else "")
    assert is_the_same(page)


def test_delete_has_undo_and_the_count_follows(gallery_page: Page) -> None:
    page, tile = gallery_page, first_image(gallery_page)
    count = page.locator("#count").inner_text()
    tile.locator(".tile__open").focus()
    page.keyboard.press("Delete")
    expect(tile).to_be_hidden()
    expect(page.locator("#count")).not_to_have_text(count)
    page.get_by_role("button", name="Undo").last.click()
    expect(tile).to_be_visible()
    expect(page.locator("#count")).to_have_text(count)
    assert is_the_same(page)


def test_the_whole_prompt_is_copied_by_a_key(gallery_page: Page) -> None:
    page, tile = gallery_page, first_image(gallery_page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    begins = tile.locator(".tile__veil > span").inner_text().rstrip("…")
    tile.locator(".tile__open").focus()
    page.keyboard.press("c")
    expect(page.locator("#toasts")).to_contain_text("The prompt is copied.")
    assert page.evaluate("() => navigator.clipboard.readText()").startswith(begins)


def test_what_others_made_is_not_ours_to_share_or_delete(as_person: AsPerson) -> None:
    page = as_person(OWNER)
    page.goto("/gallery/")
    page.locator(".scopes a[href*='/gallery/']").nth(1).click()
    tile = page.locator("#grid .tile[data-others]:not([data-state])").first
    tile.hover()
    tile.locator(".tile__btn--more").click()
    menu = page.locator("#tile-menu")
    for name in ("Delete", "Public link…", "Stop sharing"):
        expect(menu.get_by_role("menuitem", name=name)).to_have_count(0)
    expect(menu.get_by_role("menuitem", name="Copy link")).to_be_visible()
    page.keyboard.press("Escape")
    tile.locator(".tile__open").focus()
    page.keyboard.press("Delete")
    expect(tile).to_be_visible()


def test_x_selects_the_result_that_has_the_focus(gallery_page: Page) -> None:
    page = gallery_page
    first_image(page).locator(".tile__open").focus()
    page.keyboard.press("x")
    pages.expect_selected(page, 1)
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_be_hidden()


def test_an_item_is_opened_in_place_from_the_history_and_a_prompt(as_person: AsPerson) -> None:
    page = as_person(OWNER)
    for path, opener in (("/history/", "a[data-opens]"), (None, "#main .grid .tile__open")):
        if path:
            page.goto(path)
        else:
            page.locator(".prompt-row__text a").first.click()
            page.wait_for_url(re.compile("/history/.+"))
        page.evaluate("() => { window.isTheSame = true; }")
        address = page.url
        page.locator(opener).first.click()
        expect(page.locator("#lightbox #item-number")).to_be_visible()
        assert "/t/" in page.url
        page.keyboard.press("Escape")
        expect(page.locator("#lightbox")).to_be_hidden()
        expect(page).to_have_url(address)
        assert is_the_same(page)


def test_the_list_of_an_item_is_a_film_strip(gallery_page: Page) -> None:
    page = gallery_page
    page.locator("#grid .tile__open").nth(2).click()
    strip = page.locator("#lightbox .film-strip a")
    expect(strip.nth(2)).to_have_attribute("aria-current", "true")
    expect(page.locator("#lightbox .stage__position")).to_contain_text("of your items")
    wanted = strip.nth(5).get_attribute("id").removeprefix("item-beside-")  # type: ignore[union-attr]
    strip.nth(5).click()
    expect(page.locator("#item-number")).to_have_text(f"#{wanted}")
    expect(strip.nth(5)).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.locator("#lightbox")).to_be_hidden()
    assert is_the_same(page)


def test_full_size_is_one_pixel_for_one(gallery_page: Page) -> None:
    page = gallery_page
    page.set_viewport_size({"width": 800, "height": 300})
    page.locator("#grid .tile__open").first.click()
    sizes = page.locator("#lightbox [data-zoom-to]")
    sizes.get_by_role("button", name="100").click()
    ratio = "zoom => zoom.querySelector('.zoom__full').naturalWidth / zoom.getBoundingClientRect().width"
    pages.comes_true(
        page, f"zoom => Math.abs(({ratio})(zoom) - 1) < 0.01", page.locator("#item [data-zoom]").element_handle()
    )
    expect(sizes.get_by_role("button", name="100")).to_have_attribute("aria-pressed", "true")
    sizes.get_by_role("button", name="Fit").click()
    expect(sizes.get_by_role("button", name="Fit")).to_have_attribute("aria-pressed", "true")


def test_a_public_link_is_one_press_in_the_panel(gallery_page: Page) -> None:
    page = gallery_page
    page.locator(f"#grid {OWN_IMAGE} .tile__open").last.click()
    page.locator("#item-create-link").click()
    expect(page.locator("#item-public-link .share-link code").first).to_contain_text("/s/")


def test_keys_mean_the_result_under_the_pointer_and_not_the_last_tick(gallery_page: Page) -> None:
    page = gallery_page
    ticked, pointed = page.locator(f"#grid {OWN_IMAGE}").all()[:2]
    ticked.locator("[name=ids]").check(force=True)
    pointed.hover()
    heart = pointed.locator("[data-favourite] button")
    was = heart.get_attribute("aria-pressed") == "true"
    page.keyboard.press("Delete")
    page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", str(not was).lower())
    expect(ticked).to_be_visible()
    page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", str(was).lower())


def test_a_video_opens_at_the_first_press_from_its_menu(as_person: AsPerson) -> None:
    page = as_person(OWNER)
    page.goto("/gallery/?kind=video")
    tile = page.locator("#grid .tile[data-preview]").first
    tile.hover()
    tile.locator(".tile__btn--more").click()
    page.keyboard.press("Escape")
    tile.click(position={"x": 40, "y": 120})
    expect(page.locator("#lightbox #item-number")).to_be_visible()


def test_delete_by_keyboard_goes_on_to_the_next_result(gallery_page: Page) -> None:
    page = gallery_page
    tile = page.locator(f"#grid {OWN_IMAGE}").nth(4)
    tile = page.locator(f"#{tile.get_attribute('id')}")
    following = tile.locator("xpath=following-sibling::li[1]")
    tile.locator(".tile__open").focus()
    page.keyboard.press("Delete")
    expect(tile).to_be_hidden()
    expect(following.locator(".tile__open")).to_be_focused()
    page.get_by_role("button", name="Undo").last.click()
    expect(tile).to_be_visible()


def test_a_favourite_that_goes_from_its_list_can_come_back(gallery_page: Page) -> None:
    page = gallery_page
    page.goto("/gallery/favourites/")
    tile = page.locator("#grid .tile:not([data-state])").first
    tile = page.locator(f"#{tile.get_attribute('id')}")
    tile.locator(".tile__open").focus()
    page.keyboard.press("f")
    expect(tile).to_be_hidden()
    page.get_by_role("button", name="Undo").last.click()
    expect(tile).to_be_visible()


def test_what_is_gone_says_so_and_goes(gallery_page: Page, watch: Watch) -> None:
    watch.expects(404)
    page, tile = gallery_page, first_image(gallery_page)
    other = page.context.new_page()
    other.goto(f"/t/{tile.get_attribute('data-item')}/")
    other.locator("#item-delete").click()
    expect(other.locator("#toasts")).to_contain_text("was moved to the trash")
    page.bring_to_front()
    tile.locator(".tile__open").focus()
    page.keyboard.press("f")
    expect(page.locator("#toasts")).to_contain_text("This item is no longer here.")
    expect(tile).to_be_hidden()
    other.bring_to_front()
    other.get_by_role("button", name="Undo").last.click()


def test_a_video_is_continued_in_the_studio(as_person: AsPerson) -> None:
    page = as_person(OWNER)
    page.goto("/gallery/?kind=video")
    tile = page.locator("#grid .tile[data-kind=video]:not([data-others], [data-wordless], [data-state])").first
    number = tile.get_attribute("data-item")
    tile.hover()
    expect(tile.locator("[value=animate]")).to_have_count(0)
    tile.locator("[value=continue]").dispatch_event("click")
    expect(page.locator("#from")).to_contain_text(f"Continuing #{number}")
    expect(pages.references(page)).to_have_count(1)
    expect(pages.prompt_box(page)).to_be_focused()


def test_a_reloaded_item_closes_to_its_list_and_leaves_no_entry(gallery_page: Page) -> None:
    page = gallery_page
    address = page.url
    page.locator("#grid .tile__open").nth(2).click()
    expect(page.locator("#lightbox #item-number")).to_be_visible()
    before = page.locator("#item-number").inner_text()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#item-number")).not_to_have_text(before)
    entries = page.evaluate("() => history.length")
    page.reload()
    expect(page.locator("#item-number")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(address)
    expect(page.locator("#grid .tile").first).to_be_visible()
    assert page.evaluate("() => history.length") == entries
    page.go_forward()
    expect(page.locator("#item-number")).to_be_visible()
