"""Signing in and out, and a session that is lost in the middle."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted
from tests.browser.watching import Watch


@pytest.fixture
def own_session(scripted: Scripted, scripted_page: Page, open_page: OpenPage) -> Page:
    """A page signed in by its own hands: signing out ends this session, and no other test's."""
    page = open_page(scripted.studio)
    pages.sign_in(page)
    expect(page).to_have_title(re.compile("^Studio"))
    return page


def test_signing_out_and_in_again(own_session: Page) -> None:
    page = own_session
    page.get_by_role("link", name="Account:").click()
    expect(page).to_have_title(re.compile("^Account"))
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_title(re.compile("^Sign in"))
    # Nothing of the studio can be seen any more, and “back” does not bring it back.
    page.go_back()
    page.goto("/")
    expect(page).to_have_title(re.compile("^Sign in"))
    page.goto("/account/")
    expect(page).to_have_title(re.compile("^Sign in"))
    pages.sign_in(page)
    # It goes on where the person wanted to be.
    expect(page).to_have_title(re.compile("^Account"))


def test_a_wrong_password_says_so_and_keeps_the_address(scripted: Scripted, open_page: OpenPage) -> None:
    page = open_page(scripted.studio)
    pages.sign_in(page, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    expect(page).to_have_title(re.compile("^Sign in"))
    expect(page.get_by_label("Email", exact=True)).to_have_value(pages.EMAIL)
    expect(page.get_by_label("Password", exact=True)).to_have_value("")
    assert "not the password" not in page.content()


@pytest.mark.parametrize("lost", ["session", None], ids=["the session", "every cookie"])
def test_a_lost_session_goes_through_sign_in_and_keeps_the_draft(
    own_session: Page, watch: Watch, lost: str | None
) -> None:
    page, prompt = own_session, f"a thread that is picked up again, {lost}"
    pages.compose(page, prompt, model=pages.OTHER_IMAGE, ratio="3:4", variations=2)
    if lost is None:
        watch.expects(403)  # without its cookie a form can't be told from a forged one
        page.context.clear_cookies()
    else:
        page.context.clear_cookies(name=re.compile("session"))
    with page.expect_response("**/runs/") as answer:
        pages.generate_button(page).click()
    # The whole page at once, and not a sign-in form inside the feed until the next poll.
    assert answer.value.status == 403 or "hx-redirect" in answer.value.headers
    expect(page).to_have_title(re.compile("^Sign in"))
    expect(page.locator("#composer")).to_have_count(0)
    pages.sign_in(page)
    expect(page).to_have_title(re.compile("^Studio"))
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.option(page, "Model", pages.OTHER_IMAGE)).to_be_checked()
    expect(pages.option(page, "Aspect ratio", "3:4")).to_be_checked()
    expect(pages.runs(page, prompt)).to_have_count(0)
    pages.generate_button(page).click()
    assert len(pages.tasks_of(page, prompt)) == 2


def test_a_page_that_only_waits_notices_that_its_session_is_gone(own_session: Page) -> None:
    page = own_session
    pages.generate(page, "somebody who looks away")
    page.context.clear_cookies(name=re.compile("session"))
    expect(page).to_have_title(re.compile("^Sign in"))


def test_a_stale_page_is_reloaded_after_sign_in_and_keeps_its_draft(own_session: Page, watch: Watch) -> None:
    page, prompt = own_session, "written before, sent after"
    watch.expects(403)
    other = page.context.new_page()
    other.goto("/account/")
    other.get_by_role("button", name="Sign out").click()
    pages.sign_in(other)
    expect(other).to_have_title(re.compile("^Studio"))
    pages.prompt_box(page).fill(prompt)
    with page.expect_navigation():
        pages.generate_button(page).click()
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.runs(page, prompt)).to_have_count(0)
    pages.generate_button(page).click()
    assert len(pages.tasks_of(page, prompt)) >= 1


def test_a_password_can_be_shown_and_is_hidden_again_when_sent(scripted: Scripted, open_page: OpenPage) -> None:
    page = open_page(scripted.studio)
    password = page.get_by_label("Password", exact=True)
    show = page.get_by_role("button", name="Show password")
    page.get_by_label("Email", exact=True).fill(pages.EMAIL)
    password.fill("not the password")
    expect(password).to_have_attribute("type", "password")
    # By keyboard, from the field.
    password.press("Tab")
    expect(show).to_be_focused()
    show.press("Space")
    expect(show).to_have_attribute("aria-pressed", "true")
    expect(password).to_have_attribute("type", "text")
    expect(password).to_have_value("not the password")
    show.click()
    expect(show).to_have_attribute("aria-pressed", "false")
    expect(password).to_have_attribute("type", "password")
    show.click()
    expect(password).to_have_attribute("type", "text")
    page.evaluate("document.querySelector('.auth__main').addEventListener('submit', (e) => e.preventDefault())")
    page.get_by_role("button", name="Sign in").click()
    expect(password).to_have_attribute("type", "password")


def test_each_password_of_a_form_is_shown_by_its_own_button(own_session: Page) -> None:
    page = own_session
    page.goto("/auth/password/change/")
    expect(page.locator(".password__show:visible")).to_have_count(3)
    page.locator(".password__show").nth(1).click()
    types = [field.get_attribute("type") for field in page.locator(".password input").all()]
    assert types == ["password", "text", "password"]


def test_without_scripts_there_is_no_button_to_show_a_password(scripted: Scripted, open_page: OpenPage) -> None:
    page = open_page(scripted.studio, java_script_enabled=False)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    expect(page.locator(".password__show")).to_be_hidden()
