"""Tasks that bring more than one file, or a file that is neither an image nor a video."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted
from tests.scripted_service import answer, status, task
from tests.tracker.files import sound, video

SOUND = sound()


def plays(page: Page, selector: str) -> None:
    """Press play, and see time pass: the file is really loaded and decoded."""
    player = page.locator(selector)
    player.evaluate("player => { player.muted = true; player.loop = true; return player.play() }")
    pages.comes_true(page, "player => player.currentTime > 0.1", player.element_handle())
    player.evaluate("player => player.pause()")


def show(page: Page, name: str) -> None:
    """Save a screenshot where the environment says SHOTS=folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=False)


def test_a_separate_sound_is_played_where_its_video_is(scripted: Scripted, scripted_page: Page) -> None:
    page, service, prompt = scripted_page, scripted.service, "a video that hums"
    service.on_file("result.mp4", then=answer(video((320, 180), 2, rate=12)))
    service.on_file("hum.m4a", then=answer(SOUND))
    service.on_get(then=task(3, audio_url=f"{service.url}/files/hum.m4a"))
    (made,) = pages.generate(page, prompt, model=pages.VIDEO, ratio="16:9")
    article = pages.finished(page, made)
    box = article.bounding_box()
    plays(page, f"#task-{made} .outputs audio")
    audio = article.locator(".outputs audio").bounding_box()
    assert box
    assert audio
    assert audio["width"] > 120, audio
    assert audio["y"] + audio["height"] <= box["y"] + box["height"] + 1, "the box of a card never changes"
    show(page, "sound-card")
    page.goto(f"/t/{made}/")
    plays(page, "#item-outputs ~ .outputs audio")
    show(page, "sound-item")


def test_each_image_of_a_list_is_opened_and_downloaded(scripted: Scripted, scripted_page: Page) -> None:
    page, service, prompt = scripted_page, scripted.service, "three images at once"
    urls = []
    for number, colour in enumerate(("#2f7d6e", "#7d2f3e", "#2f3e7d"), start=1):
        content = pages.png(colour, (640, 400))
        urls.append(service.on_file(f"list-{number}.png", then=answer(content)))
    service.on_get(then=task(3, image_url=urls))
    (made,) = pages.generate(page, prompt, ratio="16:9")
    article = pages.finished(page, made)
    expect(article.get_by_role("link", name=f"Open result 2 of #{made}")).to_be_visible()
    show(page, "list-card")
    with page.expect_download() as download:
        article.get_by_role("link", name=f"Download result 3 of #{made}").click()
    assert download.value.path().read_bytes() == pages.png("#2f3e7d", (640, 400))
    page.goto(f"/t/{made}/")
    show(page, "list-item")


def test_a_file_that_can_not_be_shown_is_offered_as_a_download(scripted: Scripted, scripted_page: Page) -> None:
    page, service, prompt = scripted_page, scripted.service, "a layered image"
    service.on_file("layers.psd", then=answer(b"8BPS" + bytes(4000)))
    service.on_get(then=task(3, image_url=f"{service.url}/files/layers.psd"))
    (made,) = pages.generate(page, prompt)
    article = pages.finished(page, made)
    expect(article).to_contain_text("can’t show this kind of file")
    expect(article.get_by_role("button", name="Retry")).to_have_count(0)
    show(page, "file-card")
    with page.expect_download() as download:
        article.get_by_role("link", name=f"Download #{made}").click()
    assert download.value.path().read_bytes().startswith(b"8BPS")
    page.goto(f"/t/{made}/")
    expect(page.locator("#item-stage")).to_contain_text("can’t show this kind of file")
    show(page, "file-item")
    page.goto("/gallery/")
    show(page, "file-gallery")


def test_audio_has_a_player(scripted: Scripted, scripted_page: Page) -> None:
    page, service, prompt = scripted_page, scripted.service, "the sound of rain"
    service.on_file("rain.m4a", then=answer(SOUND))
    service.on_get(then=task(3, image_url=None, audio_url=f"{service.url}/files/rain.m4a"))
    (made,) = pages.generate(page, prompt)
    pages.finished(page, made)
    plays(page, f"#task-{made} audio")
    show(page, "audio-card")
    page.goto(f"/t/{made}/")
    plays(page, "#item-stage audio")
    show(page, "audio-item")


def test_a_lost_result_is_reported_and_fetched_again(scripted: Scripted, scripted_page: Page) -> None:
    page, service, prompt = scripted_page, scripted.service, "an image with a lost sound"
    url = service.on_file("lost.m4a", then=status(404))
    service.on_get(then=task(3, audio_url=url))
    (made,) = pages.generate(page, prompt)
    article = pages.finished(page, made)
    expect(article).to_contain_text("Result 2 could not be downloaded.")
    show(page, "lost-card")
    service.on_file("lost.m4a", then=answer(SOUND))
    article.get_by_role("button", name="Retry download").click()
    expect(article.locator(".outputs audio")).to_be_visible(timeout=pages.SLOWLY)
