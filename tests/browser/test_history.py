"""Prompts used again: edited, remixed, animated; found in the history with related prompts and their differences."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted

FIRST, EDITED = "two clay pots at first light", "two clay pots at dusk"
THAI, CHINESE = "โคมลอยเหนือแม่น้ำ", "水墨山水，一轮红日"


def open_item(page: Page, task_id: str) -> None:
    page.goto(f"/t/{task_id}/")
    expect(page.get_by_role("heading", name=f"#{task_id}")).to_be_visible()


def newest_with(page: Page, prompt: str) -> str:
    return pages.tasks_of(page, prompt)[0]


def test_generate_edit_remix_animate(page: Page) -> None:
    (first,) = pages.generate(page, FIRST)
    pages.picture_of(page, first, FIRST)

    # Edit: everything is in the composer, and the new task knows where it comes from.
    pages.runs(page, FIRST).get_by_role("button", name="Edit").click()
    expect(page.locator("#from")).to_contain_text(f"Editing #{first}")
    expect(pages.prompt_box(page)).to_have_value(FIRST)
    pages.prompt_box(page).fill(EDITED)
    pages.generate_button(page).click()
    edited = newest_with(page, EDITED)
    pages.picture_of(page, edited, EDITED)

    # Remix by its key, with the image as a reference.
    open_item(page, edited)
    expect(page.locator("#item-prompt ins")).to_have_text("dusk")
    page.keyboard.press("r")
    expect(page.locator("#from")).to_contain_text(f"Remix of #{edited}")
    page.get_by_role("button", name="Add its image").click()
    expect(pages.references(page)).to_have_count(1)
    pages.prompt_box(page).fill(THAI)
    pages.generate_button(page).click()
    remixed = newest_with(page, THAI)
    pages.picture_of(page, remixed, THAI)

    # Animate: the image becomes a reference of a video.
    open_item(page, remixed)
    page.get_by_role("button", name="Animate to video").click()
    expect(page.locator("#from")).to_contain_text(f"Animating #{remixed}")
    expect(pages.option(page, "Model", pages.VIDEO)).to_be_checked()
    expect(pages.references(page)).to_have_count(1)
    pages.prompt_box(page).fill(CHINESE)
    pages.generate_button(page).click()
    video = newest_with(page, CHINESE)
    pages.finished(page, video)

    # Related prompts and their differences.
    page.goto("/history/")
    for query, found in (("ำน", None), ("แม", THAI), ("墨", CHINESE), ("dusk", EDITED)):
        page.locator("#q").fill(query)
        page.wait_for_url(re.compile("q="))
        if found:
            expect(page.locator(".prompt-row__text")).to_have_text([found])
        else:
            expect(page.get_by_role("heading", name="No match")).to_be_visible()
    page.get_by_role("link", name=EDITED, exact=True).click()
    tree = page.locator(".prompt-tree")
    expect(tree.locator(":scope > li")).to_have_count(1)
    expect(tree.locator("li")).to_have_count(4)
    expect(tree.locator("li[aria-current] ins")).to_contain_text(["dusk"])
    expect(tree.locator("li[aria-current] del").first).to_have_text("first light")
    expect(tree.locator("li[aria-current] > .prompt-tree__member img")).to_have_count(1)


def test_a_duplicate_is_confirmed_once_and_run_again_is_not(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a pot to be made again"
    (made,) = pages.generate(page, prompt)
    pages.finished(page, made)
    pages.generate_button(page).click()
    question = page.locator("#question")
    expect(question).to_contain_text("This was already generated")
    expect(question.get_by_role("link", name=re.compile("Use this"))).to_have_attribute("href", f"/t/{made}/")
    expect(question.locator("[data-confirm]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question).to_be_empty()
    expect(pages.runs(page, prompt)).to_have_count(2)
    pages.runs(page, prompt).first.get_by_role("button", name="Generate again").click()
    expect(page.locator("#toasts")).to_contain_text("It is being generated again as")
    expect(pages.runs(page, prompt)).to_have_count(3)


def test_wildcards_are_counted_while_they_are_typed(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    pages.compose(page, "a pot {in the morning|at noon|at night}, {red|blue}")
    expect(page.locator("#summary")).to_contain_text("6 images")
    pages.generate_button(page).click()
    question = page.locator("#question")
    expect(question).to_contain_text("6 combinations")
    expect(question.locator("li")).to_have_count(6)
    question.get_by_role("button", name="Not now").click()
    expect(question).to_be_empty()
    expect(pages.prompt_box(page)).to_be_focused()
    pages.generate_button(page).click()
    question.locator("[data-confirm]").click()
    for text in ("a pot in the morning, red", "a pot at night, blue"):
        expect(pages.runs(page, text)).to_have_count(1)
    newest = page.locator("[data-run] h2").first
    expect(newest).to_have_text("a pot in the morning, red")


def test_a_replaced_draft_can_be_restored(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a pot that was edited later"
    (made,) = pages.generate(page, prompt)
    pages.finished(page, made)
    pages.prompt_box(page).fill("half a thought")
    pages.runs(page, prompt).get_by_role("button", name="Edit").click()
    expect(pages.prompt_box(page)).to_have_value(prompt)
    pages.prompt_box(page).fill("a pot that is being edited")
    page.reload()
    expect(pages.prompt_box(page)).to_have_value("a pot that is being edited")
    page.goto(f"/?from={made}&as=remix")
    page.get_by_role("button", name="Restore draft").click()
    expect(pages.prompt_box(page)).to_have_value("a pot that is being edited")


def test_the_history_by_keyboard(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    for number in range(2):
        (made,) = pages.generate(page, f"a pot for the arrow keys, {number}")
        pages.finished(page, made)
    page.goto("/history/?q=arrow")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="a pot for the arrow keys, 0", exact=True)).to_be_focused()
    page.keyboard.press("s")
    star = page.locator(".prompt-row").nth(1).locator(".star")
    expect(star).to_have_attribute("aria-pressed", "true")
    page.get_by_role("checkbox", name="Starred").check()
    expect(page.locator(".prompt-row")).to_have_count(1)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_deleting_a_prompt(scripted: Scripted, scripted_page: Page, open_page: OpenPage) -> None:
    page, prompt = scripted_page, "a secret pot"
    (made,) = pages.generate(page, prompt)
    pages.finished(page, made)
    page.goto("/history/?q=secret")
    page.get_by_role("link", name=prompt, exact=True).click()
    page.get_by_role("link", name="Delete prompt").click()
    page.get_by_role("button", name="Delete prompt").click()
    expect(page.locator("#toasts")).to_contain_text("The prompt was deleted")
    page.goto(f"/t/{made}/")
    expect(page.locator("#item-prompt")).to_have_text("The prompt was deleted.")
    page.goto("/gallery/?q=secret")
    expect(page.get_by_role("heading", name="No match")).to_be_visible()
