"""The feed: earlier work, and a page that nobody looks at."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted
from tests.scripted_service import task

RUNS_A_PAGE = 12
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_earlier_work_comes_by_scrolling_and_by_its_link(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    prompts = [f"sheep number {number}" for number in range(RUNS_A_PAGE + 1)]
    tasks = [pages.generate(page, prompt)[0] for prompt in prompts]
    for made in tasks:
        pages.finished(page, made)
    page.goto("/")
    expect(page.locator("[data-run]")).to_have_count(RUNS_A_PAGE)
    expect(pages.runs(page, prompts[0])).to_have_count(0)
    link = page.get_by_role("link", name="Earlier work")
    href = link.get_attribute("href") or ""
    link.scroll_into_view_if_needed()
    pages.picture_of(page, tasks[0], prompts[0])
    assert pages.tasks_of(page, prompts[-1]) == [tasks[-1]]

    # The link in a tab of its own is the page of earlier work, and stays it.
    earlier = page.context.new_page()
    earlier.clock.install()
    earlier.goto(href)
    pages.picture_of(earlier, tasks[0], prompts[0])
    with earlier.expect_response("**/poll/**") as poll:
        earlier.clock.fast_forward("00:16")
    assert poll.value.status == 204
    expect(pages.runs(earlier, prompts[-1])).to_have_count(0)
    (new,) = pages.generate(earlier, "a sheep that came later")
    pages.finished(earlier, new)
    expect(pages.runs(earlier, prompts[-1])).to_have_count(0)


def test_a_hidden_page_asks_nothing_and_looks_at_once_when_it_is_seen(
    scripted: Scripted, scripted_page: Page
) -> None:
    page, prompt = scripted_page, "a mouse when the cat is away"
    scripted.service.on_get(then=task(2))
    page.clock.install()
    page.goto("/")
    (made,) = pages.generate(page, prompt)
    pages.reaches(page, made, "running")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/poll/" in request.url else None)
    page.evaluate(HIDE, True)
    asked.clear()
    page.clock.fast_forward("01:00")
    scripted.service.on_get(then=task(3))
    page.clock.fast_forward("01:00")
    assert asked == []
    expect(pages.card(page, made)).to_have_attribute("data-state", "running")
    page.evaluate(HIDE, False)
    pages.picture_of(page, made, prompt)
    assert asked


def test_a_ready_result_does_not_move_what_is_being_read(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a book mark"
    pages.finished(page, pages.generate(page, "a first page", ratio="9:16")[0])
    (made,) = pages.generate(page, prompt, ratio="9:16")
    page.mouse.move(900, 500)
    page.mouse.wheel(0, 400)
    page.wait_for_function("() => scrollY > 300")
    place = page.evaluate("scrollY")
    pages.finished(page, made)
    assert page.evaluate("scrollY") == place
