"""The tray in the bar: from any page one sees what runs, cancels it, and hears of what is ready."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted
from tests.scripted_service import task


@pytest.fixture
def elsewhere(scripted: Scripted, scripted_page: Page, request: pytest.FixtureRequest) -> Page:
    """The history, while an image runs; the tab was in the studio before."""
    scripted.service.on_get(then=task(2))
    (slow,) = pages.generate(scripted_page, f"a bridge for {request.node.name}")
    pages.reaches(scripted_page, slow, "running")
    scripted_page.goto("/history/")
    scripted_page.evaluate("number => { window.slow = number; }", slow)
    return scripted_page


def test_what_runs_is_told_and_its_end_has_a_toast(scripted: Scripted, elsewhere: Page) -> None:
    page = elsewhere
    slow = page.evaluate("() => window.slow")
    expect(page.locator("#live")).to_have_text(re.compile(r"^\s*1\s+running\s*$"))
    scripted.service.on_get(then=task(3))
    toast = page.locator("#toasts .toast--picture").filter(has_text="a bridge for test_what_runs")
    expect(toast).to_contain_text("Image ready")
    expect(page.locator("#live")).to_have_text(re.compile(r"^\s*\d+\s+ready\s*$"))
    toast.get_by_role("link", name="View").click()
    expect(page.locator("#lightbox #item-number")).to_have_text(f"#{slow}")
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/history/$"))

    # Opened once, the tray has told it: the pill goes, on other pages too.
    page.locator("#tray-pill").click()
    expect(page.locator("#tray-title")).to_have_text("All done")
    expect(page.locator("#tray-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#tray")).to_be_hidden()
    expect(page.locator("#tray-pill")).to_have_count(0)
    with page.expect_response("**/tray/poll/**"):
        page.goto("/gallery/")
    expect(page.locator("#tray-pill")).to_have_count(0)


def test_the_open_tray_follows_and_cancels(scripted: Scripted, elsewhere: Page) -> None:
    page = elsewhere
    page.locator("#tray-pill").focus()
    page.keyboard.press("Enter")
    tray = page.locator("#tray")
    running = tray.locator(".tray__row:not(.tray__row--done)").filter(has_text="a bridge for test_the_open_tray")
    expect(running).to_have_count(1)
    scripted.service.on_get(then=task(3))
    expect(page.locator("#tray-title")).to_have_text("All done")
    expect(running).to_have_count(0)
    expect(tray.get_by_role("link", name="View").first).to_be_visible()

    # What was not sent can be cancelled from here.
    scripted.stop_tracker()
    page.goto("/")
    (waiting,) = pages.generate(page, "a well that is not sent")
    page.goto("/history/")
    page.locator("#tray-pill").click()
    tray.get_by_role("button", name=f"Cancel #{waiting}").click()
    expect(page.locator("#toasts")).to_contain_text(f"#{waiting} was cancelled. Nothing was charged.")
    expect(tray.get_by_role("button", name=re.compile("Cancel"))).to_have_count(0)


def test_in_the_studio_the_cards_tell_and_no_toast_does(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    scripted.service.on_get(then=task(2))
    (slow,) = pages.generate(page, "a bridge in the sun")
    pages.reaches(page, slow, "running")
    page.locator("#tray-pill").click()
    expect(page.locator("#tray .tray__row").first).to_contain_text("a bridge in the sun")
    page.mouse.click(700, 500)  # beside it: that only closes it
    expect(page.locator("#tray")).to_be_hidden()
    scripted.service.on_get(then=task(3))
    pages.finished(page, slow)
    expect(page.locator("#toasts .toast--picture")).to_have_count(0)
    expect(page.locator("#live")).to_be_empty()


def test_on_a_phone_it_is_a_sheet(elsewhere: Page) -> None:
    page = elsewhere
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#tray-pill").click()
    expect(page.locator("#tray .tray__row").first).to_be_visible()
    box = page.locator("#tray").bounding_box()
    assert box
    assert (round(box["x"]), round(box["width"]), round(box["y"] + box["height"])) == (0, 390, 844)


def test_nothing_is_asked_while_nobody_looks(elsewhere: Page) -> None:
    page = elsewhere
    expect(page.locator("#tray-pill")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/tray/poll/" in request.url else None)
    page.evaluate("() => Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
    page.wait_for_timeout(2500)
    asked.clear()
    page.wait_for_timeout(4500)
    assert not asked
    page.evaluate("""() => {
        delete document.hidden;
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    pages.until(page, lambda: bool(asked), lambda: None, within=5)


def test_a_gallery_says_what_is_new_and_puts_it_in(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    for words in ("a lamp before", "a lamp later"):
        pages.finished(page, pages.generate(page, words)[0])
    gallery = page.context.new_page()
    gallery.goto("/gallery/")
    gallery.evaluate("() => { window.isTheSame = true; }")
    tiles = gallery.locator("#grid .tile")
    count = tiles.count()
    (new,) = pages.generate(page, "a lamp that is new")
    pages.finished(page, new)
    gallery.bring_to_front()
    pill = gallery.get_by_role("link", name="1 new item · Show")
    expect(pill).to_be_visible()
    expect(tiles).to_have_count(count)
    pill.click()
    expect(tiles).to_have_count(count + 1)
    expect(gallery.locator(f"#grid .tile:first-child#item-{new} .tile__open")).to_be_focused()
    expect(pill).to_have_count(0)
    expect(gallery.locator("#count")).to_contain_text(str(count + 1))
    assert gallery.evaluate("() => window.isTheSame")
