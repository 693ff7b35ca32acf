"""From an empty studio to the first image."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage, Scripted
from tests.browser.servers import Studio


def test_the_first_visitor_creates_an_account_and_sees_an_image(new_studio: Studio, open_page: OpenPage) -> None:
    page = open_page(new_studio)
    page.get_by_label("Email", exact=True).fill(pages.EMAIL)
    page.get_by_label("Password", exact=True).fill("1234567890")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("This password is too common.")).to_be_visible()
    expect(page.get_by_label("Email", exact=True)).to_have_value(pages.EMAIL)

    pages.sign_up(page)
    expect(page).to_have_title(re.compile("^Studio"))
    steps = page.get_by_role("heading", name="Three steps to your first image")
    expect(steps).to_be_visible()
    # What a submission costs is known before there was one: the built-in service's prices are settings.
    summary = page.locator("#summary")
    expect(summary).to_have_text("1 image, 15 credits")
    pages.option(page, "Model", pages.VIDEO).check()
    expect(summary).to_have_text("1 video, 60 credits")
    pages.option(page, "Variations", "4").check()
    expect(summary).to_have_text("4 videos, 240 credits")
    pages.option(page, "Variations", "1").check()

    # An idea fills the composer and sends nothing.
    page.get_by_role("button", name="Faceted celadon vase").click()
    prompt = "Faceted celadon vase on a round plinth, catalogue photograph"
    expect(pages.prompt_box(page)).to_have_value(prompt)
    expect(pages.option(page, "Model", pages.OTHER_IMAGE)).to_be_checked()
    expect(pages.option(page, "Aspect ratio", "3:4")).to_be_checked()
    expect(page.locator("article")).to_have_count(0)

    pages.generate_button(page).click()
    (task,) = pages.tasks_of(page, prompt)
    expect(steps).to_be_hidden()
    image = pages.picture_of(page, task, prompt)
    # It is seen, and not only there: large, in its shape, all of its card.
    inner, outer = image.bounding_box(), pages.card(page, task).bounding_box()
    assert inner == outer
    assert inner is not None
    assert inner["width"] > 200
    assert abs(inner["width"] / inner["height"] - 3 / 4) < 0.01

    expect(summary).to_contain_text("1 image, 15 credits")
    expect(summary).to_contain_text("15 spent this month")
    pages.option(page, "Variations", "3").check()
    expect(summary).to_contain_text("3 images, 45 credits")
    page.reload()
    expect(summary).to_contain_text("3 images, 45 credits")


def test_after_the_first_account_sign_up_is_closed(scripted: Scripted, open_page: OpenPage) -> None:
    page = open_page(scripted.studio, "/auth/signup/")
    expect(page.get_by_role("heading", name="Sign-up is closed")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_count(0)


@pytest.mark.parametrize(("path", "name"), {"/": "Studio", "/account/": "Account", "/open-api/": "Open API"}.items())
def test_the_pages_have_the_names_that_everybody_knows(page: Page, path: str, name: str) -> None:
    page.goto(path)
    expect(page).to_have_title(re.compile(f"^{name}"))
    expect(page.get_by_role("heading", level=1, name=name, exact=True)).to_be_visible()
