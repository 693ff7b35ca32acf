"""The eye on the pages sees what it is there for: without this every other test could be blind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Scripted
from tests.browser.watching import Watch

FAULTS = {
    "console: on purpose": "console.error('on purpose')",
    "error in the page: on purpose": "setTimeout(() => { throw new Error('on purpose'); })",
    "404 for GET": "fetch('/there-is-no-such-page/')",
    "violates the following Content Security Policy directive": "document.body.append(Object.assign("
    "document.createElement('script'), { textContent: 'window.ran = true' }))",
    "a request to another host: http://localhost": "location.assign('http://localhost:9/')",
}


@pytest.fixture
def own_watch(scripted: Scripted, new_context: Callable[..., Any]) -> tuple[Watch, Page]:
    """A watch that does not fail the test, and a page that it follows."""
    watch, context = Watch(), new_context(base_url=scripted.studio.url)
    watch.follow(context, scripted.studio.url)
    page = context.new_page()
    page.goto("/")
    watch.settle()
    assert watch.problems == []
    return watch, page


@pytest.mark.parametrize("problem", FAULTS)
def test_a_fault_of_a_page_is_seen(own_watch: tuple[Watch, Page], problem: str) -> None:
    watch, page = own_watch
    page.evaluate(f"() => {{ {FAULTS[problem]}; }}")
    for _ in range(100):
        if watch.problems:
            break
        page.wait_for_timeout(50)
    assert any(problem in seen for seen in watch.problems), watch.problems


def test_an_expected_answer_is_no_fault(own_watch: tuple[Watch, Page]) -> None:
    watch, page = own_watch
    watch.expects(404)
    page.evaluate("fetch('/there-is-no-such-page/')")
    watch.settle()
    assert watch.problems == []
