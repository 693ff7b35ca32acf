"""Without a tracker tasks wait, the page says so once, and they can be cancelled."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted


def test_without_a_tracker_tasks_wait_and_can_be_cancelled(scripted: Scripted, scripted_page: Page) -> None:
    page, service = scripted_page, scripted.service
    scripted.stop_tracker()
    created = len(service.creates)
    (given_up,) = pages.generate(page, "a train that is cancelled")
    (kept,) = pages.generate(page, "a train that is late")
    notice = page.locator("#notice .note")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text("the tracker isn’t running")
    expect(page.locator("#live")).to_have_text("2 running")
    for task in (given_up, kept):
        expect(pages.card(page, task)).to_have_attribute("data-state", "waiting")
        expect(pages.card(page, task)).to_contain_text("Waiting")

    pages.card(page, given_up).get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(f"#{given_up} was cancelled. Nothing was charged.")).to_be_visible()
    cancelled = pages.reaches(page, given_up, "cancelled")
    expect(cancelled).to_contain_text("Cancelled before it was sent.")
    page.reload()
    expect(pages.card(page, given_up)).to_have_attribute("data-state", "cancelled")
    expect(notice).to_contain_text("the tracker isn’t running")

    scripted.start_tracker()
    pages.picture_of(page, kept, "a train that is late")
    expect(notice).to_have_count(0)
    expect(pages.card(page, given_up)).to_have_attribute("data-state", "cancelled")
    assert [request.body["prompt"] for request in service.creates[created:]] == ["a train that is late"]

    cancelled.get_by_role("button", name="Retry").click()
    expect(pages.runs(page, "a train that is cancelled")).to_have_count(2)
    again = pages.runs(page, "a train that is cancelled").first.get_by_role("article")
    pages.picture_of(page, again.get_attribute("data-task") or "", "a train that is cancelled")
