"""Two people of a team in two browsers: what an owner takes out, roles, whose a new collection is, public links."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage
from tests.browser.servers import Studio
from tests.browser.tour import OWNER, link

MAYA = "maya@demo.example"
TEAM = "Atelier Srisai"
AsPerson = Callable[..., Page]


def tiles(page: Page) -> Locator:
    return page.locator("#grid .tile:not([hidden])")


def team_gallery(page: Page) -> str:
    page.goto("/gallery/")
    path = page.get_by_role("link", name=TEAM).first.get_attribute("href") or ""
    page.goto(path)
    expect(tiles(page).first).to_be_visible()
    return path


def select(page: Page, count: int) -> list[str]:
    page.get_by_role("button", name="Select", exact=True).click()
    tiles(page).nth(0).click()
    if count > 1:
        tiles(page).nth(count - 1).click(modifiers=["Shift"])
    pages.expect_selected(page, count)
    return [str(tiles(page).nth(n).get_attribute("data-item")) for n in range(count)]


def test_an_owner_confirms_and_undoes_unsharing_items_of_others(as_person: AsPerson) -> None:
    page, maya = as_person(OWNER), as_person(MAYA)
    gallery = team_gallery(page)
    items = select(page, 40)
    stop = page.locator("#bulk").get_by_role("button", name="Stop sharing")
    question = page.locator("#bulk-question")

    # Enter on the button asks; Enter again is the safe answer, and so is Escape. The selection stays.
    stop.focus()
    for answer in ("Enter", "Escape"):
        page.keyboard.press("Enter")
        expect(question.get_by_role("heading")).to_have_text(re.compile(r"^Stop sharing 40 items by \d people\?$"))
        pages.holds_focus(question.get_by_role("button", name="Cancel"))
        page.keyboard.press(answer)
        expect(question).to_be_hidden()
        expect(stop).to_be_focused()
        pages.expect_selected(page, 40)
    assert maya.request.get(f"{gallery}?status=all").text().count("data-item=") == 60

    # Its own button does it, for everybody.
    page.keyboard.press("Enter")
    pages.holds_focus(question.get_by_role("button", name="Cancel"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("40 items are no longer shared.")
    expect(question).to_be_hidden()
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator(f"#item-{items[0]}")).to_be_hidden()
    pages.holds_focus(tiles(page).first.locator(".tile__open"))
    maya.goto(gallery)
    expect(maya.locator(f"#item-{items[0]}")).to_have_count(0)

    page.locator("#toasts").get_by_role("button", name="Undo").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("The sharing of 40 items is back as it was.")
    expect(page.locator(f"#item-{items[0]}")).to_be_visible()
    maya.goto(gallery)
    for item in (items[0], items[39]):
        expect(maya.locator(f"#item-{item}")).to_be_visible()


def test_the_question_without_javascript(as_person: AsPerson) -> None:
    page = as_person(OWNER, java_script_enabled=False)
    gallery = team_gallery(page)
    names = page.locator("#grid [name=ids]")
    numbers = [str(names.nth(n).get_attribute("value")) for n in range(30)]
    for n in range(30):
        names.nth(n).press("Space")
    page.locator("#bulk").get_by_role("button", name="Stop sharing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Stop sharing 30 items by \d people\?$"))
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile(re.escape(gallery) + "$"))
    expect(page.locator(f"#item-{numbers[0]}")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_role_changes_by_its_button_alone(as_person: AsPerson, scripts: bool) -> None:
    page, maya = as_person(OWNER, java_script_enabled=scripts), as_person(MAYA)

    def role() -> str:
        maya.goto("/team/")
        maya.goto(maya.url)
        return maya.locator("tr", has_text=MAYA).locator("td").nth(1).inner_text()

    page.goto("/team/")
    row = page.locator("tr", has_text=MAYA)
    choice = row.get_by_role("combobox", name="Role of Maya Okafor")
    expect(choice).to_have_value("member")
    choice.focus()
    page.keyboard.press("ArrowUp")
    expect(choice).to_have_value("owner")
    page.wait_for_timeout(500)
    assert role() == "Member", "an arrow key makes nobody an owner"
    page.reload()
    expect(choice).to_have_value("member")

    for wanted, name in (("viewer", "Viewer"), ("member", "Member")):
        choice.select_option(wanted)
        row.get_by_role("button", name="Change the role of Maya Okafor").press("Enter")
        expect(page.locator("#toasts")).to_contain_text(f"Maya Okafor has the role “{name}” now.")
        assert role() == name


def collect(page: Page) -> Locator:
    page.locator("#bulk details", has_text="Add to collection").locator("summary").click()
    name = page.locator("#collection-name")
    expect(name).to_be_visible()
    return name


def test_enter_in_the_name_of_a_collection_makes_it(as_person: AsPerson) -> None:
    page, maya = as_person(OWNER), as_person(MAYA)
    liked: list[str] = []
    page.on("request", lambda request: liked.append(request.url) if "/like/" in request.url else None)
    # In a team's gallery it is the team's, where nothing else is chosen.
    team_gallery(page)
    items = select(page, 3)
    name = collect(page)
    expect(page.get_by_label("Who can see the new collection").locator("option:checked")).to_have_text(TEAM)
    name.fill("For the spring book")
    name.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("3 items are in “For the spring book”.")
    expect(page.locator("#bulk")).to_be_hidden()
    maya.goto("/collections/")
    maya.get_by_role("link", name="For the spring book").first.click()
    for item in items:
        expect(maya.locator(f"[href*='/t/{item}/']").first).to_be_visible()

    # In one's own it is one's own.
    page.goto("/gallery/")
    select(page, 2)
    name = collect(page)
    expect(page.get_by_label("Who can see the new collection").locator("option:checked")).to_have_text("Only you")
    name.fill("Just mine")
    name.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 items are in “Just mine”.")
    maya.goto("/collections/")
    expect(maya.get_by_role("link", name="Just mine")).to_have_count(0)
    assert liked == []


def test_a_team_chosen_for_a_new_collection_leaves_its_name_in_sight(as_person: AsPerson) -> None:
    page = as_person(OWNER)
    page.goto("/gallery/")
    select(page, 1)
    name = collect(page)
    page.get_by_label("Who can see the new collection").select_option(label=TEAM)
    expect(name).to_be_visible()
    expect(page.get_by_label("Who can see the new collection")).to_be_visible()
    page.get_by_label("Collection", exact=True).select_option(index=1)
    expect(name).to_be_hidden()


def test_enter_on_a_checkbox_favourites_nothing(as_person: AsPerson) -> None:
    page = as_person(OWNER)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/gallery/")
    select(page, 2)
    page.locator("#grid [name=ids]").nth(0).press("Enter")
    page.wait_for_timeout(300)
    assert sent == []
    pages.expect_selected(page, 2)


def test_a_visit_to_a_public_link_counts_once_in_a_real_browser(
    as_person: AsPerson, open_page: OpenPage, gallery: Studio
) -> None:
    page = as_person(OWNER)
    page.goto("/gallery/?kind=image")
    number = str(tiles(page).nth(1).get_attribute("data-item"))
    path = link(page, f"/t/{number}/links/")
    for _ in range(3):  # a program that only fetches the page
        assert page.request.get(path, headers={"User-Agent": "Mozilla/5.0 (compatible; anything)"}).ok
    visitor = open_page(gallery, path=None)
    with visitor.expect_response(re.compile("/seen/")) as answer:
        visitor.goto(path)
    assert answer.value.status == 204
    visitor.reload()
    expect(visitor.locator(".shared__stage img")).to_be_visible()
    image = visitor.locator("meta[property='og:image']").get_attribute("content") or ""
    assert image.startswith(gallery.url)
    assert page.request.get(image, headers={"Cookie": ""}).headers["content-type"] == "image/webp"
    page.goto(f"/t/{number}/links/")
    expect(page.locator(".share-link", has_text=path)).to_contain_text("1 view")


def test_an_owner_ends_a_member_s_link_by_keyboard(as_person: AsPerson, open_page: OpenPage, gallery: Studio) -> None:
    maya, page = as_person(MAYA), as_person(OWNER)
    team_gallery(maya)
    maya.goto("/collections/")
    maya.locator(".owner-group", has_text=TEAM).get_by_role("link").first.click()
    path = link(maya, maya.url + "links/")
    page.goto("/team/")
    page.get_by_role("link", name="See all public links").press("Enter")
    row = page.locator(".share-link", has_text=path)
    expect(row).to_contain_text("by Maya Okafor")
    row.locator("summary").press("Enter")
    row.get_by_role("button", name="Revoke the link").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("The link was revoked. It no longer works.")
    expect(page.locator(".share-link", has_text=path)).to_have_count(0)
    visitor = open_page(gallery, path=None)
    assert visitor.request.get(path).status == 404


def test_a_link_copied_from_a_private_item_says_so(as_person: AsPerson) -> None:
    page = as_person(OWNER, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/gallery/?kind=image")
    page.goto(tiles(page).nth(2).locator(".tile__open").get_attribute("href") or "")
    alone = "it opens for you alone"
    share, copy = page.locator("#item-share"), page.locator("#item-copy-link")
    if share.get_attribute("aria-pressed") == "true":
        share.press("Enter")
        expect(share).to_have_attribute("aria-pressed", "false")
    copy.press("Enter")
    expect(page.locator("#toasts .toast").last).to_contain_text(alone)
    share.press("Enter")
    expect(share).to_have_attribute("aria-pressed", "true")
    copy.press("Enter")
    expect(page.locator("#toasts .toast").last).to_have_text("The link is copied.")
