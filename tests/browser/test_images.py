"""Images: prompts in every language, several at once, in the chosen ratio, and downloads."""

from __future__ import annotations

import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted

PROMPTS = {
    None: 'an old lighthouse, "quoted" & <b>marked</b>',
    "th": "โคมลอยเหนือแม่น้ำปิงในคืนยี่เป็ง",
    "zh-Hans": "水墨山水，远山层叠，一轮红日",
}


def test_a_prompt_in_any_language_is_shown_as_written(page: Page) -> None:
    tasks = {prompt: pages.generate(page, prompt, ratio="3:2") for prompt in PROMPTS.values()}
    for language, prompt in PROMPTS.items():
        (task,) = tasks[prompt]
        pages.picture_of(page, task, prompt)
        heading = pages.runs(page, prompt).get_by_role("heading")
        expect(heading).to_have_text(prompt)
        assert heading.get_attribute("lang") == language


def test_variations_are_different_images_and_can_be_downloaded(page: Page) -> None:
    prompt = "a paper umbrella 纸伞"
    tasks = pages.generate(page, prompt, model=pages.OTHER_IMAGE, variations=2, ratio="21:9")
    assert len(set(tasks)) == 2
    for task in tasks:
        pages.picture_of(page, task, prompt)
        box = pages.card(page, task).bounding_box()
        assert box is not None
        assert box["width"] / box["height"] == pytest.approx(21 / 9, rel=0.02)
    expect(pages.runs(page, prompt)).to_contain_text("2 variations")
    expect(pages.runs(page, prompt)).to_contain_text("30 credits")

    files = set()
    for task in tasks:
        pages.card(page, task).hover()
        with page.expect_download() as download:
            page.get_by_role("link", name=f"Download #{task}").click()
        name = download.value.suggested_filename
        assert re.fullmatch(r"\d{4}-\d\d-\d\d_a-paper-umbrella-纸伞_nano-banana-2_[0-9a-f]{4}\.png", name)
        files.add(download.value.path().read_bytes())
        with Image.open(download.value.path()) as picture:
            assert picture.format == "PNG"
            assert picture.width / picture.height == pytest.approx(21 / 9, rel=0.01)
    assert len(files) == 2

    pages.card(page, tasks[0]).get_by_role("link", name=f"Open #{tasks[0]}").click()
    full = page.locator("#lightbox .zoom__full")
    expect(full).to_have_js_property("complete", True)
    assert full.evaluate("image => image.naturalWidth") > 1000


def test_the_prompt_can_be_copied(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "สวนหิน 枯山水\na second line"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    pages.compose(page, prompt)
    pages.generate_button(page).click()
    run = pages.runs(page, "สวนหิน 枯山水 a second line")
    button = run.get_by_role("button", name="Copy prompt")
    button.click()
    expect(run.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == prompt
    # The button is itself again, with its icon.
    expect(button).to_be_visible()
    expect(button.locator("svg")).to_be_visible()
