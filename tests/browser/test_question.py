"""The question before sending: it comes before anything is paid, stays open, and is accessible."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.conftest import Scripted

CHOICES = "{in the morning mist|at noon|under a full moon}"


def asked(page: Page) -> Locator:
    """The question, once it is there with the focus on its answer."""
    question = page.locator("#question")
    expect(question.locator("[data-confirm]")).to_be_focused()
    return question


def wait_for_requests(page: Page) -> None:
    """Until htmx has nothing under way."""
    pages.comes_true(page, "() => !document.querySelector('.htmx-request')")


def test_the_question_stays_after_ctrl_enter(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    pages.prompt_box(page).click()
    page.keyboard.type(f"a jug {CHOICES}")
    page.keyboard.press("Control+Enter")
    question = asked(page)
    expect(question).to_contain_text("3 combinations")
    # A field that loses the focus says that it has changed: that is no other request.
    pages.prompt_box(page).focus()
    page.locator("[name=model]:checked").focus()
    expect(question.locator("li")).to_have_count(3)
    # Escape says no, and the prompt has the focus.
    question.locator("[data-confirm]").focus()
    page.keyboard.press("Escape")
    expect(question).to_be_empty()
    expect(pages.prompt_box(page)).to_be_focused()
    page.keyboard.press("Control+Enter")
    asked(page)
    # Pressing the keys again in the prompt sends nothing: the question comes again.
    pages.prompt_box(page).focus()
    page.keyboard.press("Control+Enter")
    asked(page)
    expect(question.locator("li")).to_have_count(3)
    expect(page.locator("[data-run] h2", has_text="a jug")).to_have_count(0)
    assert not [one for one in scripted.service.creates if "a jug" in one.body["prompt"]]
    page.keyboard.press("Enter")
    expect(page.locator("[data-run] h2", has_text="a jug")).to_have_count(3)
    expect(question).to_be_empty()
    expect(pages.prompt_box(page)).to_be_focused()


def test_duplicates_are_confirmed_before_each_payment(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a jug that is there already"
    (made,) = pages.generate(page, prompt)
    pages.finished(page, made)
    for _ in range(2):
        pages.prompt_box(page).focus()
        page.keyboard.press("Control+Enter")
        expect(asked(page)).to_contain_text("This was already generated")
        expect(pages.runs(page, prompt)).to_have_count(1)
        page.locator("#question").get_by_role("button", name="Not now").click()
        expect(page.locator("#question")).to_be_empty()
    page.keyboard.press("Control+Enter")
    asked(page)
    page.wait_for_timeout(600)  # an answer takes a moment; a double press is none
    page.keyboard.press("Control+Enter")
    expect(pages.runs(page, prompt)).to_have_count(2)


def test_two_quick_presses_are_no_answer(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    pages.prompt_box(page).fill(f"a quick jug {CHOICES}")
    pages.prompt_box(page).focus()
    page.keyboard.press("Control+Enter")
    # As soon as it stands there, and before anybody can have read it.
    page.locator("#question [data-confirm]:focus").wait_for()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#question li")).to_have_count(3)
    wait_for_requests(page)
    expect(page.locator("[data-run] h2", has_text="a quick jug")).to_have_count(0)


@pytest.mark.parametrize("change", ["prompt", "model", "variations"])
def test_a_form_changed_after_the_question_is_confirmed_again(
    scripted: Scripted, scripted_page: Page, change: str
) -> None:
    page = scripted_page
    pages.compose(page, f"a {change} jug {CHOICES}")
    pages.generate_button(page).click()
    question = asked(page)
    if change == "prompt":
        pages.prompt_box(page).press_sequentially(" on a table")
    elif change == "model":
        pages.option(page, "Model", pages.OTHER_IMAGE).check()
    else:
        pages.option(page, "Variations", "2").check()
    expect(question).to_be_empty()


def test_a_confirmation_is_valid_for_its_submission_only(scripted: Scripted, scripted_page: Page) -> None:
    """Whatever the page shows: the server takes no answer to another question."""
    page = scripted_page
    pages.compose(page, "a {red|blue} jug of yesterday")
    pages.generate_button(page).click()
    asked(page)
    page.evaluate("document.getElementById('prompt').value = 'a {grey|black} jug of yesterday'")
    page.locator("#question [data-confirm]").click()
    question = page.locator("#question")
    expect(question).to_contain_text("grey jug")
    expect(page.locator("[data-run] h2", has_text="jug of yesterday")).to_have_count(0)
    question.locator("[data-confirm]").click()
    expect(page.locator("[data-run] h2", has_text="jug of yesterday")).to_have_count(2)
    assert pages.runs(page, "a grey jug of yesterday").count() == 1


@pytest.fixture
def made_of_many(scripted: Scripted, scripted_page: Page) -> str:
    """A prompt whose question has everything: combinations, and some of them made already."""
    prompt = "a tall jug of celadon {in the morning mist|at noon}"
    for text in ("a tall jug of celadon in the morning mist", "a tall jug of celadon at noon"):
        if not pages.runs(scripted_page, text).count():
            (made,) = pages.generate(scripted_page, text)
            pages.finished(scripted_page, made)
    return prompt


@pytest.fixture(params=["en", "th", "zh-hans"])
def language(request: pytest.FixtureRequest, scripted_page: Page, made_of_many: str) -> Iterator[str]:
    """The language of the person's account, for one test."""
    choose_language(scripted_page, request.param)
    yield request.param
    choose_language(scripted_page, "en")


def choose_language(page: Page, code: str) -> None:
    page.goto("/language/?next=/")
    page.locator(f"main button[value={code}]").click()
    expect(page.locator("html")).to_have_attribute("lang", code)


@pytest.mark.parametrize("width", [1440, 820, 390])
def test_the_question_can_be_read(scripted_page: Page, made_of_many: str, language: str, width: int) -> None:
    page = scripted_page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/")
    page.locator("#prompt").fill(made_of_many)
    page.locator("#generate").click()
    question = asked(page)
    assert len(widths(question.locator(".question__list li"))) == 2
    for selector in (".question__list li", ".question__items a"):
        assert min(widths(question.locator(selector))) > 200, selector
    # No word is broken into a column of letters: one or two lines each.
    for selector in (".question__items b", "[data-confirm]", "[data-dismiss-question]"):
        for height, line in heights(question.locator(selector)):
            assert height < 3 * line, selector
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert re.search(r"\d", question.locator("[data-confirm]").inner_text())


def widths(items: Locator) -> list[float]:
    return [box["width"] for item in items.all() if (box := item.bounding_box())]


def heights(items: Locator) -> list[tuple[float, float]]:
    """The height of each, and that of one of its lines."""
    script = "e => [e.getBoundingClientRect().height, parseFloat(getComputedStyle(e).lineHeight) || 20]"
    return [(found[0], max(found[1], 20)) for item in items.all() if (found := item.evaluate(script))]
