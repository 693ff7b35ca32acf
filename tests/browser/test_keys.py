"""A person's key: missing, wrong, rejected, replaced."""

from __future__ import annotations

import secrets

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted
from tests.browser.watching import Watch


def new_key() -> str:
    return "sk-" + secrets.token_hex(16)


def test_a_person_without_a_key_is_sent_to_keys_and_keeps_the_form(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a door without a key"
    page.goto("/account/")
    page.get_by_text("Remove", exact=True).click()
    page.get_by_role("button", name="Remove the key").click()
    expect(page.get_by_text("Your key was removed.")).to_be_visible()

    page.goto("/")
    expect(pages.generate_button(page)).to_be_disabled()
    pages.compose(page, prompt, model=pages.OTHER_IMAGE, ratio="4:5")
    pages.choose_files(page, pages.upload("door.png", pages.png("#884422")))
    expect(pages.references(page)).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#summary")).to_contain_text("You need an API key first.")
    page.locator("#summary").get_by_role("link", name="Add key").click()

    expect(page.get_by_role("heading", name="Account", exact=True)).to_be_visible()
    page.get_by_label("Your key").fill(f"  {new_key()} ")
    page.get_by_role("button", name="Verify and save").click()
    expect(page.get_by_role("heading", name="Studio", exact=True)).to_be_visible()
    expect(page.get_by_text("Your key works.")).to_be_visible()
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.option(page, "Model", pages.OTHER_IMAGE)).to_be_checked()
    expect(pages.option(page, "Aspect ratio", "4:5")).to_be_checked()
    expect(pages.references(page)).to_have_count(1)
    pages.generate_button(page).click()
    (task,) = pages.tasks_of(page, prompt)
    pages.picture_of(page, task, prompt)


def test_an_invalid_key_is_reported_at_once(scripted: Scripted, scripted_page: Page, watch: Watch) -> None:
    page = scripted_page
    watch.expects(422)
    page.goto("/account/?replace")
    field, error = page.get_by_label("New key"), page.locator("#key-error")
    field.fill("sk-too-short")
    page.get_by_role("button", name="Verify and save").click()
    expect(error).to_contain_text("This doesn’t look like a key.")
    rejected = new_key()
    scripted.service.rejected_keys.add(rejected)
    field.fill(rejected)
    page.get_by_role("button", name="Verify and save").click()
    expect(error).to_contain_text("The service rejected this key (401). Nothing was saved.")
    # A key is never in a page again, not even a wrong one.
    assert rejected not in page.content()
    page.goto("/account/")
    expect(page.locator(".keyline").first).not_to_contain_text(rejected[-4:])


def test_a_rejected_key_is_one_banner_and_a_new_key_sets_all_free(scripted: Scripted, scripted_page: Page) -> None:
    page, old = scripted_page, new_key()
    pages.enter_key(page, old)
    page.goto("/")
    scripted.service.rejected_keys.add(old)
    held = {prompt: pages.generate(page, prompt)[0] for prompt in ("a first wall", "a second wall")}
    banner = page.locator("#notice .note")
    expect(banner).to_contain_text(f"Your key sk-…{old[-4:]} stopped working.")
    expect(banner).to_have_count(1)
    for task in held.values():
        expect(pages.card(page, task)).to_have_attribute("data-state", "waiting")
    assert scripted.service.charges == len([one for one in scripted.service.tasks if one.request.key != old])

    banner.get_by_role("link", name="Replace key").click()
    page.get_by_label("New key").fill(new_key())
    page.get_by_role("button", name="Verify and save").click()
    expect(page.get_by_role("heading", name="Studio", exact=True)).to_be_visible()
    expect(banner).to_have_count(0)
    for prompt, task in held.items():
        pages.picture_of(page, task, prompt)
