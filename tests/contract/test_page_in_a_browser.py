"""The page `/open-api/` in a real browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import Key
from omnistudio.openapi_server.services import credits

pytestmark = [
    pytest.mark.browser,
    # pytest-playwright's own fixtures, which a newer pytest frowns upon.
    pytest.mark.filterwarnings("ignore:Session-scoped fixtures defined as instance methods"),
]

EMAIL, PASSWORD = "nok@example.com", "correct horse battery"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session", autouse=True)
def _beside_a_loop() -> Iterator[None]:
    """Playwright keeps a loop in this thread, and Django's ORM asks whether that is meant."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = {"executable_path": path} if (path := shutil.which("chromium")) else {}
    return {**browser_type_launch_args, **chromium, "args": FLAGS}


@pytest.fixture
def nok(transactional_db: None) -> User:
    user = User.objects.create_user(EMAIL, PASSWORD, is_staff=True)
    for number in range(1, 13):
        credits.grant(user, number, f"grant {number}")
    return user


@pytest.fixture
def here(page: Page, context: BrowserContext, server: str, nok: User) -> Page:
    """The page, signed in."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server}/auth/login/?next=/open-api/")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Open API")
    return page


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_a_key_is_made_copied_and_not_shown_again(here: Page) -> None:
    here.get_by_role("textbox", name="Name").fill("Render farm")
    here.get_by_role("button", name="Create key").click()
    expect(here.get_by_role("status").filter(has_text="“Render farm” is ready.")).to_be_visible()
    here.get_by_role("button", name="Copy key").click()
    expect(here.locator("[data-copy=new-key]")).to_have_text("Copied")
    assert re.fullmatch(r"sk-[A-Za-z0-9]{32}", clipboard(here))
    here.reload()
    expect(here.get_by_text("Render farm")).to_be_visible()
    expect(here.locator("#new-key")).to_have_count(0)
    assert Key.objects.count() == 1


def test_a_command_is_copied_as_it_stands(here: Page, server: str) -> None:
    button = here.locator("[data-copy=code-query]")
    button.click()
    expect(button).to_have_text("Copied")
    expect(button).to_have_text("Copy")
    assert clipboard(here).startswith(f"curl {server}/api/v1/tasks/abcdef123456 \\\n  -H ")


def test_the_ledger_is_leafed_through_without_leaving_the_page(here: Page) -> None:
    ledger = here.locator("#ledger")
    expect(ledger.get_by_text("grant 12")).to_be_visible()
    ledger.get_by_role("link", name="Earlier entries").click()
    expect(ledger.get_by_text("grant 2", exact=True)).to_be_visible()
    expect(here).to_have_url(re.compile(r"\?before=\d+"))
    here.go_back()
    expect(here.locator("#ledger").get_by_text("grant 12")).to_be_visible()


def test_a_key_is_revoked_after_asking(here: Page) -> None:
    here.get_by_role("textbox", name="Name").fill("Figma plugin")
    here.get_by_role("button", name="Create key").click()
    here.get_by_role("link", name="Revoke “Figma plugin”").click()
    here.get_by_role("button", name="Revoke key").click()
    expect(here.locator("#toasts")).to_contain_text("“Figma plugin” was revoked.")
    expect(here.get_by_role("cell", name="Figma plugin")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_everybody_can_use_it(here: Page, width: int, theme: Any) -> None:
    here.set_viewport_size({"width": width, "height": 900})
    here.emulate_media(color_scheme=theme, reduced_motion="reduce")
    here.get_by_role("textbox", name="Name").fill("Render farm")
    here.get_by_role("button", name="Create key").click()
    expect(here.locator("#new-key")).to_be_visible()
    assert here.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(here)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_it_works_without_scripts(here: Page) -> None:
    expect(here.locator("[data-copy=code-query]")).to_be_hidden()
    here.get_by_role("textbox", name="Name").fill("Render farm")
    here.get_by_role("button", name="Create key").click()
    expect(here.locator("#new-key")).to_be_visible()
    here.get_by_text("New key").click()
    expect(here.get_by_role("textbox", name="Name")).to_be_visible()
