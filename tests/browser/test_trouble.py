"""A locked database and a full disk, as a person meets them: said where they look, and what they typed stays."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, found
from tests.browser.servers import Studio
from tests.browser.watching import Watch
from tests.conftest import picture

# SQLite waits 20 s for a lock before it says so.
AFTER_THE_WAIT = 30_000
BUSY = "The database is busy. Nothing was saved. Try again in a moment."
PROMPT = "a vase of ศิลาดล, 晨光"


@pytest.fixture(scope="module")
def troubled(prepared: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(tmp_path_factory.mktemp("troubled")) as studio:
        studio.prepare_like(prepared)
        studio.start("web")
        studio.wait_until_open()
        yield studio


@pytest.fixture(scope="module")
def session(troubled: Studio, browser: Browser) -> dict:
    return found(troubled, browser)


@pytest.fixture(autouse=True)
def _trouble_is_expected(watch: Watch) -> None:
    watch.expects(503)


@contextmanager
def locked(studio: Studio) -> Iterator[None]:
    with closing(sqlite3.connect(studio.folder / "omnistudio.sqlite3", isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        (folder / "filler").write_bytes(b"x" * 64 * 1024)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_locked_database_is_reported_in_the_composer(troubled: Studio, session: dict, open_page: OpenPage) -> None:
    page = open_page(troubled, storage_state=session)
    pages.compose(page, PROMPT)
    with locked(troubled):
        pages.generate_button(page).click()
        expect(page.locator("#composer-errors")).to_contain_text(BUSY, timeout=AFTER_THE_WAIT)
        expect(page.locator("#toasts .toast")).to_have_count(0)
    expect(pages.prompt_box(page)).to_have_value(PROMPT)
    pages.generate_button(page).click()
    pages.tasks_of(page, PROMPT)


def test_without_scripts_the_text_is_in_the_page_that_comes_back(
    troubled: Studio, session: dict, open_page: OpenPage
) -> None:
    page = open_page(troubled, storage_state=session, java_script_enabled=False)
    pages.prompt_box(page).fill(PROMPT)
    with locked(troubled):
        pages.generate_button(page).click(timeout=AFTER_THE_WAIT)
        expect(page.get_by_text(BUSY)).to_be_visible(timeout=AFTER_THE_WAIT)
    expect(pages.prompt_box(page)).to_have_value(PROMPT)


def test_any_other_action_under_a_lock_is_a_toast_or_a_page_to_try_again(
    troubled: Studio, session: dict, open_page: OpenPage
) -> None:
    page = open_page(troubled, storage_state=session)
    page.goto("/account/")
    name = page.locator("input[name=name]")
    name.fill("Nok of the river")
    with locked(troubled):
        name.press("Enter")
        expect(page.get_by_role("heading", name="Not possible at the moment")).to_be_visible(timeout=AFTER_THE_WAIT)
        expect(page.get_by_role("textbox", name="What you typed")).to_have_value("Nok of the river")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("input[name=name]")).to_have_value("Nok of the river")


def test_a_full_disk_is_reported_in_the_composer(troubled: Studio, session: dict, open_page: OpenPage) -> None:
    page = open_page(troubled, storage_state=session)
    with full_disk(troubled.folder / "media"):
        content = picture(size=(900, 900))
        page.locator("#files").set_input_files({"name": "vase.png", "mimeType": "image/png", "buffer": content})
        expect(page.locator("#composer-errors")).to_contain_text("vase.png: The studio’s disk is full.")


def test_the_right_password_under_a_lock_is_not_too_many_tries(
    troubled: Studio, session: dict, open_page: OpenPage
) -> None:
    page: Page = open_page(troubled)
    with locked(troubled):
        pages.sign_in(page)
        expect(page.get_by_text(BUSY)).to_be_visible(timeout=AFTER_THE_WAIT)
    expect(page.get_by_label("Email", exact=True)).to_have_value(pages.EMAIL)
    pages.sign_in(page)
    expect(page.get_by_role("heading", name="Studio", exact=True)).to_be_visible()
