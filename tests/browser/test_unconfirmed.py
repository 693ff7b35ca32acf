"""A submission whose answer was lost: a person decides, and no program."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted


def follow(page: Page, task: str, remote_id: str) -> None:
    """Enter the id under which the service knows a task."""
    dialog = pages.details_of(page, task)
    dialog.get_by_label("If the service accepted it: task ID at the service").fill(remote_id)
    dialog.get_by_role("button", name="Track task").click()
    expect(page.get_by_text(f"Tracking #{task}.")).to_be_visible()


def test_an_unconfirmed_task_is_sent_again_on_request_only(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a letter lost in the post"
    task = scripted.lose_the_answer(page, prompt)
    article = pages.card(page, task)
    expect(article).to_contain_text("We could not confirm that the service accepted this. It may have been charged.")
    page.reload()
    expect(article).to_have_attribute("data-state", "unconfirmed")
    sent = [one for one in scripted.service.creates if one.body["prompt"] == prompt]
    assert len(sent) == 1
    article.get_by_role("button", name="Send again").dblclick()
    expect(page.get_by_text(f"#{task} was sent again.")).to_be_visible()
    pages.picture_of(page, task, prompt)
    sent = [one for one in scripted.service.creates if one.body["prompt"] == prompt]
    assert len(sent) == 2
    assert sent[0].idempotency_key == sent[1].idempotency_key


def test_it_is_followed_under_the_id_that_its_person_found(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a parcel with a number"
    task = scripted.lose_the_answer(page, prompt)
    remote = scripted.service.tasks[-1].task_id
    follow(page, task, f"  {remote} ")
    pages.picture_of(page, task, prompt)
    assert [one.body["prompt"] for one in scripted.service.creates].count(prompt) == 1


def test_an_id_that_the_service_does_not_know_changes_nothing(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    task = scripted.lose_the_answer(page, "a parcel with a wrong number")
    article = pages.card(page, task)
    follow(page, task, "nobody-knows-me")
    expect(article).to_contain_text("The service can’t find the task ID nobody-knows-me.")
    expect(article).to_have_attribute("data-state", "unconfirmed")

    dialog = pages.details_of(page, task)
    dialog.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text(f"#{task} was dismissed.")).to_be_visible()
    expect(pages.reaches(page, task, "failed")).to_contain_text("You dismissed this task before we could confirm")
