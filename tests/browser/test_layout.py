"""Every page fits every width, and nothing jumps while a task goes through its states."""

from __future__ import annotations

import asyncio
import threading

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted
from tests.scripted_service import Behaviour, Exchange, ok, task

SIZES = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844), "small phone": (360, 740)}
TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > room + 1)
        .map((e) => e.outerHTML.slice(0, 120));
}"""
IS_ON_TOP = """element => {
    const box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return element.contains(top);
}"""
WATCH_SHIFTS = """() => {
    window.shifts = [];
    const told = (node) => node?.outerHTML?.slice(0, 160) ?? node?.nodeName ?? "gone";
    const note = (list) => {
        for (const entry of list) if (!entry.hadRecentInput)
            window.shifts.push([entry.value, ...entry.sources.map((source) => told(source.node))]);
    };
    const observer = new PerformanceObserver((list) => note(list.getEntries()));
    observer.observe({ type: "layout-shift" });
    window.shiftsSoFar = () => { note(observer.takeRecords()); return window.shifts; };
}"""


@pytest.fixture
def long_words(scripted: Scripted, scripted_page: Page) -> str:
    """Something in the feed that is hard to break."""
    prompt = "Donaudampfschifffahrtselektrizitäten" * 8 + " กรุงเทพมหานครอมรรัตนโกสินทร์มหินทรายุธยา" * 4
    if not pages.runs(scripted_page, prompt).count():
        for made in pages.generate(scripted_page, prompt, variations=4, ratio="9:16"):
            pages.finished(scripted_page, made)
    return prompt


@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits(
    scripted: Scripted, scripted_page: Page, open_page: OpenPage, long_words: str, size: str
) -> None:
    width, height = SIZES[size]
    page = scripted_page
    page.set_viewport_size({"width": width, "height": height})
    gate = open_page(scripted.studio, viewport={"width": width, "height": height})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto("/")
        expect(pages.generate_button(page)).to_be_in_viewport(ratio=1)
        assert pages.generate_button(page).evaluate(IS_ON_TOP)
        expect(pages.runs(page, long_words)).to_have_count(1)
        assert page.evaluate(TOO_WIDE) == []
        pages.prompt_box(page).fill(long_words)
        assert page.evaluate(TOO_WIDE) == []
        pages.prompt_box(page).fill("")
        for path in ("/account/", "/account/?replace", "/open-api/"):
            page.goto(path)
            assert page.evaluate(TOO_WIDE) == []
        gate.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(gate.get_by_role("button", name="Sign in")).to_be_in_viewport(ratio=1)
        assert gate.evaluate(TOO_WIDE) == []


def gated(behaviour: Behaviour, gate: threading.Event) -> Behaviour:
    """`behaviour`, once the gate is open."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read()
        await asyncio.to_thread(gate.wait, 30)
        await behaviour(exchange)

    return behave


@pytest.mark.parametrize("width", [1440, 390])
def test_a_card_does_not_jump_from_waiting_to_done(scripted: Scripted, scripted_page: Page, width: int) -> None:
    page, prompt, service = scripted_page, f"still water, {width}", scripted.service
    page.set_viewport_size({"width": width, "height": 900})
    gate = threading.Event()
    service.on_create(gated(ok(), gate))
    service.on_get(then=task(1))
    page.goto("/")
    pages.compose(page, prompt, ratio="3:2")
    pages.generate_button(page).click()
    (moving,) = pages.tasks_of(page, prompt)
    boxes = {"new": pages.card(page, moving).bounding_box()}
    page.evaluate(WATCH_SHIFTS)
    boxes["sending"] = pages.reaches(page, moving, "sending").bounding_box()
    gate.set()
    boxes["queued"] = pages.reaches(page, moving, "queued").bounding_box()
    service.on_get(then=task(2))
    boxes["running"] = pages.reaches(page, moving, "running").bounding_box()
    service.on_get(then=task(3))
    pages.picture_of(page, moving, prompt)
    boxes["succeeded"] = pages.card(page, moving).bounding_box()
    expect(page.locator("#live")).to_be_empty()
    assert len({tuple(box.items()) for box in boxes.values() if box}) == 1, boxes
    shifts = page.evaluate("window.shiftsSoFar()")
    assert not shifts, "\n".join(map(str, shifts))
