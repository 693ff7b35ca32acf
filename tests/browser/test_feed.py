"""The feed: earlier runs, and a page in the background."""

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


def test_earlier_runs_load_by_scrolling_and_by_link(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    prompts = [f"sheep number {number}" for number in range(RUNS_A_PAGE + 1)]
    tasks = [pages.generate(page, prompt)[0] for prompt in prompts]
    for made in tasks:
        pages.finished(page, made)
    page.goto("/")
    expect(page.locator("[data-run]")).to_have_count(RUNS_A_PAGE)
    expect(pages.runs(page, prompts[0])).to_have_count(0)
    link = page.get_by_role("link", name="Earlier items")
    href = link.get_attribute("href") or ""
    link.scroll_into_view_if_needed()
    pages.picture_of(page, tasks[0], prompts[0])
    assert pages.tasks_of(page, prompts[-1]) == [tasks[-1]]

    # Opened in a tab, the link stays a page of earlier runs.
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


def polls(page: Page) -> list[str]:
    """The polls from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/poll/" in request.url else None)
    return asked


def test_a_hidden_page_stops_polling_until_shown(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    page.clock.install()
    page.goto("/")
    pages.finished(page, pages.generate(page, "a mouse when the cat is away")[0])
    expect(page.locator("[data-unfinished]")).to_have_count(0)
    page.evaluate(HIDE, True)
    asked = polls(page)
    page.clock.fast_forward("01:00")
    page.clock.fast_forward("01:00")
    assert asked == []
    with page.expect_request("**/poll/**"):
        page.evaluate(HIDE, False)


def test_a_hidden_page_tells_of_a_result(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a letter while one is out"
    scripted.service.on_get(then=task(2))
    page.context.grant_permissions(["notifications"])
    page.add_init_script("""
        localStorage.setItem("omnistudio.notify", "on");
        localStorage.setItem("omnistudio.sound", "on");
        window.told = [];
        window.tones = 0;
        const say = async (title, { body }) => told.push(`${title}: ${body}`);
        ServiceWorkerRegistration.prototype.showNotification = say;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (at) { tones += 1; return start.call(this, at); };
    """)
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")
    (made,) = pages.generate(page, prompt)
    pages.reaches(page, made, "running")
    page.evaluate(HIDE, True)
    scripted.service.on_get(then=task(3))
    expect(page).to_have_title("(1) Studio · OmniStudio")
    pages.comes_true(page, "told.length === 1")
    assert page.evaluate("told") == [f"OmniStudio: Image #{made} is ready."]
    assert page.evaluate("tones") == 2
    page.evaluate(HIDE, False)
    expect(page).to_have_title("Studio · OmniStudio")


def test_without_notifications_only_the_title_changes(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    scripted.service.on_get(then=task(2))
    page.add_init_script("""
        window.told = [];
        ServiceWorkerRegistration.prototype.showNotification = async (title) => told.push(title);
        OscillatorNode.prototype.start = () => told.push("a tone");
    """)
    page.goto("/")
    (made,) = pages.generate(page, "a quiet letter")
    pages.reaches(page, made, "running")
    page.evaluate(HIDE, True)
    scripted.service.on_get(then=task(3))
    expect(page).to_have_title("(1) Studio · OmniStudio")
    page.wait_for_timeout(300)
    assert page.evaluate("told") == []


def test_a_ready_result_does_not_move_what_is_being_read(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a book mark"
    pages.finished(page, pages.generate(page, "a first page", ratio="9:16")[0])
    (made,) = pages.generate(page, prompt, ratio="9:16")
    page.mouse.move(900, 500)
    page.mouse.wheel(0, 400)
    pages.comes_true(page, "scrollY > 300")
    place = page.evaluate("scrollY")
    pages.finished(page, made)
    assert page.evaluate("scrollY") == place
