"""Presets: made, filled in the composer and generated; by keyboard, without JavaScript, and changed meanwhile."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted
from tests.browser.test_accessibility import at_each_width, is_accessible
from tests.browser.watching import Watch


def make(page: Page, name: str, text: str, *, model: str = "", ratio: str = "") -> None:
    """Write a preset on its page."""
    page.goto("/presets/new/")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Text", exact=True).fill(text)
    if model:
        page.get_by_label("Model", exact=True).select_option(label=model)
    if ratio:
        page.get_by_label("Aspect ratio", exact=True).select_option(label=ratio)
    page.get_by_role("button", name="Save preset").click()
    expect(page.get_by_text(f"“{name}” is saved.")).to_be_visible()
    page.goto("/")


def panel(page: Page) -> Locator:
    return page.locator("#presets")


def opener(page: Page) -> Locator:
    return page.locator(".prompt-box__bar").get_by_role("link", name="Presets", exact=True)


def open_preset(page: Page, name: str) -> Locator:
    """Choose a preset over the composer; its form."""
    opener(page).click()
    panel(page).get_by_role("link", name=re.compile(re.escape(name))).click()
    expect(panel(page).get_by_role("heading", name=name)).to_be_visible()
    return panel(page)


def put_in(page: Page) -> None:
    page.get_by_role("button", name="Use this prompt").click()


def test_a_preset_is_made_filled_in_thai_and_generated(scripted: Scripted, scripted_page: Page) -> None:
    page, name = scripted_page, "โคมลอยยี่เป็ง"
    make(page, name, "โคมลอยรูป{{รูปทรง}}เหนือ{{สถานที่|แม่น้ำปิง}}", model=pages.IMAGE, ratio="3:4")
    pages.compose(page, "half a thought", model=pages.VIDEO, ratio="9:16")

    form = open_preset(page, name)
    expect(form.get_by_label("รูปทรง")).to_be_focused()
    expect(form.get_by_label("สถานที่")).to_have_value("แม่น้ำปิง")
    form.get_by_label("รูปทรง").fill("ดอกบัว")
    expect(form.locator("#preset-preview")).to_have_text("โคมลอยรูปดอกบัวเหนือแม่น้ำปิง")
    form.get_by_label("สถานที่").fill("")
    expect(form.locator("#preset-preview")).to_have_text("โคมลอยรูปดอกบัวเหนือแม่น้ำปิง")
    put_in(page)

    prompt = "โคมลอยรูปดอกบัวเหนือแม่น้ำปิง"
    expect(panel(page)).to_be_hidden()
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.prompt_box(page)).to_be_focused()
    expect(pages.prompt_box(page)).to_have_attribute("lang", "th")
    expect(page.locator("#count")).to_have_text(str(len(prompt)))
    expect(pages.option(page, "Model", pages.IMAGE)).to_be_checked()
    expect(pages.option(page, "Aspect ratio", "3:4")).to_be_checked()
    expect(page.locator("#summary")).to_contain_text("1 image")

    # What was there before comes back, and all with it.
    page.get_by_role("button", name="Undo").click()
    expect(pages.prompt_box(page)).to_have_value("half a thought")
    expect(pages.option(page, "Model", pages.VIDEO)).to_be_checked()
    expect(pages.option(page, "Aspect ratio", "9:16")).to_be_checked()
    expect(page.locator("#summary")).to_contain_text("1 video")

    open_preset(page, name).get_by_label("รูปทรง").fill("ดอกบัว")
    put_in(page)
    expect(pages.prompt_box(page)).to_have_value(prompt)
    page.reload()  # the draft has followed
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.option(page, "Aspect ratio", "3:4")).to_be_checked()
    pages.generate_button(page).click()
    (task,) = pages.tasks_of(page, prompt)
    pages.picture_of(page, task, prompt)


def test_the_panel_works_by_keyboard_and_returns_the_focus(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    make(page, "By keyboard", "{{first|one}} and {{second}}")
    opener(page).focus()
    page.keyboard.press("Enter")
    search = panel(page).get_by_role("searchbox", name="Search presets")
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(opener(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(search).to_be_focused()
    page.mouse.click(5, 5)
    expect(panel(page)).to_be_hidden()
    expect(opener(page)).to_be_focused()

    page.keyboard.press("Enter")
    expect(search).to_be_focused()
    page.keyboard.type("by keyb")
    expect(panel(page).locator("#preset-choices a")).to_have_count(1)
    expect(search).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(panel(page).get_by_label("first")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    expect(pages.prompt_box(page)).to_have_value("one and two")
    expect(pages.prompt_box(page)).to_be_focused()


def test_errors_are_shown_in_the_panel(
    scripted: Scripted, scripted_page: Page, open_page: OpenPage, watch: Watch
) -> None:
    page = scripted_page
    watch.expects(404, 422)
    make(page, "Short life", "{{kept}} {{needed}}")
    pages.compose(page, "untouched")
    form = open_preset(page, "Short life")
    form.get_by_label("kept").fill("half an hour of work")
    put_in(page)
    expect(form.get_by_text("Write something here: there is no default.")).to_be_visible()
    expect(form.get_by_label("needed")).to_be_focused()
    page.mouse.click(5, 5)  # beside the panel: half an hour is not lost by that
    expect(form.get_by_label("kept")).to_have_value("half an hour of work")

    # Meanwhile, in another tab: first the text is changed, then the preset deleted.
    cookies: Any = page.context.storage_state()["cookies"]
    other = open_page(scripted.studio, "/presets/", storage_state={"cookies": cookies, "origins": []})
    other.get_by_role("link", name="Edit “Short life”").click()
    other.get_by_label("Text", exact=True).fill("{{needed}} alone")
    other.get_by_role("button", name="Save preset").click()
    form.get_by_label("needed").fill("words")
    put_in(page)
    expect(form.get_by_role("alert")).to_contain_text("has been changed in the meantime")
    expect(form.get_by_text("half an hour of work")).to_be_visible()
    expect(form.get_by_label("needed")).to_have_value("words")

    other.get_by_role("button", name="Delete “Short life”").click()
    expect(other.get_by_text("“Short life” is deleted.")).to_be_visible()
    put_in(page)
    expect(form.get_by_role("alert")).to_contain_text("This preset no longer exists.")
    expect(form.get_by_text("words")).to_be_visible()
    page.keyboard.press("Escape")
    expect(pages.prompt_box(page)).to_have_value("untouched")

    other.get_by_role("button", name="Undo").click()
    expect(other.get_by_role("heading", name="Short life")).to_be_visible()


def test_using_a_preset_from_the_list_can_restore_the_draft(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    make(page, "From the list", "{{thing|a vase}} on a table", ratio="21:9")
    pages.compose(page, "the draft of before", model=pages.OTHER_IMAGE, ratio="3:2", variations=2)
    page.goto("/presets/")
    page.get_by_role("link", name="Use “From the list”").click()
    page.get_by_label("thing").fill("a jar")
    expect(page.locator("#preset-preview")).to_have_text("a jar on a table")
    put_in(page)
    expect(pages.prompt_box(page)).to_have_value("a jar on a table")
    expect(pages.option(page, "Aspect ratio", "21:9")).to_be_checked()
    expect(pages.option(page, "Variations", "2")).to_be_checked()
    page.get_by_role("button", name="Undo").click()
    expect(pages.prompt_box(page)).to_have_value("the draft of before")
    expect(pages.option(page, "Aspect ratio", "3:2")).to_be_checked()
    expect(pages.option(page, "Model", pages.OTHER_IMAGE)).to_be_checked()
    page.reload()
    expect(pages.prompt_box(page)).to_have_value("the draft of before")


def test_the_typed_prompt_becomes_a_preset(scripted: Scripted, scripted_page: Page) -> None:
    page, text = scripted_page, "ลมหนาว {{ที่ไหน|บนดอย}}\n" + "ก" * 5000
    pages.compose(page, text, model=pages.VIDEO, ratio="9:16")
    opener(page).click()
    panel(page).get_by_role("button", name="Save the prompt as a preset").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(text)
    expect(page.get_by_label("Model", exact=True)).to_have_value("seedance-2")
    expect(page.get_by_label("Aspect ratio", exact=True)).to_have_value("9:16")
    page.get_by_label("Name", exact=True).fill("ลมหนาว")
    page.get_by_role("button", name="Save preset").click()
    expect(page.get_by_role("heading", name="ลมหนาว")).to_be_visible()


def test_without_javascript(scripted: Scripted, scripted_page: Page, open_page: OpenPage, watch: Watch) -> None:
    cookies: Any = scripted_page.context.storage_state()["cookies"]
    state = {"cookies": cookies, "origins": []}
    page = open_page(scripted.studio, storage_state=state, java_script_enabled=False)
    watch.expects(422)
    pages.prompt_box(page).fill("{{animal}} in the snow, {{light|blue hour}}")
    pages.option(page, "Aspect ratio", "2:3").check()
    page.get_by_role("button", name="Save as preset").click()
    page.get_by_label("Name", exact=True).fill("No scripts")
    page.get_by_role("button", name="Save preset").click()
    page.get_by_role("main").get_by_role("link", name="Studio").click()

    opener(page).click()
    page.get_by_role("link", name="Use “No scripts”").click()
    put_in(page)
    expect(page.get_by_text("Write something here: there is no default.")).to_be_visible()
    page.get_by_label("animal").fill("a hare")
    put_in(page)
    prompt = "a hare in the snow, blue hour"
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.option(page, "Aspect ratio", "2:3")).to_be_checked()
    pages.generate_button(page).click()
    pages.tasks_of(page, prompt)

    page.goto("/presets/")
    page.get_by_role("button", name="Delete “No scripts”").click()
    expect(page.get_by_text("“No scripts” is deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Use “No scripts”")).to_be_visible()


def test_it_is_accessible(scripted: Scripted, scripted_page: Page, watch: Watch) -> None:
    page = scripted_page
    watch.expects(422)
    make(page, "For the checker", "{{subject}} {{light|แสงเช้า}} {{موضوع|مزهرية}}", model=pages.IMAGE, ratio="1:1")
    for path in ("/presets/", "/presets/new/", "/presets/?q=nothing-holds-this"):
        for _ in at_each_width(page, path):
            is_accessible(page)
    for _ in at_each_width(page):
        opener(page).click()
        expect(panel(page).get_by_role("searchbox")).to_be_focused()
        is_accessible(page)
        panel(page).get_by_role("link", name=re.compile("For the checker")).click()
        put_in(page)
        expect(panel(page).get_by_text("Write something here")).to_be_visible()
        is_accessible(page)
