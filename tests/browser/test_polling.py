"""The poll of a page with very many cards, and of one whose answers stay away."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from omnistudio.studio.feed.polling import cards_of
from tests.browser import pages
from tests.browser.conftest import OpenPage, found
from tests.browser.servers import ROOT, Studio
from tests.browser.watching import Watch

RUNS_A_PAGE = 12
# What gunicorn takes of a request line where nobody has told it otherwise.
REQUEST_LINE = 4094
UNFINISHED = "document.querySelectorAll('#feed [data-unfinished]').length"
IN_SIGHT = """() => [...document.querySelectorAll('[data-unfinished]')].filter(card => {
    const { bottom, top } = card.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
}).map(card => Number(card.dataset.task))"""
NOT_UPDATING = "Not updating. Retrying automatically…"

_ADD = """
import django; django.setup()
from omnistudio.accounts.models import User
from omnistudio.gallery.models import Prompt, Run, Task
from omnistudio.studio.services import Submission, submit
owner, cards = User.objects.get(), int(sys.argv[1])
Task.objects.all().delete(); Run.objects.all().delete()
submit(owner, Submission("a crowd", "gpt-image-2", "1:1", 1))
prompt = Prompt.objects.get(text="a crowd")
Task.objects.all().delete(); Run.objects.all().delete()
runs = [Run.objects.create(owner=owner) for _ in range(12)]
columns = dict(owner=owner, prompt=prompt, model_id="gpt-image-2", kind="image", aspect_ratio="1:1")
Task.objects.bulk_create([Task(**columns, run=runs[n % 12], status="running", revision=3) for n in range(cards)])
"""
_END = """
import django; django.setup()
from django.db.models import F
from omnistudio.gallery.models import Task
each = int(sys.argv[1])
ids = [pk for n, pk in enumerate(Task.objects.order_by("pk").values_list("pk", flat=True)) if n % each == 0]
Task.objects.filter(pk__in=ids).update(status="failed", reason="refused", revision=F("revision") + 1)
"""


def _in(studio: Studio, script: str, *arguments: str) -> None:
    """Change the studio's record from outside, as its tracker does."""
    environment = {**studio.environment, "DJANGO_SETTINGS_MODULE": "omnistudio.settings"}
    subprocess.run([sys.executable, "-c", f"import sys\n{script}", *arguments], cwd=ROOT, env=environment, check=True)


@pytest.fixture(scope="module")
def crowd(prepared: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio without a tracker."""
    folder: Path = tmp_path_factory.mktemp("crowd")
    with Studio(folder) as studio:
        studio.prepare_like(prepared)
        studio.start("web")
        studio.wait_until_open()
        yield studio


@pytest.fixture(scope="module")
def person(crowd: Studio, browser: Browser) -> dict[str, Any]:
    return found(crowd, browser)


@pytest.mark.parametrize(("cards", "each"), [(400, 1), (2000, 50)])
def test_each_of_very_many_cards_gets_its_news(
    crowd: Studio, person: dict[str, Any], open_page: OpenPage, cards: int, each: int
) -> None:
    """All of 400 end at once; 40 of 2,000, from the first to the last."""
    _in(crowd, _ADD, str(cards))
    page = open_page(crowd, storage_state=person)
    assert page.evaluate(UNFINISHED) == cards
    lines: list[int] = []
    page.on("request", lambda request: lines.append(len(request.url)) if "/poll/" in request.url else None)
    with page.expect_response("**/poll/**") as poll:
        pass
    assert poll.value.status in (200, 204)
    _in(crowd, _END, str(each))
    pages.comes_true(page, f"{UNFINISHED} === {cards - cards // each}", within=90)
    assert 0 < max(lines) < REQUEST_LINE - 200


def test_a_card_in_sight_is_named_each_time(crowd: Studio, person: dict[str, Any], open_page: OpenPage) -> None:
    _in(crowd, _ADD, "2000")
    page = open_page(crowd, storage_state=person)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/poll/" in request.url else None)
    last = page.locator("#feed [data-unfinished]").last
    last.scroll_into_view_if_needed()
    seen = page.evaluate(IN_SIGHT)
    asked.clear()
    pages.until(page, lambda: len(asked) >= 3, lambda: None)
    named = [cards_of([parse_qs(urlsplit(url).query)["card"][0]]) for url in asked[:3]]
    assert seen
    assert all(set(seen) <= set(cards) for cards in named)
    assert named[0] != named[1] != named[2]


@pytest.mark.parametrize("how", ["refused", "offline"])
def test_a_failed_poll_is_reported_and_retried_automatically(
    crowd: Studio, person: dict[str, Any], open_page: OpenPage, watch: Watch, how: str
) -> None:
    _in(crowd, _ADD, "3")
    page = open_page(crowd, storage_state=person)
    said = page.locator("#toasts").get_by_text(NOT_UPDATING)
    if how == "refused":
        watch.expects(414)
        page.route("**/poll/**", lambda route: route.fulfill(status=414, body="Request Line is too large"))
    else:
        watch.expects_to_be_offline()
        page.context.set_offline(True)
    expect(said).to_be_visible(timeout=20_000)
    expect(page.locator("#toasts .toast")).to_have_count(1)
    page.wait_for_timeout(12_000)
    expect(said).to_be_visible()
    expect(page.locator("#toasts").get_by_role("link", name="Reload")).to_be_visible()
    page.unroute_all()
    page.context.set_offline(False)
    _in(crowd, _END, "1")
    expect(said).to_have_count(0)
    pages.comes_true(page, f"{UNFINISHED} === 0")


def test_a_search_after_a_lost_session_goes_through_sign_in(
    crowd: Studio, person: dict[str, Any], open_page: OpenPage
) -> None:
    words = "เครื่องเคลือบสีเขียว" * 15
    page: Page = open_page(crowd, None)
    page.goto("/")
    address = page.evaluate("words => `/gallery/?${new URLSearchParams({ q: words })}`", words)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    pages.sign_in(page)
    page.wait_for_url("**/gallery/?q=*")
    expect(page.locator("#q")).to_have_value(words)
