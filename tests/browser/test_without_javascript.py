"""No JavaScript: everything that matters works with forms, links and reloads."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage
from tests.browser.servers import Studio
from tests.browser.watching import Watch


def reloaded_until(page: Page, task: str, state: str) -> None:
    """Follow a task as a person without JavaScript does: “Refresh”, now and then."""
    deadline = time.monotonic() + pages.SLOWLY / 1000
    while pages.card(page, task).get_attribute("data-state") != state:
        assert time.monotonic() < deadline, f"#{task} is not {state}"
        page.wait_for_timeout(300)
        page.get_by_role("link", name="Refresh").click()


def submitted(page: Page, prompt: str) -> str:
    pages.generate_button(page).click()
    (task,) = pages.tasks_of(page, prompt)
    return task


def test_the_whole_journey_without_javascript(new_studio: Studio, open_page: OpenPage, watch: Watch) -> None:
    page = open_page(new_studio, path=None, java_script_enabled=False)
    pages.sign_up(page)
    assert page.evaluate("typeof htmx") == "undefined"

    # A submission with a file that is not an image, and one with two images.
    watch.expects(422)
    prompt = "a garden with <em>no</em> scripts"
    pages.compose(page, prompt, model=pages.OTHER_IMAGE, ratio="4:3")
    files = page.locator("input[type=file]")
    files.set_input_files([pages.upload("good.png", pages.png("#336699")), pages.upload("bad.png", b"words")])
    pages.generate_button(page).click()
    expect(pages.errors(page)).to_contain_text("bad.png: This image can’t be used.")
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.option(page, "Model", pages.OTHER_IMAGE)).to_be_checked()
    expect(pages.option(page, "Aspect ratio", "4:3")).to_be_checked()
    expect(pages.references(page)).to_have_count(1)

    files = page.locator("input[type=file]")
    files.set_input_files(pages.upload("better.png", pages.png("#996633")))
    task = submitted(page, prompt)
    reloaded_until(page, task, "succeeded")
    pages.picture_of(page, task, prompt)
    expect(pages.runs(page, prompt)).to_contain_text("2 references")

    # A failure is retried, and the sign-out and sign-in are forms like all others.
    failing = "a scriptless failure [[fail]]"
    pages.compose(page, failing)
    task = submitted(page, failing)
    reloaded_until(page, task, "failed")
    pages.card(page, task).get_by_role("button", name="Retry").click()
    expect(page.get_by_text("Retried as #")).to_have_count(2)
    expect(pages.runs(page, failing)).to_have_count(2)
    page.goto("/account/")
    page.get_by_role("button", name="Sign out").click()
    pages.sign_in(page)
    expect(pages.runs(page, prompt).get_by_role("img", name=prompt)).to_be_visible()
