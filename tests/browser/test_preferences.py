"""Language and theme: chosen once and stored."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted


def test_the_language_is_chosen_on_the_sign_in_and_account_pages(
    scripted: Scripted, scripted_page: Page, open_page: OpenPage
) -> None:
    page = open_page(scripted.studio)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="ไทย").click()
    expect(page.locator("html")).to_have_attribute("lang", "th")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "th")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    pages.sign_in(page)
    expect(page).to_have_title(re.compile("^Studio"))

    page.goto("/account/")
    # The page is sent as soon as something is chosen: a click, and no wait for the old page's radio.
    page.get_by_role("radio", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.get_by_role("radio", name="简体中文")).to_be_checked()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.goto("/account/")
    page.get_by_role("radio", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_browser_that_prefers_thai_is_answered_in_thai(scripted: Scripted, open_page: OpenPage) -> None:
    page = open_page(scripted.studio, locale="th-TH")
    expect(page.locator("html")).to_have_attribute("lang", "th")


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_theme_is_stored_and_defaults_to_the_system(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    page.emulate_media(color_scheme="light")
    page.goto("/account/")
    html = page.locator("html")
    assert html.get_attribute("data-theme") is None
    light = background(page)
    page.emulate_media(color_scheme="dark")
    dark = background(page)
    assert dark != light

    page.get_by_role("radio", name="Light").click()
    expect(html).to_have_attribute("data-theme", "light")
    assert background(page) == light
    page.get_by_role("radio", name="Dark").click()
    expect(html).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    page.reload()
    expect(html).to_have_attribute("data-theme", "dark")
    assert background(page) == dark
    page.goto("/")
    expect(html).to_have_attribute("data-theme", "dark")
    page.goto("/account/")
    page.get_by_role("radio", name="System").click()
    expect(html).not_to_have_attribute("data-theme", re.compile(""))
    assert background(page) == light


def test_browser_settings_are_stored_and_single_keys_can_be_disabled(page: Page) -> None:
    page.goto("/account/")
    keys = page.get_by_role("switch", name="Single-key shortcuts")
    expect(keys).to_be_checked()
    page.keyboard.press("?")
    expect(page.locator("#aside .help")).to_be_visible()
    page.keyboard.press("Escape")
    keys.uncheck()
    page.reload()
    expect(keys).not_to_be_checked()
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_timeout(400)
    expect(page.locator("#aside")).to_be_hidden()


def test_notifications_that_the_browser_refuses_stay_off(page: Page) -> None:
    page.add_init_script("Notification.requestPermission = async () => 'denied'")
    page.goto("/account/")
    switch = page.get_by_role("switch", name="Notify me when a result is ready")
    switch.click()
    expect(page.get_by_text("The browser does not allow it.")).to_be_visible()
    expect(switch).not_to_be_checked()
