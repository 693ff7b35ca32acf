"""The pages of the operations in a browser: accessible, and as wide as the window."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Scripted
from tests.browser.test_accessibility import at_each_width, is_accessible


@pytest.mark.parametrize("path", ["/ops/", "/ops/credits/", "/ops/credits/?risk"])
def test_an_administrator_reads_them_on_any_device(scripted: Scripted, scripted_page: Page, path: str) -> None:
    task = scripted.lose_the_answer(scripted_page, f"lost on the way to {path}")
    for _ in at_each_width(scripted_page, path):
        expect(scripted_page.get_by_role("heading", level=1)).to_be_visible()
        assert scripted_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        is_accessible(scripted_page)
    if path.endswith("risk"):
        expect(scripted_page.get_by_text(f"#{task}", exact=True)).to_be_visible()
