"""The whole tour: every page and state of a full studio is accessible, and fits every width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import tour
from tests.browser.conftest import OpenPage
from tests.browser.servers import Studio
from tests.browser.test_accessibility import WIDTHS, is_accessible
from tests.browser.test_layout import TOO_WIDE
from tests.browser.watching import Watch

# 320 and 640 are a window of 1280 zoomed to 400 and to 200 %.
ALSO_AT = {"wide": (2560,), "narrow": (320, 640)}


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_and_state_of_a_full_studio(
    gallery: Studio, as_person: Callable[..., Page], open_page: OpenPage, watch: Watch, width: str
) -> None:
    """All that is wrong is told at once."""
    room, height = WIDTHS[width]
    watch.expects(*{status for tour_page in tour.PAGES for status in tour_page.statuses})
    viewport = {"width": room, "height": height}
    inside, outside = as_person(tour.OWNER, viewport=viewport), open_page(gallery, None, viewport=viewport)
    found = tour.tour_names(inside)
    wrong = []
    for tour_page, page in tour.walk(gallery, inside, outside, found):
        try:
            # Colours are the same on a phone: there one theme is enough.
            is_accessible(page, ("light", "dark") if width == "wide" else ("dark",))
        except AssertionError as error:
            wrong.append(f"{tour_page.name}: {error}")
        for other in (room, *ALSO_AT[width], room):
            page.set_viewport_size({"width": other, "height": height})
            wrong += [f"{tour_page.name} at {other}: {part}" for part in page.evaluate(TOO_WIDE)[:3]]
    assert not wrong, "\n\n".join(wrong)
