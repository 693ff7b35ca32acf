"""What people do on the pages, and what they wait for."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, expect

EMAIL, PASSWORD = "nok@example.com", "a quiet gallery by the river"
# For whatever a task has to do first. Drawing takes a slow machine a while.
SLOWLY = 90_000
IMAGE, OTHER_IMAGE, VIDEO = "ChatGPT Image 2", "Nano Banana 2", "Seedance 2.0"


# ------------------------------------------------------------------ waiting
def expect_selected(page: Page, count: int) -> None:
    """Wait until the bar of the selection says so many items."""
    words = "1 item selected" if count == 1 else f"{count} items selected"
    expect(page.locator("#selected")).to_have_text(words)


def comes_true(page: Page, expression: str, arg: Any = None, within: float = 20) -> None:
    """Wait until an expression of JavaScript is true in the page.

    Playwright's `wait_for_function` evaluates in the page itself each time after the first, which our CSP forbids.
    """
    deadline = time.monotonic() + within
    while not page.evaluate(expression, arg):
        assert time.monotonic() < deadline, f"not true within {within} s: {expression}"
        page.wait_for_timeout(50)


def until(page: Page, is_so: Callable[[], bool], act: Callable[[], Any], within: float = 60) -> None:
    """Do something again and again until it has had its effect; without one it is a failure, and never for ever."""
    deadline = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < deadline, f"no effect within {within} s"
        act()
        page.wait_for_timeout(100)


def holds_focus(holder: Locator) -> None:
    """Wait until something inside `holder` has the focus, or it has it itself: it is given after the swap."""
    comes_true(holder.page, "holder => holder.contains(document.activeElement)", holder.element_handle())


# ------------------------------------------------------------------ people
def sign_up(page: Page, email: str = EMAIL) -> None:
    """Make the first account of an empty studio, from the address that everybody is given: `/`."""
    page.goto("/")
    page.get_by_label("Email", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Studio", exact=True)).to_be_visible()
    page.wait_for_load_state()  # its scripts have run


def sign_in(page: Page, password: str = PASSWORD) -> None:
    """Fill in the sign-in page that is open."""
    page.get_by_label("Email", exact=True).fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def enter_key(page: Page, key: str) -> None:
    """Put a key on the account page, whether or not there is one."""
    page.goto("/account/?replace")
    page.locator("#id_key").fill(key)
    page.get_by_role("button", name="Verify and save").click()
    expect(page.get_by_text("Your key works.")).to_be_visible()


# ------------------------------------------------------------------ the composer
def prompt_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Prompt", exact=True)


def option(page: Page, group: str, name: str) -> Locator:
    """A radio of the composer: `option(page, "Model", "Seedance 2.0")`."""
    return page.get_by_role("radiogroup", name=group, exact=True).get_by_role("radio", name=name, exact=True)


def unfold(page: Page) -> None:
    """Open the options where they are one line, as on phones."""
    folded = page.locator(".composer__opts:not([open]) > summary")
    if folded.is_visible():
        folded.click()


def compose(page: Page, prompt: str, *, model: str = IMAGE, ratio: str = "1:1", variations: int = 1) -> None:
    """Fill in the composer."""
    prompt_box(page).fill(prompt)
    unfold(page)
    option(page, "Model", model).check()
    option(page, "Aspect ratio", ratio).check()
    option(page, "Variations", str(variations)).check()


def generate_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Generate", exact=True)


def generate(page: Page, prompt: str, **options: Any) -> list[str]:
    """Compose and submit; the ids of the new run's tasks. No other run may have the same prompt."""
    compose(page, prompt, **options)
    generate_button(page).click()
    return tasks_of(page, prompt)


# ------------------------------------------------------------------ the feed
def runs(page: Page, prompt: str) -> Locator:
    """The submissions of a prompt: a group each, named after it."""
    return page.get_by_role("group", name=prompt, exact=True)


def tasks_of(page: Page, prompt: str) -> list[str]:
    """The ids of the one run of a prompt, once it is in the page."""
    run = runs(page, prompt)
    expect(run).to_have_count(1)
    return [article.get_attribute("data-task") or "" for article in run.locator("article").all()]


def card(page: Page, task_id: str) -> Locator:
    """A task."""
    return page.locator(f'article[data-task="{task_id}"]')


def reaches(page: Page, task_id: str, state: str) -> Locator:
    """The task's card, once it is in a state."""
    article = card(page, task_id)
    expect(article).to_have_attribute("data-state", state, timeout=SLOWLY)
    return article


def finished(page: Page, task_id: str) -> Locator:
    """The card of a task, once it has succeeded."""
    return reaches(page, task_id, "succeeded")


def picture_of(page: Page, task_id: str, prompt: str) -> Locator:
    """The image of a finished task, once its pixels are loaded."""
    image = finished(page, task_id).get_by_role("img", name=prompt, exact=True)
    expect(image).to_be_visible()
    expect(image).to_have_attribute("alt", prompt)
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    return image


def details_of(page: Page, task_id: str) -> Locator:
    """The open details of a failed or unconfirmed task."""
    page.get_by_role("button", name=f"About #{task_id}", exact=True).click()
    dialog = page.locator(f"#details-{task_id}")
    expect(dialog).to_be_visible()
    return dialog


def errors(page: Page) -> Locator:
    """Where the composer says what is wrong with it."""
    return page.locator("#composer-errors")


def references(page: Page) -> Locator:
    """The references in the composer that are uploaded, not those still uploading."""
    return page.locator("#references [data-reference]")


# ------------------------------------------------------------------ files
def png(colour: str = "#2f7d6e", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small image."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def upload(name: str, content: bytes, mime: str = "image/png") -> dict[str, Any]:
    """A file for a file field."""
    return {"name": name, "mimeType": mime, "buffer": content}


def choose_files(page: Page, files: dict[str, Any] | list[dict[str, Any]] | Path) -> None:
    """Choose files with “Add image”, through the browser's own file chooser."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add image").click()
    chooser.value.set_files(files)
