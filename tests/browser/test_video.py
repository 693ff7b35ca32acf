"""A video, from the prompt to playing it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages

PLAYS = "document.createElement('video').canPlayType('video/mp4; codecs=\"avc1.42E01E\"')"


def test_a_video_plays_and_can_be_wound_to_any_place(page: Page) -> None:
    if not page.evaluate(PLAYS):
        pytest.skip("this Chromium was built without H.264, which every browser that people use has")
    prompt = "clouds over a mountain at dawn"
    (task,) = pages.generate(page, prompt, model=pages.VIDEO, ratio="16:9")
    article = pages.reaches(page, task, "running")
    expect(article).to_contain_text("Running")
    article = pages.finished(page, task)
    # In the feed there is its poster and its length; it is played in place over the feed.
    expect(article.locator("video")).to_have_count(0)
    expect(article.locator(".tile__time")).to_have_text(re.compile(r"0:0\d"))
    article.get_by_role("link", name=f"Open #{task}, video").click()
    video = page.locator("#lightbox video")
    expect(video).to_have_js_property("controls", True)
    expect(video).to_have_js_property("autoplay", False)
    # Until it is played there is its poster, and nothing of it has been loaded.
    assert video.evaluate("video => video.readyState") == 0
    assert video.evaluate("video => video.clientWidth / video.clientHeight") == pytest.approx(16 / 9, rel=0.02)
    video.evaluate("video => { video.muted = true; video.play(); }")
    pages.comes_true(page, "video => video.currentTime > 0.3", video.element_handle())
    assert video.evaluate("video => video.duration") >= 4
    assert video.evaluate("video => video.videoWidth / video.videoHeight") == pytest.approx(16 / 9, rel=0.01)
    video.evaluate("video => video.pause()")
    video.evaluate("video => { video.currentTime = 3.5; }")
    expect(video).to_have_js_property("seeking", False)
    assert video.evaluate("video => video.currentTime") == pytest.approx(3.5, abs=0.1)
    assert video.evaluate("video => video.seekable.end(0)") >= 4
    # Chromium winds in a short video by its cache alone; others ask for a part of the file.
    part = page.request.get(video.get_attribute("src") or "", headers={"Range": "bytes=100-199"})
    assert (part.status, len(part.body())) == (206, 100)
    assert page.request.get(video.get_attribute("poster") or "").headers["content-type"] == "image/jpeg"
    page.keyboard.press("Escape")
    expect(page.locator("#lightbox")).to_be_hidden()
    expect(pages.runs(page, prompt)).to_contain_text("60 credits")
