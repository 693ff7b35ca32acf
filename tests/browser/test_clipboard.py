"""Copying, pasting and dragging: exactly what is meant, with and without https."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import pages, tour
from tests.browser.conftest import Scripted, found
from tests.browser.servers import Studio
from tests.browser.watching import Watch

LAN = "studio.lan"
PROMPT = "สวนหิน  枯山水,\n\n   a second line\n\tand a third; ตลาด\u200bน้ำ"


# ------------------------------------------------------------------ a studio by the name of a machine, without https
@pytest.fixture(scope="module")
def lan_studio(prepared: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose people open http://studio.lan."""
    with Studio(tmp_path_factory.mktemp("lan"), ALLOWED_HOSTS=f"127.0.0.1,{LAN}") as studio:
        studio.prepare_like(prepared)
        studio.start("up")
        studio.wait_until_open("tracker", "renderer")
        # As it is reached: the supervisor still asks by the address.
        studio.url = f"http://{LAN}:{studio.port}"
        yield studio


@pytest.fixture(scope="module")
def lan_browser(browser_type: Any, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    args = [*browser_type_launch_args.get("args", []), f"--host-resolver-rules=MAP {LAN} 127.0.0.1"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": args})
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def lan_session(lan_studio: Studio, lan_browser: Browser) -> dict[str, Any]:
    return found(lan_studio, lan_browser)


@pytest.fixture
def lan_page(lan_studio: Studio, lan_browser: Browser, lan_session: dict[str, Any]) -> Iterator[Page]:
    watch = Watch()
    context = lan_browser.new_context(base_url=lan_studio.url, storage_state=lan_session)
    watch.follow(context, lan_studio.url)
    page = context.new_page()
    page.goto("/")
    assert page.evaluate("!isSecureContext && !navigator.clipboard")
    yield page
    watch.settle()
    context.close()
    # Chromium says of each page that one of its headers needs https.
    problems = [problem for problem in watch.problems if "Cross-Origin-Opener-Policy" not in problem]
    assert not problems, "\n".join(problems)


def pasted(page: Page) -> str:
    """What the clipboard holds, by pasting it: the only way without https."""
    field = page.locator("#prompt")
    field.fill("")
    field.focus()
    page.keyboard.press("ControlOrMeta+v")
    return field.input_value()


def make(page: Page, prompt: str) -> str:
    """The id of a finished item with this prompt, created once."""
    page.goto("/")
    name = " ".join(prompt.split())
    run = page.get_by_role("group", name=name, exact=True)
    if not run.count():
        pages.compose(page, prompt)
        pages.generate_button(page).click()
    expect(run).to_have_count(1)
    task = str(run.locator("article").get_attribute("data-task"))
    pages.finished(page, task)
    return task


def test_text_copied_without_https_is_exact(lan_page: Page) -> None:
    page = lan_page
    task = make(page, PROMPT)
    run = page.locator("[data-run]").first
    run.get_by_role("button", name="Copy prompt").click()
    expect(run.get_by_role("button", name="Copied")).to_be_focused()
    assert pasted(page) == PROMPT

    # In the history, whose text is hidden.
    page.goto("/history/")
    page.locator(".prompt-row").first.hover()
    page.locator(".prompt-row [data-copy]").first.click()
    expect(page.locator(".prompt-row .is-copied")).to_have_count(1)
    page.goto("/")
    assert pasted(page) == PROMPT

    # Over the gallery, inside a modal dialog; what was marked on the page stays marked.
    page.goto("/gallery/")
    page.locator(f"#item-{task} .tile__open").click()
    expect(page.locator("#lightbox #item")).to_be_visible()
    page.evaluate("getSelection().selectAllChildren(document.getElementById('item-number'))")
    page.keyboard.press("c")
    expect(page.locator("#item-copy-prompt")).to_have_text("Copied")
    assert page.evaluate("String(getSelection())") == f"#{task}"
    page.goto("/")
    assert pasted(page) == PROMPT
    page.goto(f"/t/{task}/")
    page.locator("#item-copy-link").click()
    expect(page.locator("#toasts")).to_contain_text("The link is copied")
    page.goto("/")
    assert pasted(page) == f"{page.url}t/{task}/"


@pytest.mark.parametrize("where", ["history", "item"])
def test_where_nothing_can_be_copied_the_text_is_shown_selected(lan_page: Page, where: str) -> None:
    page = lan_page
    task = make(page, PROMPT)
    page.goto("/history/" if where == "history" else f"/t/{task}/")
    page.evaluate("document.execCommand = () => false")
    button = page.locator(".prompt-row [data-copy]" if where == "history" else "#item-copy-prompt").first
    button.focus()
    page.keyboard.press("Enter")
    shown = page.locator("#toasts textarea")
    expect(shown).to_be_focused()
    expect(shown).to_have_value(PROMPT)
    assert shown.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == PROMPT
    expect(page.locator(".is-copied")).to_have_count(0)
    page.keyboard.press("ControlOrMeta+c")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(shown).to_have_count(0)
    page.goto("/")
    assert pasted(page) == PROMPT


# ------------------------------------------------------------------ pasting
PASTE = """([selector, text, picture, name]) => {
    const clipboardData = new DataTransfer();
    for (const [type, data] of Object.entries(text)) clipboardData.setData(type, data);
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    clipboardData.items.add(new File([bytes], name, { type: "image/png" }));
    const field = document.querySelector(selector);
    field.focus();
    return !field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
CELLS = {"text/plain": "vase\t12\nbowl\t7", "text/html": "<table><tr><td>vase<td>12</table>"}


def paste(page: Page, selector: str, text: dict[str, str], name: str = "image.png") -> bool:
    """Paste text and an image, as a spreadsheet does; whether a script prevented the default."""
    return bool(page.evaluate(PASTE, [selector, text, base64.b64encode(pages.png("#123456")).decode(), name]))


@pytest.mark.parametrize("selector", ["#prompt", "#reference-url"])
def test_pasted_text_with_an_image_is_text_in_a_field(scripted: Scripted, scripted_page: Page, selector: str) -> None:
    page = scripted_page
    page.get_by_role("button", name="From URL").click()
    assert not paste(page, selector, CELLS)
    page.wait_for_timeout(500)
    expect(page.locator(".ref")).to_have_count(0)


@pytest.mark.parametrize(
    ("text", "name"),
    [({}, "image.png"), ({"text/html": "<img src=x>"}, "image.png"), ({"text/plain": "vase.png"}, "vase.png")],
)
def test_a_pasted_image_without_text_is_a_reference(
    scripted: Scripted, scripted_page: Page, text: dict[str, str], name: str
) -> None:
    page = scripted_page
    assert paste(page, "#prompt", text, name)
    expect(pages.references(page)).to_have_count(1)


def test_pasted_text_with_an_image_is_a_reference_outside_fields(scripted: Scripted, scripted_page: Page) -> None:
    page = scripted_page
    assert paste(page, "#generate", CELLS)
    expect(pages.references(page)).to_have_count(1)


# ------------------------------------------------------------------ dragging
def drag(page: Page, source: Locator, target: Locator) -> None:
    """By the mouse, as a person does: Chromium's own drag and drop."""
    source.scroll_into_view_if_needed()
    source.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 30, steps=8)
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=4)
    page.mouse.up()


