"""Without network: the installed studio says so, in its own design and in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.tour import OWNER
from tests.browser.watching import Watch


def ready(page: Page) -> None:
    """The service worker has the page."""
    page.evaluate("navigator.serviceWorker.ready")
    pages.comes_true(page, "navigator.serviceWorker.controller !== null")


def test_an_unreachable_page_says_so_and_the_next_one_loads(as_person: Callable[..., Page], watch: Watch) -> None:
    page = as_person(OWNER, locale="th")
    page.goto("/gallery/")
    ready(page)
    page.reload()
    expect(page.locator("#grid .tile").first).to_be_visible()
    watch.expects_to_be_offline()
    page.context.set_offline(True)
    page.goto("/account/")
    expect(page.locator("html")).to_have_attribute("lang", "th")
    expect(page.locator(".auth__main h1")).to_be_visible()
    # It is shown with the cached stylesheet.
    expect(page.locator(".auth__main .btn--primary")).to_have_css("border-radius", "8px")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("#key")).to_be_visible()


def test_only_the_shell_is_cached(as_person: Callable[..., Page]) -> None:
    page = as_person(OWNER)
    page.goto("/gallery/")
    ready(page)
    page.goto("/t/16/")
    page.goto("/")
    kept = page.evaluate(
        """async () => {
            const names = await caches.keys();
            const caches_ = await Promise.all(names.map((name) => caches.open(name)));
            const requests = await Promise.all(caches_.map((cache) => cache.keys()));
            return requests.flat().map((request) => new URL(request.url).pathname);
        }"""
    )
    assert kept
    assert [path for path in kept if not path.startswith(("/static/", "/offline/", "/language"))] == []
