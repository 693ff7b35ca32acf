"""Keyboard only: from the sign-in page to the image."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted
from tests.browser.servers import Studio

# The outline of the focused element, or of the label that stands for it.
RING = """element => [element, element.closest("label"), element.closest(".prompt-box"), element.closest(".tile")]
    .filter(Boolean).some(part => {
        const style = getComputedStyle(part);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    })"""


def tab_to(page: Page, target: Locator, most: int = 40) -> None:
    """Press Tab until `target` has the focus; every focused element on the way is visible."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count():
            assert focused.evaluate(RING), f"the focus cannot be seen on {focused.evaluate('e => e.outerHTML')[:200]}"
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached with {most} times Tab")


def test_an_image_is_generated_by_keyboard(scripted: Scripted, scripted_page: Page, open_page: OpenPage) -> None:
    page = open_page(scripted.studio)
    tab_to(page, page.get_by_label("Email", exact=True))
    page.keyboard.type(pages.EMAIL)
    tab_to(page, page.get_by_label("Password", exact=True))
    page.keyboard.type(pages.PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Studio"))

    tab_to(page, page.get_by_role("link", name="Skip to content"), 1)
    tab_to(page, pages.prompt_box(page))
    prompt = "a fox that never saw a mouse"
    page.keyboard.type(prompt)
    tab_to(page, page.locator("[name=model]:checked"))
    expect(page.locator("[name=model]:focus")).to_have_count(1)
    pages.until(
        page, pages.option(page, "Model", pages.OTHER_IMAGE).is_checked, lambda: page.keyboard.press("ArrowDown")
    )
    tab_to(page, page.locator("[name=ratio]:checked"), 1)
    pages.until(page, pages.option(page, "Aspect ratio", "4:5").is_checked, lambda: page.keyboard.press("ArrowRight"))
    tab_to(page, page.locator("[name=variations]:checked"), 1)
    pages.until(page, pages.option(page, "Variations", "2").is_checked, lambda: page.keyboard.press("ArrowRight"))
    tab_to(page, pages.generate_button(page), 2)
    page.keyboard.press("Space")
    first, second = pages.tasks_of(page, prompt)
    # Whoever submits by keyboard stays where they are.
    expect(pages.generate_button(page)).to_be_focused()
    pages.picture_of(page, first, prompt)
    pages.picture_of(page, second, prompt)
    box = pages.card(page, first).bounding_box()
    assert box is not None
    assert abs(box["width"] / box["height"] - 0.8) < 0.02

    tab_to(page, page.get_by_role("button", name=f"More actions for #{first}"))
    tab_to(page, page.get_by_role("link", name=f"Open #{second}"), 1)
    page.keyboard.press("Enter")
    whole = page.locator("#lightbox .zoom__full")
    expect(whole).to_have_js_property("complete", True)
    assert whole.evaluate("image => image.naturalWidth") > 0
    assert f"/t/{second}/" in page.url
    # Back by keyboard is back on the same result.
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=f"Open #{second}")).to_be_focused()


def test_details_open_and_close_by_keyboard_and_return_the_focus(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    task = scripted.lose_the_answer(page, "a riddle without an answer")
    button = page.get_by_role("button", name=f"About #{task}", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.locator(f"#details-{task}")
    expect(dialog).to_be_visible()
    tab_to(page, dialog.get_by_role("textbox"), 2)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_a_redrawn_card_keeps_the_focus(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a rope that is not let go"
    task = scripted.lose_the_answer(page, prompt)
    pages.card(page, task).get_by_role("button", name="Send again").focus()
    page.keyboard.press("Enter")
    pages.picture_of(page, task, prompt)
    pages.holds_focus(pages.card(page, task))
    page.keyboard.press("Tab")
    pages.holds_focus(pages.card(page, task).locator(".tile__strip"))


def test_the_main_job_in_thai(new_studio: Studio, open_page: OpenPage) -> None:
    """From an empty studio to a favourite in the gallery, with nothing but keys, and in Thai throughout."""
    page = open_page(new_studio, locale="th")
    expect(page.locator("html")).to_have_attribute("lang", "th")
    if not page.locator("#id_email").evaluate("field => field === document.activeElement"):
        tab_to(page, page.locator("#id_email"))
    page.keyboard.type(pages.EMAIL)
    tab_to(page, page.locator("#id_password1"))
    page.keyboard.type(pages.PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^สตูดิโอ"))
    expect(page.locator("html")).to_have_attribute("lang", "th")

    tab_to(page, page.get_by_role("textbox", name="พรอมต์", exact=True))
    prompt = "ผู้ใหญ่หาผ้าใหม่ ใต้แสงจันทร์ริมแม่น้ำน่าน"
    page.keyboard.type(prompt)
    tab_to(page, page.locator("[name=model]:checked"))
    page.keyboard.press("Control+Enter")
    run = page.get_by_role("group", name=prompt, exact=True)
    expect(run).to_have_count(1)
    made = str(run.locator("article").get_attribute("data-task"))
    expect(page.locator("#announcer")).to_contain_text(f"ภาพ #{made}", timeout=pages.SLOWLY)
    expect(run.locator("h2")).to_have_attribute("lang", "th")
    room = "text => parseFloat(getComputedStyle(text).lineHeight) / parseFloat(getComputedStyle(text).fontSize)"
    assert run.locator("h2").evaluate(room) >= 1.7  # vowels and tone marks stand over each other

    page.reload()
    tab_to(page, page.locator(".nav").get_by_role("link", name="แกลเลอรี"), 60)
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^แกลเลอรี"))
    page.keyboard.press("/")
    page.keyboard.type("น่าน")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    tab_to(page, page.locator(f"#item-{made} .tile__open"))
    page.keyboard.press("Enter")
    expect(page.locator("#lightbox #item-number")).to_have_text(f"#{made}")
    page.keyboard.press("f")
    expect(page.locator("#lightbox #item-favourite")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator(f"#item-{made} .tile__open")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#aside .help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(f"#item-{made} .tile__open")).to_be_focused()
