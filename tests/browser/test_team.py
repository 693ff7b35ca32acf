"""Three browsers: an owner invites a member and a viewer; a stranger of the same studio sees nothing of theirs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import OpenPage
from tests.browser.servers import Studio
from tests.browser.watching import Watch


def invite(page: Page, role: str) -> str:
    """Make a link for somebody; the address that it has."""
    page.goto("/team/")
    page.locator("#invitations select[name=role]").select_option(label=role)
    page.get_by_role("button", name="Invite", exact=True).click()
    link = page.locator("#new-link")
    expect(link).to_be_visible()
    return link.inner_text()


def join(page: Page, link: str, email: str) -> None:
    """Make an account by a link, and join."""
    page.goto(link)
    page.get_by_role("link", name="Create account").click()
    page.get_by_label("Email", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(pages.PASSWORD)
    page.get_by_role("button", name="Create account").click()
    if (joins := page.get_by_role("button", name="Join the team")).count():
        joins.click()
    expect(page.get_by_role("navigation", name="Main", exact=True)).to_be_visible()


def status(page: Page, method: str, url: str, **form: str) -> int:
    """What the session of a browser gets at an address."""
    page.goto("/account/")
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    headers = {"X-CSRFToken": token, "Referer": page.url}
    request = page.request.get(url) if method == "GET" else page.request.post(url, form=form, headers=headers)
    return request.status


@pytest.fixture
def items(new_studio: Studio, open_page: OpenPage) -> tuple[Page, str, str]:
    """The owner's page with a team, an item that is shared with it, and a private one."""
    owner = open_page(new_studio, path=None)
    pages.sign_up(owner)
    owner.goto("/team/")
    owner.get_by_label("Name", exact=True).fill("Atelier")
    owner.get_by_role("button", name="Create team").click()
    expect(owner.get_by_role("heading", name="Invitations")).to_be_visible()
    owner.goto("/")
    shared, private = pages.generate(owner, "a shared pot")[0], pages.generate(owner, "a private pot")[0]
    pages.finished(owner, shared)
    pages.finished(owner, private)
    owner.goto(f"/t/{shared}/")
    owner.locator("#item-share").click()
    expect(owner.locator("#toasts")).to_contain_text("is shared with Atelier")
    return owner, shared, private


def test_each_sees_exactly_what_they_should(
    items: tuple[Page, str, str], new_studio: Studio, open_page: OpenPage, watch: Watch
) -> None:
    watch.expects(410)  # the link that was used
    owner, shared, private = items
    member, viewer = open_page(new_studio, path=None), open_page(new_studio, path=None)
    member_link, viewer_link = invite(owner, "Member"), invite(owner, "Viewer")
    join(member, member_link, "member@example.com")
    join(viewer, viewer_link, "viewer@example.com")
    team = re.search(r"/gallery/(\d+)/", _team_gallery(member))
    assert team
    for page in (member, viewer):
        page.goto(f"/gallery/{team[1]}/")
        expect(page.locator("#grid .tile")).to_have_count(1)
        page.goto(f"/gallery/{team[1]}/?q=private")
        expect(page.get_by_role("heading", name="No match")).to_be_visible()
        page.goto(f"/t/{shared}/")
        expect(page.locator("#item-prompt")).to_have_text("a shared pot")
        expect(page.locator("#item-next, #item-prev")).to_have_count(0)
        expect(page.get_by_role("button", name="Delete", exact=True)).to_have_count(0)
        page.goto(f"/history/team/{team[1]}/")
        expect(page.locator(".prompt-row__text")).to_have_text(["a shared pot"])
        for url in (f"/t/{private}/", f"/media/{private}/file/", f"/media/{private}/thumbnail/"):
            assert status(page, "GET", url) == 404, url
        assert status(page, "POST", "/download/", ids=private) == 404
        assert status(page, "POST", f"/t/{shared}/delete/") == 404
        assert status(page, "POST", f"/t/{private}/favourite/", liked="1") == 404
    member.goto(f"/t/{shared}/")
    expect(member.get_by_role("textbox", name=re.compile("[Cc]omment"))).to_be_visible()
    viewer.goto(f"/t/{shared}/")
    expect(viewer.get_by_role("textbox", name=re.compile("[Cc]omment"))).to_have_count(0)
    # The link let one person in: the next one is told so.
    late = open_page(new_studio, path=None)
    late.goto(member_link)
    expect(late.get_by_role("link", name="Create account")).to_have_count(0)
    # Once unshared, it is gone for both.
    owner.goto(f"/t/{shared}/")
    owner.locator("#item-share").click()
    expect(owner.locator("#toasts")).to_contain_text("is no longer shared")
    for page in (member, viewer):
        assert status(page, "GET", f"/t/{shared}/") == 404
        page.goto(f"/history/team/{team[1]}/")
        expect(page.locator(".prompt-row")).to_have_count(0)


def _team_gallery(page: Page) -> str:
    page.goto("/gallery/")
    return page.get_by_role("link", name="Atelier").first.get_attribute("href") or ""


def test_a_stranger_gets_404_everywhere(
    items: tuple[Page, str, str], new_studio: Studio, open_page: OpenPage
) -> None:
    owner, shared, private = items
    # Somebody of another team in the same studio: let in, and out of this team again.
    stranger = open_page(new_studio, path=None)
    join(stranger, invite(owner, "Member"), "stranger@example.com")
    team = re.search(r"/gallery/(\d+)/", _team_gallery(stranger))
    assert team
    stranger.goto(f"/t/{shared}/")
    media = stranger.locator(".stage img").first.get_attribute("src") or ""
    stranger.goto("/team/")
    stranger.locator("#leave summary").click()
    stranger.get_by_role("button", name="Leave the team").click()
    expect(stranger.locator("#toasts, .note").first).to_be_visible()
    stranger.goto("/gallery/")
    expect(stranger.get_by_role("link", name="Atelier")).to_have_count(0)
    prompt = re.search(r"/history/([\w-]{22})/", owner.content())
    urls = [f"/gallery/{team[1]}/", f"/history/team/{team[1]}/", f"/t/{shared}/", f"/t/{shared}/panel/", media]
    urls += [f"/media/{shared}/{which}/" for which in ("file", "thumbnail")] + [f"/t/{private}/"]
    urls += [f"/gallery/page/?scope=team:{team[1]}", f"/history/export.csv?scope=team:{team[1]}"]
    urls += [f"/history/{prompt[1]}/"] if prompt else []
    for url in urls:
        assert status(stranger, "GET", url) == 404, url
    assert status(stranger, "POST", "/download/", ids=shared) == 404
    stranger.goto("/gallery/?q=pot")
    expect(stranger.locator("#grid .tile")).to_have_count(0)
    assert status(stranger, "GET", f"/compare/?ids={shared}") == 404
