"""The stage: a real studio, a real Chromium, and an eye on everything that a page may not do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import pages, tour
from tests.browser.servers import ROOT, Studio
from tests.browser.watching import Watch
from tests.scripted_service import ScriptedService, reset_after_request, task

HERE = Path(__file__).parent
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
LOOKS_OFTEN = {"TRACKER_POLL_SECONDS": "0.2", "TRACKER_MAX_POLL_SECONDS": "0.2"}
# A machine that renders images meanwhile is slow; nothing here waits longer than it has to.
expect.set_options(timeout=20_000)

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """What the studios of a failed test wrote stands in its report."""
    report = (yield).get_result()
    if report.failed:
        for thing in getattr(item, "funcargs", {}).values():
            studio = thing.studio if isinstance(thing, Scripted) else thing
            if isinstance(studio, Studio):
                report.sections.append((f"log of the studio at {studio.url}", studio.tail()))


# ------------------------------------------------------------------ the browser
@pytest.fixture(scope="session")
def base_url() -> None:
    """No one address: each studio has its own. (pytest-base-url's fixture of this name warns on pytest 9.)"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], browser_name: str) -> dict[str, Any]:
    """The Chromium of the machine, quiet; without one, Playwright's own."""
    if browser_name != "chromium":
        return browser_type_launch_args
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    args = ["--no-sandbox", "--no-first-run", "--disable-quic", *quiet]
    own = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return {**browser_type_launch_args, "args": args, **({"executable_path": own} if own else {})}


@pytest.fixture
def watch(new_context: Callable[..., Any]) -> Iterator[Watch]:
    """Fails the test for what a page may not do. After `new_context`, so that pages are still open at the end."""
    watch = Watch()
    yield watch
    watch.settle()
    assert not watch.problems, "\n".join(watch.problems)


@pytest.fixture
def open_page(new_context: Callable[..., Any], watch: Watch) -> OpenPage:
    """A new browser (its own cookies and drafts) with one page at the studio: `open_page(studio, locale="th")`."""

    def open_one(studio: Studio, path: str | None = "/", **options: Any) -> Page:
        context = new_context(base_url=studio.url, **options)
        watch.follow(context, studio.url)
        page: Page = context.new_page()
        if path is not None:
            page.goto(path)
        return page

    return open_one


# ------------------------------------------------------------------ studios
@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A folder with an empty database and the static files, for others to begin with."""
    studio = Studio(tmp_path_factory.mktemp("prepared"))
    studio.prepare()
    return studio


@pytest.fixture
def new_studio(prepared: Studio, tmp_path: Path) -> Iterator[Studio]:
    """A whole studio that nobody has signed up to, for one test."""
    with Studio(tmp_path / "studio") as studio:
        studio.prepare_like(prepared)
        studio.start("up")
        studio.wait_until_open("tracker", "renderer")
        yield studio


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The real thing from nothing, as `make run` starts it; shared by most tests."""
    with Studio(tmp_path_factory.mktemp("studio")) as studio:
        studio.start("up")
        studio.wait_until_open("tracker", "renderer")
        yield studio
        assert studio.stop("up") == 0, studio.tail()


@pytest.fixture(scope="session")
def session(studio: Studio, browser: Browser) -> dict[str, Any]:
    """The cookies of the person who founded the shared studio."""
    return found(studio, browser)


@pytest.fixture
def page(open_page: OpenPage, studio: Studio, session: dict[str, Any]) -> Page:
    """The shared studio's page, signed in; the draft is empty."""
    return open_page(studio, storage_state=session)


class Scripted:
    """A studio that uses a service which does as the test says. Its tracker looks often."""

    key = "sk-" + "a1B2c3D4" * 4

    def __init__(self, studio: Studio, service: ScriptedService) -> None:
        self.studio, self.service = studio, service

    def lose_the_answer(self, page: Page, prompt: str) -> str:
        """Submit, and let the service reset the connection once it has read the request and charged for it.

        The id of the unconfirmed task.
        """
        self.service.on_create(reset_after_request())
        (unconfirmed,) = pages.generate(page, prompt)
        pages.reaches(page, unconfirmed, "unconfirmed")
        return unconfirmed

    def start_tracker(self) -> None:
        self.studio.start("track")
        self.studio.wait_until_open("tracker")

    def stop_tracker(self) -> None:
        self.studio.stop("track")


@pytest.fixture(scope="session")
def _scripted(prepared: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripted]:
    folder = tmp_path_factory.mktemp("scripted")
    with (
        ScriptedService() as service,
        Studio(
            folder, OMNI_API_URL=service.url, TRACKER_POLL_SECONDS="0.2", TRACKER_MAX_POLL_SECONDS="0.2"
        ) as studio,
    ):
        studio.prepare_like(prepared)
        studio.start("web")
        studio.wait_until_open()
        yield Scripted(studio, service)


@pytest.fixture(scope="session")
def _scripted_session(_scripted: Scripted, browser: Browser) -> dict[str, Any]:
    return found(_scripted.studio, browser)


@pytest.fixture
def scripted(_scripted: Scripted, _scripted_session: dict[str, Any]) -> Scripted:
    """The studio with the scripted service and one person, its tracker at work."""
    _scripted.service.rejected_keys.clear()
    _scripted.service.on_get(then=task(3))
    if not _scripted.studio.runs("track"):
        _scripted.start_tracker()
    return _scripted


@pytest.fixture
def scripted_page(scripted: Scripted, open_page: OpenPage, _scripted_session: dict[str, Any]) -> Page:
    """The page of its only person, who has a key that the service takes."""
    page = open_page(scripted.studio, storage_state=_scripted_session)
    if page.get_by_role("button", name="Generate", exact=True).is_disabled() or page.locator("#notice .note").count():
        pages.enter_key(page, scripted.key)
        page.goto("/")
    return page


def found(studio: Studio, browser: Browser) -> dict[str, Any]:
    """Make the studio's first account; the cookies of its session."""
    context = browser.new_context(base_url=studio.url)
    pages.sign_up(context.new_page())
    cookies = context.storage_state()["cookies"]
    context.close()
    return {"cookies": cookies, "origins": []}


# ------------------------------------------------------------------ a full record
@pytest.fixture(scope="session")
def gallery(prepared: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose team has three hundred items."""
    with Studio(tmp_path_factory.mktemp("gallery")) as studio:
        studio.prepare_like(prepared)
        seed = ["manage.py", "seed_demo", "--tasks", "300", "--plain", "--password", tour.PASSWORD, "-v0"]
        command = [sys.executable, *seed]
        subprocess.run(command, cwd=ROOT, env=studio.environment, check=True, stdout=subprocess.DEVNULL)
        studio.start("web")
        studio.wait_until_open()
        yield studio


@pytest.fixture
def as_person(gallery: Studio, open_page: OpenPage) -> Callable[..., Page]:
    """A browser of its own in which one of the team is signed in: `as_person(OWNER, locale="th")`."""

    def sign_in(email: str, **options: Any) -> Page:
        page = open_page(gallery, None, **options)
        tour.sign_in(page, email)
        return page

    return sign_in


@pytest.fixture
def studio_page(as_person: Callable[..., Page]) -> Page:
    """The studio of somebody with many results, on a page that remembers whether it was loaded anew."""
    page = as_person(tour.OWNER)
    page.goto("/")
    page.wait_for_load_state()
    page.evaluate("() => { window.isTheSame = true; }")
    return page