def test_a_result_is_dragged_into_the_prompt(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "a bowl to be dragged"
    (task,) = pages.generate(page, prompt)
    pages.picture_of(page, task, prompt)
    pages.prompt_box(page).fill("like this one")
    drag(page, pages.card(page, task).locator("img"), pages.prompt_box(page))
    expect(pages.references(page)).to_have_count(1)
    expect(pages.prompt_box(page)).to_have_value("like this one")
    expect(page.locator("#prompt-box")).not_to_have_class(re.compile("is-drop"))
    # Once more is the same reference; beside the composer it is nothing.
    drag(page, pages.card(page, task).locator("img"), page.locator("#generate"))
    expect(page.locator(".ref--up")).to_have_count(0)
    expect(pages.references(page)).to_have_count(1)
    pages.references(page).first.get_by_role("button", name="Remove reference").click()
    drag(page, pages.card(page, task).locator("img"), page.get_by_role("heading", name="Studio"))
    page.wait_for_timeout(500)
    expect(page.locator(".ref")).to_have_count(0)


def test_a_video_is_dragged_by_its_poster(as_person: Callable[..., Page]) -> None:
    page = as_person(tour.OWNER)
    video = page.locator("#feed article[data-state=succeeded][data-kind=video] img").first
    pages.until(page, lambda: video.count() > 0, lambda: page.locator(".more a").scroll_into_view_if_needed())
    drag(page, video, pages.prompt_box(page))
    expect(pages.references(page)).to_have_count(1)


def test_words_that_are_dragged_stay_words(scripted: Scripted, scripted_page: Page) -> None:
    page, prompt = scripted_page, "words of a bowl"
    (task,) = pages.generate(page, prompt)
    pages.finished(page, task)
    pages.prompt_box(page).fill("")
    heading = pages.runs(page, prompt).locator("h2")
    heading.evaluate("e => getSelection().selectAllChildren(e)")
    box = heading.bounding_box()
    assert box
    page.mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
    page.mouse.down()
    target = pages.prompt_box(page).bounding_box()
    assert target
    page.mouse.move(target["x"] + 30, target["y"] + 20, steps=8)
    page.mouse.move(target["x"] + 40, target["y"] + 24, steps=4)
    page.mouse.up()
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(page.locator(".ref")).to_have_count(0)


def test_a_dragged_item_carries_its_number(as_person: Callable[..., Page]) -> None:
    page = as_person(tour.OWNER)
    page.goto("/gallery/?kind=image")
    page.evaluate(
        """() => document.addEventListener("dragstart", (event) => {
            window.carried = event.dataTransfer.getData("application/x-omnistudio-item");
        })"""
    )
    tile = page.locator("#grid .tile").first
    drag(page, tile, page.locator("h1").first)
    assert page.evaluate("window.carried") == tile.get_attribute("data-item")
