"""The keys that the help lists do what it says, on every layout; and none while an input method composes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages, tour
from tests.browser.conftest import Scripted
from tests.browser.keyboards import KEYBOARDS, Keyboard, choose, compose

AsPerson = Callable[..., Page]
LAYOUTS = ["us", "caps lock", "thai", "russian"]


@pytest.fixture(params=LAYOUTS)
def keyboard(request: pytest.FixtureRequest) -> Keyboard:
    return KEYBOARDS[request.param]


def listed(page: Page, part: str) -> list[str]:
    """The keys of one part of the help, as a person reads them."""
    terms = page.locator(part).locator("dt").all_inner_texts()
    return [" ".join(term.split()) for term in terms]


def is_selecting(page: Page) -> None:
    expect(page.locator("#select")).to_have_attribute("aria-pressed", "true")


def test_the_keys_of_the_gallery(as_person: AsPerson, keyboard: Keyboard) -> None:
    page = as_person(tour.OWNER)
    page.goto("/gallery/?scope=mine")
    first = page.locator("#grid .tile").first
    tile = first.locator(".tile__open")

    keyboard.press(page, "/")
    expect(page.locator("#q")).to_be_focused()
    keyboard.press(page, "x")  # somebody writes: no shortcut
    expect(page.locator("#select")).to_have_attribute("aria-pressed", "false")
    tile.focus()
    keyboard.press(page, "ArrowRight")
    expect(page.locator("#grid .tile__open").nth(1)).to_be_focused()
    keyboard.press(page, "ArrowLeft")
    expect(tile).to_be_focused()

    was = first.locator(".tile__liked").count()
    keyboard.press(page, "f")
    expect(first.locator(".tile__liked")).to_have_count(1 - was)
    expect(tile).to_be_focused()
    keyboard.press(page, "f")
    expect(first.locator(".tile__liked")).to_have_count(was)

    keyboard.press(page, "x")
    is_selecting(page)
    pages.expect_selected(page, 1)
    keyboard.press(page, " ")
    expect(page.locator("#bulk")).to_be_hidden()
    keyboard.press(page, " ")
    pages.expect_selected(page, 1)
    # To like one is no end of a selection.
    keyboard.press(page, "f")
    expect(first.locator(".tile__liked")).to_have_count(1 - was)
    pages.expect_selected(page, 1)
    keyboard.press(page, "f")
    expect(first.locator(".tile__liked")).to_have_count(was)
    keyboard.press(page, "a", ctrl=True)
    pages.expect_selected(page, page.locator("#grid .tile").count())
    keyboard.press(page, "Escape")
    expect(page.locator("#select")).to_have_attribute("aria-pressed", "false")
    keyboard.press(page, "?")
    expect(page.locator("#aside .help")).to_be_visible()


def test_the_keys_of_an_item(as_person: AsPerson, keyboard: Keyboard) -> None:
    page = as_person(tour.OWNER)
    page.goto("/gallery/?kind=image&scope=mine")
    page.locator("#grid .tile__open").nth(2).click()
    expect(page.locator("#lightbox #item")).to_be_visible()
    here = page.url
    keyboard.press(page, "ArrowRight")
    expect(page).not_to_have_url(here)
    keyboard.press(page, "ArrowLeft")
    expect(page).to_have_url(here)
    for key, scale in (("+", "1.4"), ("0", "1"), ("+", "1.4"), ("-", "1")):
        keyboard.press(page, key)
        zoom = page.locator("#item [data-zoom]")
        pages.comes_true(
            page,
            "([zoom, z]) => getComputedStyle(zoom).getPropertyValue('--z') === z",
            [zoom.element_handle(), scale],
        )
    heart = page.locator("#lightbox #item-favourite")
    expect(heart).to_be_visible()
    was = heart.get_attribute("aria-pressed")
    keyboard.press(page, "f")
    expect(heart).not_to_have_attribute("aria-pressed", str(was))
    keyboard.press(page, "f")
    expect(heart).to_have_attribute("aria-pressed", str(was))
    keyboard.press(page, "c")
    expect(page.locator("#item-copy-prompt")).to_have_text("Copied")
    keyboard.press(page, "s")
    expect(page.locator("#toasts")).to_contain_text("The link is copied")
    with page.expect_download():
        keyboard.press(page, "d")
    keyboard.press(page, "?")
    expect(page.locator("#item-keys")).to_be_visible()
    keyboard.press(page, "Escape")
    # G, and then a key that means something else here.
    keyboard.press(page, "g")
    keyboard.press(page, "s")
    expect(page).to_have_title(re.compile("^Studio"))
    for key, said in (("r", "Remix of"), ("a", "Animating"), ("u", "With the image of")):
        page.goto(here)
        expect(page.locator("#item")).to_be_visible()
        keyboard.press(page, key)
        expect(page.locator("#from"), key).to_contain_text(said)
    page.goto(here)
    expect(page.locator("#item")).to_be_visible()
    keyboard.press(page, "Backspace")
    page.locator("#toasts form button").click()
    expect(page.locator("#toasts form:visible")).to_have_count(0)


def test_the_keys_of_the_history(as_person: AsPerson, keyboard: Keyboard) -> None:
    page = as_person(tour.OWNER)
    page.goto("/history/")
    keyboard.press(page, "ArrowDown")
    row = page.locator(".prompt-row").first
    expect(row.locator(".prompt-row__text a")).to_be_focused()
    star = row.locator(".star")
    was = star.get_attribute("aria-pressed")
    keyboard.press(page, "s")
    expect(star).not_to_have_attribute("aria-pressed", str(was))
    row.locator(".prompt-row__text a").focus()
    keyboard.press(page, "e")
    expect(page).to_have_title(re.compile("^Studio"))
    expect(page.locator("#prompt")).not_to_have_value("")


@pytest.mark.parametrize(
    ("key", "title"), [("s", "Studio"), ("g", "Gallery"), ("h", "Prompt history"), ("t", "Team"), ("a", "Account")]
)
def test_g_and_a_letter_go_to_a_page(as_person: AsPerson, key: str, title: str) -> None:
    page = as_person(tour.OWNER)
    for name in LAYOUTS:
        page.goto("/gallery/favourites/")
        KEYBOARDS[name].press(page, "g")
        KEYBOARDS[name].press(page, key)
        expect(page, name).not_to_have_url(re.compile("favourites"))
        expect(page).to_have_title(re.compile(f"^{title}"))


def test_n_is_for_a_new_prompt(as_person: AsPerson, keyboard: Keyboard) -> None:
    page = as_person(tour.OWNER)
    page.locator("[name=model]:checked").focus()
    keyboard.press(page, "n")
    expect(page.locator("#prompt")).to_be_focused()
    page.goto("/history/")
    keyboard.press(page, "n")
    expect(page.locator("#prompt")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/$"))
    keyboard.press(page, "n")  # in the prompt it is a letter
    expect(page.locator("#prompt")).to_be_focused()


def test_single_keys_that_are_turned_off_do_nothing(as_person: AsPerson) -> None:
    page = as_person(tour.OWNER)
    page.evaluate("localStorage.setItem('omnistudio.keys', 'off')")
    page.goto("/gallery/")
    for key in ("x", "g", "h", "n", "?"):
        KEYBOARDS["thai"].press(page, key)
    expect(page).to_have_title(re.compile("^Gallery"))
    expect(page.locator("#select")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#aside")).to_be_hidden()


def test_the_help_lists_the_keys_that_are_tried_here(as_person: AsPerson) -> None:
    page = as_person(tour.OWNER)
    page.goto("/help/")
    everywhere = ["N", *(f"G then {key}" for key in "SGHTA"), "?"]
    gallery = ["/", "← → ↑ ↓", "↵", "F", "X", "␣", "⇧ + click", "Ctrl A", "Esc"]
    item = ["← →", "+ − 0", "R", "A", "U", "F", "S", "C", "D", "⌫", "Esc"]
    history = ["/", "↑ ↓", "E", "S"]
    assert listed(page, "main .keylist") == ["Ctrl ↵", "Ctrl V", *gallery, *history, *item, *everywhere]


# ------------------------------------------------------------------ input methods
@pytest.mark.parametrize("path", ["/gallery/", "/history/"])
def test_a_search_waits_for_the_input_method(as_person: AsPerson, path: str) -> None:
    page = as_person(tour.OWNER)
    page.goto(path)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
    page.locator("#q").focus()
    compose(page, "s")
    compose(page, "shui")
    page.wait_for_timeout(1000)
    assert asked == []
    expect(page.locator("#q")).to_have_value("shui")
    choose(page, "水")
    page.wait_for_url(re.compile("q=%E6%B0%B4$"))
    expect(page.locator("#q")).to_have_value("水")
    assert len(asked) == 1


def test_what_was_typed_before_an_input_method_began_waits_too(as_person: AsPerson) -> None:
    page = as_person(tour.OWNER)
    page.goto("/gallery/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
    page.locator("#q").press_sequentially("a")
    compose(page, "shan")
    page.wait_for_timeout(1000)
    assert asked == []
    choose(page, "山")
    page.wait_for_url(re.compile("q=a%E5%B1%B1$"))


def test_the_search_of_presets_waits_for_the_input_method(as_person: AsPerson) -> None:
    page = as_person(tour.OWNER)
    page.locator("#open-presets").click()
    field = page.locator("#presets [type=search], #presets input[name=q]").first
    expect(field).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "presets" in request.url else None)
    field.focus()
    compose(page, "shui")
    page.wait_for_timeout(800)
    assert asked == []
    with page.expect_request(re.compile("q=%E6%B0%B4")):
        choose(page, "水")


def test_no_key_of_an_input_method_is_a_shortcut(scripted: Scripted, scripted_page: Page) -> None:
    """Ctrl+Enter, Enter and Escape belong to it as long as it composes."""
    page = scripted_page
    prompt = pages.prompt_box(page)
    prompt.focus()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    compose(page, "shanshui")
    page.keyboard.press("Control+Enter")
    KEYBOARDS["us"].press(page, "Escape")
    expect(prompt).to_be_focused()
    assert sent == []
    # Safari's last key says only its number.
    page.evaluate(
        """() => document.getElementById("prompt").dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, ctrlKey: true, bubbles: true }))"""
    )
    page.wait_for_timeout(300)
    assert sent == []


def test_text_of_an_input_method_is_counted_once_committed(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    pages.prompt_box(page).fill("")
    pages.prompt_box(page).focus()
    compose(page, "shanshui")
    expect(page.locator("#count")).to_have_text("0")
    choose(page, "山水")
    expect(page.locator("#count")).to_have_text("2")
    page.reload()
    expect(pages.prompt_box(page)).to_have_value("山水")
