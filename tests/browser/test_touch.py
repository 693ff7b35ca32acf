"""A phone: the main job by finger on 390 px, swiping, holding, the share sheet, room for a thumb."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted
from tests.browser.tour import OWNER

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
# Standalone touch targets; links in running text are as high as their line.
SMALL = """() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select")]
    .filter((element) => !element.matches(".link, .tile__open"))
    .filter((element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }))
    .map((element) => [element.closest("label, .pick") ?? element, element])
    .map(([target, element]) => [target.getBoundingClientRect(), getComputedStyle(target, "::after"), element])
    .filter(([box]) => box.width > 1 && box.bottom > 0 && box.top < innerHeight)
    .filter(([box, after]) => after.position !== "absolute" && Math.min(box.width, box.height) < 43.5)
    .map(([box, , element]) => [Math.round(box.width), Math.round(box.height), element.outerHTML.slice(0, 140)])"""


def touch(page: Page, *points: tuple[float, float], hold: int = 0) -> None:
    """One finger goes down, along the points, and up."""
    finger = page.context.new_cdp_session(page)

    def send(kind: str, *at: tuple[float, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]})

    send("touchStart", points[0])
    page.wait_for_timeout(hold)
    for point in points[1:]:
        send("touchMove", point)
    send("touchEnd")


def middle(thing: Locator) -> tuple[float, float]:
    box = thing.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def on_phone(as_person: Callable[..., Page]) -> Page:
    return as_person(OWNER, **PHONE)


def test_an_image_is_generated_by_touch(scripted: Scripted, scripted_page: Page, open_page: OpenPage) -> None:
    page = open_page(scripted.studio, **PHONE)
    page.get_by_label("Email", exact=True).tap()
    page.keyboard.type(pages.EMAIL)
    page.get_by_label("Password", exact=True).tap()
    page.keyboard.type(pages.PASSWORD)
    page.get_by_role("button", name="Sign in").tap()
    pages.prompt_box(page).tap()
    prompt = "a thumb-sized landscape"
    page.keyboard.type(prompt)
    page.locator(".composer__opts > summary").tap()
    pages.option(page, "Model", pages.OTHER_IMAGE).tap()
    pages.option(page, "Aspect ratio", "4:5").tap()
    pages.generate_button(page).tap()
    (made,) = pages.tasks_of(page, prompt)
    pages.picture_of(page, made, prompt)
    card = pages.card(page, made)
    card.scroll_into_view_if_needed()
    card.get_by_role("button", name=f"More actions for #{made}").tap()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download").tap()
    assert download.value.suggested_filename.startswith("20")
    page.locator(".dock").get_by_role("link", name="Gallery").tap()
    page.locator(f"#item-{made} .tile__open").tap()
    expect(page.locator("#lightbox #item-number")).to_have_text(f"#{made}")


def test_a_swipe_opens_the_next_and_previous_item(as_person: Callable[..., Page]) -> None:
    page = on_phone(as_person)
    page.goto("/gallery/?kind=image")
    items = page.locator("#grid .tile")
    first, second = (str(items.nth(place).get_attribute("data-item")) for place in (0, 1))
    items.nth(0).locator(".tile__open").tap()
    number = page.locator("#lightbox #item-number")
    expect(number).to_have_text(f"#{first}")
    y = middle(page.locator("#lightbox #item-stage"))[1]
    touch(page, (320, y), (250, y + 2), (120, y + 6))
    expect(number).to_have_text(f"#{second}")
    y = middle(page.locator("#lightbox #item-stage"))[1]
    touch(page, (100, y), (180, y + 2), (300, y + 6))
    expect(number).to_have_text(f"#{first}")
    touch(page, (200, y + 60), (205, y), (215, y - 60))
    page.wait_for_timeout(300)
    expect(number).to_have_text(f"#{first}")


def test_a_long_press_selects_an_item_without_opening_it(as_person: Callable[..., Page]) -> None:
    page = on_phone(as_person)
    page.goto("/gallery/")
    items = page.locator("#grid .tile")
    touch(page, middle(items.nth(1)), hold=700)
    pages.expect_selected(page, 1)
    expect(page.locator("#lightbox")).to_be_hidden()
    items.nth(2).tap()
    pages.expect_selected(page, 2)
    page.locator("#clear").tap()
    expect(page.locator("#bulk")).to_be_hidden()
    items.nth(1).locator(".tile__open").tap()
    expect(page.locator("#lightbox #item")).to_be_visible()


def test_the_share_sheet_receives_the_image(as_person: Callable[..., Page]) -> None:
    page = on_phone(as_person)
    page.add_init_script("""
        window.shared = [];
        navigator.canShare = () => true;
        navigator.share = async ({ files: [file] }) => shared.push([file.name, file.type, file.size]);
    """)
    page.goto("/gallery/?kind=image")
    page.goto(str(page.locator("#grid .tile__open").first.get_attribute("href")))
    page.get_by_role("button", name="Share", exact=True).tap()
    pages.comes_true(page, "shared.length === 1")
    name, kind, size = page.evaluate("shared[0]")
    assert re.fullmatch(r"\d+-OmniStudio\.(png|jpeg|webp)", name)
    assert kind.startswith("image/")
    assert size > 100


def test_there_is_room_for_a_thumb(as_person: Callable[..., Page]) -> None:
    page = on_phone(as_person)
    small = {}
    for path in ("/", "/gallery/", "/t/16/", "/collections/", "/team/", "/account/", "/help/", "/open-api/"):
        page.goto(path)
        small[path] = page.evaluate(SMALL)
    assert {path: found for path, found in small.items() if found} == {}


# Nothing is cut off or outside of its button, and the buttons are of one size in each line.
TOO_TIGHT = """() => [...document.querySelectorAll("#bulk .btn span")]
    .filter((word) => word.checkVisibility())
    .map((word) => [word.getBoundingClientRect(), word.closest(".btn").getBoundingClientRect(), word.textContent])
    .filter(([word, button]) => word.left < button.left || word.right > button.right || word.bottom > button.bottom)
    .map(([, , text]) => text.trim())"""


@pytest.mark.parametrize("locale", ["en", "th", "zh-CN"])
@pytest.mark.parametrize("width", [320, 390])
def test_the_bar_of_a_selection_has_words_in_two_lines_of_three(
    as_person: Callable[..., Page], locale: str, width: int
) -> None:
    page = as_person(OWNER, locale=locale, **PHONE | {"viewport": {"width": width, "height": 844}})
    page.goto("/gallery/")
    touch(page, middle(page.locator("#grid .tile").nth(0)), hold=700)
    bulk = page.locator("#bulk")
    expect(bulk).to_be_visible()
    page.wait_for_timeout(500)  # it has risen
    buttons = page.locator("#bulk > .btn:not(#clear), #bulk > .confirm > .btn")
    expect(buttons).to_have_count(6)
    boxes = [button.bounding_box() or {} for button in buttons.all()]
    assert [len({round(box["y"]) for box in line}) for line in (boxes[:3], boxes[3:])] == [1, 1]
    assert boxes[3]["y"] >= boxes[0]["y"] + boxes[0]["height"]
    assert len({round(box["x"]) for box in boxes}) == 3
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    for button in buttons.all():
        expect(button.locator("span")).to_be_visible()
    assert page.evaluate(TOO_TIGHT) == []
    assert page.evaluate(SMALL) == []
    # What opens from it is on the screen, whole or to be scrolled.
    for menu in page.locator("#bulk > .confirm").all():
        menu.locator("summary").tap()
        expect(menu.locator("button").last).to_be_attached()
        box = menu.locator(".confirm__ask").bounding_box() or {}
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= width
        menu.locator("summary").tap()


def test_the_bar_of_a_selection_covers_neither_the_last_item_nor_a_message(as_person: Callable[..., Page]) -> None:
    page = on_phone(as_person)
    page.goto("/gallery/?kind=video")
    touch(page, middle(page.locator("#grid .tile").nth(0)), hold=700)
    pages.expect_selected(page, 1)
    page.wait_for_timeout(500)

    def is_at_the_end() -> bool:
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        return page.locator("#more").count() == 0

    pages.until(page, is_at_the_end, lambda: None)
    page.wait_for_timeout(300)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    bar = page.locator("#bulk").bounding_box() or {}
    last = page.locator("#grid .tile").last.bounding_box() or {}
    assert last["y"] + last["height"] <= bar["y"]
    page.evaluate(
        "document.getElementById('toasts').append("
        "document.getElementById('toast-offline').content.firstElementChild.cloneNode(true))"
    )
    toast = page.locator("#toasts .toast").bounding_box() or {}
    assert toast["y"] + toast["height"] <= bar["y"]
    page.locator("#clear").tap()
    assert page.evaluate("getComputedStyle(document.querySelector('.gallery')).marginBlockEnd") == "0px"
