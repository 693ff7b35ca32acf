"""The draft of the composer: all of it survives, and it is nobody else's."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted


def test_the_draft_survives_a_reload(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "half a thought, ครึ่งความคิด\n\nand a second paragraph"
    pages.compose(page, prompt, model=pages.VIDEO, ratio="9:16", variations=3)
    pages.choose_files(page, [pages.upload(f"{c}.png", pages.png(c)) for c in ("#aa0000", "#00aa00")])
    expect(pages.references(page)).to_have_count(2)
    page.reload()
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.option(page, "Model", pages.VIDEO)).to_be_checked()
    expect(pages.option(page, "Aspect ratio", "9:16")).to_be_checked()
    expect(pages.option(page, "Variations", "3")).to_be_checked()
    expect(pages.references(page)).to_have_count(2)
    expect(page.locator("#count")).to_have_text(str(len(prompt)))
    expect(page.locator("#summary")).to_contain_text("3 videos")
    for image in pages.references(page).locator("img").all():
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth") > 0

    # What was taken out stays out, here and after a visit of another page.
    pages.references(page).first.get_by_role("button", name="Remove reference").click()
    pages.prompt_box(page).fill("another thought")
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Open API").click()
    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Studio").click()
    expect(pages.prompt_box(page)).to_have_value("another thought")
    expect(pages.references(page)).to_have_count(1)


def test_prompt_and_settings_stay_after_submitting(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "one more of these, later"
    pages.generate(page, prompt, model=pages.OTHER_IMAGE, ratio="5:4", variations=2)
    page.reload()
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.option(page, "Model", pages.OTHER_IMAGE)).to_be_checked()
    expect(pages.option(page, "Aspect ratio", "5:4")).to_be_checked()
    expect(pages.option(page, "Variations", "2")).to_be_checked()


def test_another_browser_begins_with_the_settings_and_without_the_words(
    scripted: Scripted, scripted_page: Page, open_page: OpenPage
) -> None:
    page, prompt = scripted_page, "words that stay in this browser"
    pages.generate(page, prompt, model=pages.IMAGE, ratio="2:3", variations=1)
    cookies: Any = page.context.storage_state()["cookies"]
    other = open_page(scripted.studio, storage_state={"cookies": cookies, "origins": []})
    expect(pages.prompt_box(other)).to_have_value("")
    expect(pages.option(other, "Aspect ratio", "2:3")).to_be_checked()


def test_an_unchosen_ratio_follows_the_model(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    pages.option(page, "Model", pages.IMAGE).check()
    pages.option(page, "Aspect ratio", "1:1").check()
    pages.option(page, "Model", pages.VIDEO).check()
    expect(pages.option(page, "Aspect ratio", "16:9")).to_be_checked()
    pages.option(page, "Model", pages.OTHER_IMAGE).check()
    expect(pages.option(page, "Aspect ratio", "1:1")).to_be_checked()
    pages.option(page, "Aspect ratio", "4:3").check()
    pages.option(page, "Model", pages.VIDEO).check()
    expect(pages.option(page, "Aspect ratio", "4:3")).to_be_checked()
