"""axe-core finds nothing: WCAG 2.2 A and AA and its best practices, in both themes, wide and narrow.

The whole tour is walked once a width, and each stop fits other widths, too.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import pages, tour
from tests.browser.conftest import OpenPage, Scripted
from tests.browser.servers import Studio
from tests.browser.test_layout import TOO_WIDE
from tests.browser.watching import Watch
from tests.scripted_service import envelope

# Colours in the middle of a transition are nobody's: only what goes on for ever may still move.
MOVING = """() => document.getAnimations().filter((motion) => motion.playState === "running"
        && motion.effect.getComputedTiming().endTime !== Infinity)
    .map((motion) => `${motion.animationName ?? motion.transitionProperty} of ${motion.effect.target.outerHTML}`)"""
WIDTHS = {"wide": (1440, 900), "narrow": (390, 844)}


# All that the second theme can change of what the first has shown.
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def is_accessible(page: Page, schemes: Sequence[str] = ("light", "dark")) -> None:
    """No violation in the page as it is, in either theme."""
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        comes_to_rest(page)
        options = {} if scheme == schemes[0] else OF_COLOURS
        found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
        told = [f"{v['id']}: {node['target']} {node['html'][:160]}" for v in found for node in v["nodes"]]
        assert not told, "\n".join([f"{scheme}, {page.url}:", *told])


def comes_to_rest(page: Page) -> None:
    """Wait until nothing moves any more that will ever end."""
    deadline = time.monotonic() + 10
    while moving := page.evaluate(MOVING):
        assert time.monotonic() < deadline, moving
        page.wait_for_timeout(20)


def at_each_width(page: Page, path: str | None = "/") -> Iterator[str]:
    """The page, loaded at one width after the other; with `path` None it is only resized."""
    for name, (width, height) in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        if path:
            page.goto(path)
        yield name


@pytest.fixture
def empty_studio(prepared: Studio, tmp_path: Path) -> Iterator[Studio]:
    """A studio without anybody and without background processes."""
    with Studio(tmp_path / "empty") as studio:
        studio.prepare_like(prepared)
        studio.start("web")
        studio.wait_until_open()
        yield studio


def test_the_first_pages_of_an_empty_studio(empty_studio: Studio, open_page: OpenPage) -> None:
    page = open_page(empty_studio)
    for _ in at_each_width(page):
        expect(page.get_by_role("button", name="Create account")).to_be_visible()
        is_accessible(page)
    pages.sign_up(page)
    for _ in at_each_width(page):
        expect(page.get_by_role("heading", name="Three steps to your first image")).to_be_visible()
        is_accessible(page)


def test_the_sign_in_page_with_an_error(scripted: Scripted, open_page: OpenPage) -> None:
    page = open_page(scripted.studio)
    pages.sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    for _ in at_each_width(page, None):
        is_accessible(page)


def test_the_studio_with_tasks_and_open_details(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    scripted.service.on_create(envelope(0, "for the accessibility checker"))
    pages.reaches(page, pages.generate(page, "a failure for the accessibility checker")[0], "failed")
    pages.finished(page, pages.generate(page, "a picture for the accessibility checker")[0])
    unconfirmed = scripted.lose_the_answer(page, "a task for the accessibility checker")
    for _ in at_each_width(page):
        for state in ("succeeded", "failed", "unconfirmed"):
            expect(page.locator(f'article[data-state="{state}"]').first).to_be_visible()
        is_accessible(page)
        pages.unfold(page)
        page.get_by_role("button", name="From URL").click()
        pages.choose_files(page, pages.upload("a.png", pages.png()))
        expect(pages.references(page)).to_have_count(1)
        pages.details_of(page, unconfirmed)
        is_accessible(page)


def test_the_studio_with_an_error_and_a_waiting_task(scripted: Scripted, scripted_page: Page, watch: Watch) -> None:
    page = scripted_page
    watch.expects(422)
    scripted.stop_tracker()
    (waiting,) = pages.generate(page, "waiting for the checker")
    pages.prompt_box(page).fill("")
    pages.generate_button(page).click()
    expect(pages.errors(page)).to_contain_text("Write a prompt first")
    expect(page.locator("#notice .note")).to_be_visible()
    for _ in at_each_width(page, None):
        is_accessible(page)
    pages.card(page, waiting).get_by_role("button", name="Cancel").click()
    pages.reaches(page, waiting, "cancelled")


@pytest.mark.parametrize("path", ["/account/", "/account/?replace", "/open-api/"])
def test_the_other_pages(page: Page, path: str) -> None:
    for _ in at_each_width(page, path):
        expect(page).to_have_title(re.compile("Account|Open API"))
        is_accessible(page)


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
