"""A failure: what happened, what of the credits, and once more."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted
from tests.scripted_service import envelope, ok, task


def balance(page: Page) -> str:
    """The credits that the built-in service shows."""
    page.goto("/open-api/")
    return page.locator(".balance").inner_text()


def test_a_failure_says_why_refunds_credits_and_is_retried_once(page: Page) -> None:
    before = balance(page)
    page.goto("/")
    prompt = "a storm in a teacup [[fail]]"
    (first,) = pages.generate(page, prompt)
    failed = pages.reaches(page, first, "failed")
    expect(failed).to_contain_text("The service said: “The prompt asked for a failure")
    expect(failed).to_contain_text("15 credits refunded")
    expect(pages.runs(page, prompt)).to_contain_text("15 credits, 15 refunded")
    assert balance(page) == before

    page.goto("/")
    pages.card(page, first).get_by_role("button", name="Retry").dblclick()
    expect(pages.runs(page, prompt)).to_have_count(2)
    link = pages.card(page, first).get_by_role("link", name="Retried as #")
    second = (link.get_attribute("href") or "").rpartition("-")[2]
    assert second != first
    expect(pages.runs(page, prompt).first.get_by_role("link", name=f"#{first}", exact=True)).to_be_visible()
    expect(pages.reaches(page, second, "failed").get_by_role("button", name="Retry")).to_be_visible()
    page.reload()
    expect(pages.runs(page, prompt)).to_have_count(2)
    assert balance(page) == before


def test_a_retry_that_succeeds_stands_beside_the_failure(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a kite that fails to fly at first"
    scripted.service.on_create(envelope(0, "余额不足 balance too low"))
    (first,) = pages.generate(page, prompt)
    failed = pages.reaches(page, first, "failed")
    expect(failed).to_contain_text("The service said: “余额不足 balance too low”")
    expect(failed).to_contain_text("Nothing was charged")
    failed.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("status").filter(has_text=re.compile(r"Retried as #\d+\."))).to_be_visible()
    second = pages.runs(page, prompt).first.get_by_role("article").get_attribute("data-task") or ""
    pages.picture_of(page, second, prompt)
    expect(pages.card(page, first)).to_have_attribute("data-state", "failed")


def test_only_the_task_that_failed_is_retried(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "one of two swans"
    scripted.service.on_create(ok(), envelope(0, "no"))
    one, two = pages.generate(page, prompt, variations=2)
    failed = pages.runs(page, prompt).locator('article[data-state="failed"]')
    expect(failed).to_have_count(1)
    pages.finished(page, one if failed.get_attribute("data-task") == two else two)
    failed.get_by_role("button", name="Retry").click()
    expect(pages.runs(page, prompt)).to_have_count(2)
    expect(pages.runs(page, prompt).first.get_by_role("article")).to_have_count(1)


def test_messages_of_the_service_are_shown_as_text(scripted: Scripted, scripted_page: Page) -> None:
    page, words = scripted_page, '<img src=x onerror="document.title=1"><b>bold</b> {{ 7 }}'
    scripted.service.on_create(ok())
    scripted.service.on_get(then=task(4, msg=words))
    (failed,) = pages.generate(page, "a message in a bottle")
    expect(pages.reaches(page, failed, "failed")).to_contain_text(words)
    expect(pages.card(page, failed).locator("img")).to_have_count(0)
    dialog = pages.details_of(page, failed)
    expect(dialog).to_contain_text(scripted.service.tasks[-1].task_id)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
