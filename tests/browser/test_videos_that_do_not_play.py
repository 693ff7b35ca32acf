"""A video that the browser can't play says so wherever one stands, and offers the file itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import media_files
from tests.browser import pages, tour
from tests.browser.conftest import Scripted
from tests.browser.watching import Watch
from tests.scripted_service import answer, task

# The MPEG-4 of 1999, which FFmpeg reads and no browser plays.
UNPLAYABLE = media_files.film(codec="mpeg4")


@pytest.fixture
def unplayable(scripted: Scripted, scripted_page: Page) -> list[str]:
    """Two finished tasks whose videos nobody plays; their numbers."""
    address = scripted.service.on_file("unplayable.mp4", then=answer(UNPLAYABLE))
    scripted.service.on_get(then=task(3, video_url=address, image_url=None))
    tasks = pages.generate(scripted_page, "a film of 1999", model=pages.VIDEO, ratio="16:9", variations=2)
    for number in tasks:
        pages.reaches(scripted_page, number, "succeeded")
    return tasks


def says_so(page: Page, place: str) -> None:
    """Play what stands in `place`: the words come in its box, with a link that saves the very file."""
    video = page.locator(f"{place} video")
    expect(video).to_have_count(1)
    before = video.bounding_box()
    video.evaluate("video => void video.play().catch(() => {})")
    words = page.locator(f"{place} .unplayable")
    expect(words.get_by_text("This browser can’t play this video.")).to_be_visible()
    expect(video).to_have_count(0)
    after = words.bounding_box()
    assert before is not None
    assert after is not None
    assert (after["width"], after["height"]) == pytest.approx((before["width"], before["height"]), abs=2)
    with page.expect_download() as download:
        words.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == UNPLAYABLE


def test_an_unplayable_video_is_reported_wherever_it_is_shown(scripted_page: Page, unplayable: list[str]) -> None:
    page, (one, other) = scripted_page, unplayable
    page.locator(f"#task-{one} .tile__open").click()
    says_so(page, "#lightbox .stage__media")
    page.goto(f"/t/{one}/")
    says_so(page, ".stage__media")
    page.goto("/gallery/")
    page.locator(f"#item-{one} .tile__open").click()
    says_so(page, "#lightbox .stage__media")
    page.goto(f"/compare/?ids={one},{other}")
    says_so(page, "#compare-sides li:nth-child(2)")
    page.goto(tour.link(page, f"/t/{one}/links/"))
    says_so(page, ".shared__stage")


def test_a_video_that_can_not_be_had_is_not_blamed_on_the_browser(
    scripted_page: Page, unplayable: list[str], watch: Watch
) -> None:
    page = scripted_page
    page.goto(f"/t/{unplayable[0]}/")
    watch.expects(404)
    video = page.locator(".stage__media video")
    with page.expect_response(lambda answer: answer.request.method == "HEAD") as asked:
        video.evaluate("video => { video.src = '/media/999999/file/'; void video.play().catch(() => {}); }")
    assert asked.value.status == 404
    pages.comes_true(page, "video => !!video.error", video.element_handle())
    expect(page.locator(".stage__media > .unplayable")).to_have_count(0)
    expect(video).to_have_count(1)
