"""A tour of the whole studio: every page, and every state of it that looks or reads another way.

The accessibility checker, the markup checker and the test of widths all take it, so a page that is added here is
looked at by each of them. It needs a studio with the demo record (`seed_demo`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.servers import Studio

PASSWORD = "a quiet gallery by the river"
OWNER, VIEWER = "nok@demo.example", "chen@demo.example"
Act = Callable[[Page], Any]


@dataclass(frozen=True)
class TourPage:
    """One page in one state. `path` may name a thing of the record: `/t/{video}/`; `act` leads to the state."""

    name: str
    path: str
    act: Act | None = None
    signed_in: bool = True
    statuses: tuple[int, ...] = ()  # bad answers that belong to it


def sign_in(page: Page, email: str = OWNER) -> None:
    """Sign one of the demo's people in."""
    page.goto("/auth/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("form.auth__main button").last.click()
    expect(page.locator("#composer")).to_be_visible()
    page.wait_for_load_state()  # before its scripts have run a click on a button of htmx follows the plain link


def click(*selectors: str, then: str = "") -> Act:
    """Click one thing after the other; wait until `then` is in sight."""

    def act(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).first.click()
        if then:
            expect(page.locator(then).first).to_be_visible()

    return act


def result_menu(*selectors: str, then: str = "#tile-menu") -> Act:
    """Open the menu of the first result of the feed or list, and press one of its entries."""

    def act(page: Page) -> None:
        page.locator("[data-results] .tile__open").first.focus()  # a list's results have their strip then
        more = page.locator("[data-results] .tile__btn--more").first
        more.focus()
        more.press("Enter")
        click(*selectors, then=then)(page)

    return act


def fill(**fields: str) -> Act:
    """Fill fields by their ids, and send the form of the last one as it is, without the browser's own checks."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"#{name}").fill(value)
        page.locator(f"form:has(#{list(fields)[-1]})").first.evaluate(
            "form => (form.noValidate = true, form.requestSubmit())"
        )
        expect(page.locator(".field__error, [role=alert]").first).to_be_visible()

    return act


def select(count: int, *clicks: str, then: str = "") -> Act:
    """Select items in a gallery, and continue in the bar that appears."""

    def act(page: Page) -> None:
        if page.locator("#selected").is_visible():  # an earlier page at this address: its selection was restored
            page.locator("#select").click()
        page.locator("#select").click()
        for place in range(count):
            page.locator("#grid .tile:not([hidden])").nth(place).click()
        pages.expect_selected(page, count)
        click(*clicks, then=then)(page)

    return act


def unfolded(page: Page) -> None:
    """Everything that an item loads on demand has loaded."""
    for fold in page.locator(".uses__collect > summary, .fold > summary").all():
        fold.click()
    expect(page.locator("#collection-choices")).to_be_visible()


PAGES = (
    TourPage("studio", "/"),
    TourPage(
        "studio: details of a failure", "/", click("#feed [popovertarget^=details]", then=".dialog:popover-open")
    ),
    TourPage("studio: a reference by its address", "/", click("#toggle-url", then="#reference-url")),
    TourPage("studio: nothing written", "/", fill(prompt=""), statuses=(422,)),
    TourPage("studio: earlier item", "/?before=40"),
    TourPage("studio: the menu of a result", "/", result_menu()),
    TourPage("studio: into a collection", "/", result_menu("[data-collect]", then="#aside #collection-name")),
    TourPage("studio: public links", "/", result_menu("[data-links]", then="#aside #share-links")),
    TourPage("studio: an item in place", "/", click("#feed .tile__open", then="#lightbox #item")),
    TourPage("studio: filled from a result", "/", click("#feed [value=edit]", then="#from")),
    TourPage("gallery", "/gallery/"),
    TourPage("gallery: no match", "/gallery/?q=zeppelin"),
    TourPage("gallery: filters", "/gallery/?kind=video&status=nonsense"),
    TourPage("gallery: more filters", "/gallery/", click("[popovertarget=more-filters]", then="#more-filters")),
    TourPage("gallery: selection", "/gallery/", select(3)),
    TourPage(
        "gallery: selection, share",
        "/gallery/",
        select(2, ".bulk__share > summary", then=".bulk__share .confirm__ask"),
    ),
    TourPage(
        "gallery: selection, collect",
        "/gallery/",
        select(2, "#bulk details:not(.bulk__share) > summary", then="#collection-choices"),
    ),
    TourPage("gallery: deleted, with a way back", "/gallery/", select(1, "#bulk .btn--bad", then="#toasts form")),
    TourPage(
        "gallery: collected, with a way back",
        "/gallery/",
        lambda page: (
            select(2, "#bulk details:not(.bulk__share) > summary", then="#collection-name")(page),
            page.locator("#collection-name").fill("On tour"),
            click("#collection-choices button", then="#toasts form")(page),
            click("#toasts form button")(page),  # and back, so that a tour leaves nothing behind
            expect(page.locator("#toasts")).to_contain_text("The new collection was deleted."),
        ),
    ),
    TourPage("gallery: the menu of a result", "/gallery/", result_menu()),
    TourPage("gallery: an item in place", "/gallery/", click("#grid .tile__open", then="#lightbox #item")),
    TourPage(
        "gallery: an item in place, its keys",
        "/gallery/",
        lambda page: (click("#grid .tile__open", then="#lightbox #item")(page), page.keyboard.press("?")),
    ),
    TourPage("team gallery", "/gallery/{team}/"),
    TourPage(
        "team gallery: stop sharing what others made",
        "/gallery/{team}/",
        select(12, "#bulk [formaction$='take-back/']", then="#bulk-question"),
    ),
    TourPage("favourites", "/gallery/favourites/"),
    TourPage("trash", "/gallery/trash/"),
    TourPage("trash: selection", "/gallery/trash/", select(1)),
    TourPage("item: image", "/t/{image}/", unfolded),
    TourPage("item: video", "/t/{video}/", unfolded),
    TourPage("item: failed", "/t/{failed}/"),
    TourPage("item: unconfirmed", "/t/{unconfirmed}/"),
    TourPage("item: somebody else's", "/t/{theirs}/"),
    TourPage(
        "item: comment without words",
        "/t/{shared}/",
        click("#item-comment-send", then=".comments__write .field__error"),
        statuses=(422,),
    ),
    TourPage("item: no such", "/t/99999999/", statuses=(404,)),
    TourPage("links of an item", "/t/{image}/links/"),
    TourPage("history", "/history/"),
    TourPage("history of a team", "/history/team/{team}/?sort=most"),
    TourPage("history: no match", "/history/?q=zeppelin&sort=nonsense"),
    TourPage(
        "history: remixes", "/history/team/{team}/?q=a", click("[data-expands]", then=".lineage ins, .lineage li")
    ),
    TourPage("a prompt", "/history/{prompt}/"),
    TourPage("a prompt: delete", "/history/{prompt}/delete/"),
    TourPage("studio: a remix", "/?from={image}&as=remix"),
    TourPage("presets", "/presets/"),
    TourPage("a new preset", "/presets/new/"),
    TourPage("compare", "/compare/?ids={image}&ids={image2}"),
    TourPage("compare: nothing chosen", "/compare/"),
    TourPage("collections", "/collections/"),
    TourPage("collections: a new one", "/collections/", click("details.confirm > summary", then=".collection-new")),
    TourPage("collection", "/collections/{collection}/"),
    TourPage("collection: the menu of a result", "/collections/{collection}/", result_menu()),
    TourPage("history: an item in place", "/history/", click("a[data-opens]", then="#lightbox #item")),
    TourPage(
        "collection: rename", "/collections/{collection}/", click("details.confirm > summary", then=".collection-new")
    ),
    TourPage("links of a collection", "/collections/{collection}/links/"),
    TourPage("teams", "/team/?all"),
    TourPage("team", "/team/{team}/"),
    TourPage("team: public links", "/team/{team}/links/"),
    TourPage("team: leave", "/team/{team}/", click(".confirm > summary", then=".confirm__ask")),
    TourPage("account", "/account/"),
    TourPage("account: replace the key", "/account/?replace"),
    TourPage("account: a bad key", "/account/?replace", fill(id_key="nonsense"), statuses=(422,)),
    TourPage("change password", "/auth/password/change/"),
    TourPage("sessions", "/auth/sessions/"),
    TourPage("confirm that it is you", "/auth/reauthenticate/"),
    TourPage("sign out", "/auth/logout/"),
    TourPage("open api", "/open-api/"),
    TourPage("help", "/help/"),
    TourPage("help over a page", "/gallery/", click("#help-link", then="#aside .help")),
    TourPage("language over a page", "/", click(".bar__tool + .bar__tool", then="#aside .menu")),
    TourPage("not there", "/no-such-page/", statuses=(404,)),
    TourPage("sign in", "/auth/login/", signed_in=False),
    # Of nobody: the tours of one hour would keep somebody else out of their account.
    TourPage(
        "sign in: wrong", "/auth/login/", fill(id_login="nobody@demo.example", id_password="wrong"), signed_in=False
    ),
    TourPage("sign in: password shown", "/auth/login/", click(".password__show"), signed_in=False),
    TourPage("sign up: closed", "/auth/signup/", signed_in=False),
    TourPage("forgot the password", "/auth/password/reset/", signed_in=False),
    TourPage("language", "/language/", signed_in=False),
    TourPage("no network", "/offline/", signed_in=False),
    TourPage("an account that is closed", "/auth/inactive/", signed_in=False),
    TourPage("an invitation that is none", "/join/nonsense/", signed_in=False, statuses=(404,)),
    TourPage("open api, for anybody", "/open-api/", signed_in=False),
    TourPage("a shared item", "{shared_item}", signed_in=False),
    TourPage("a shared collection", "{shared_collection}", signed_in=False),
    TourPage("a shared item with a password", "{locked}", signed_in=False),
    TourPage("a link that no longer works", "/s/nonsense/", signed_in=False, statuses=(404,)),
)
FRAGMENTS = {
    # name: (path, what a page has around it)
    "help": ("/help/panel/?of=gallery", "<div>{}</div>"),
    "language": ("/language/panel/", "<div>{}</div>"),
    "earlier runs": ("/earlier/?before=40", "<div>{}</div>"),
    "summary": ("/summary/?model=gpt-image-2&variations=2", "<div>{}</div>"),
    "next tiles": ("/gallery/page/?scope=mine&before={image}", "<ul>{}</ul>"),
    "panel of an item": ("/t/{video}/panel/?scope=mine", "<main>{}</main>"),
    "collection choices": ("/collections/choices/", "<form>{}</form>"),
    "links of an item": ("/t/{image}/links/", "<main>{}</main>"),
    "all that is new in the feed": ("/poll/?after=1&card={image}.0&pace=2", "<main>{}</main>"),
}


def tour_names(page: Page) -> dict[str, str]:
    """The ids and addresses of this studio that paths of the tour name."""

    def first(path: str, pattern: str) -> list[str]:
        return re.findall(pattern, page.request.get(path).text())

    item_id, found = r'data-item="(\d+)"', {}
    found["image"], found["image2"] = first("/gallery/?kind=image&ratio=tall", item_id)[
        -2:
    ]  # the newest is deleted meanwhile
    found["video"] = first("/gallery/?kind=video&ratio=tall", item_id)[-1]
    for state in ("failed", "unconfirmed"):  # one filter finds both
        found[state] = first("/gallery/?status=failed", rf'data-item="(\d+)"[^>]* data-state="{state}"')[-1]
    found["team"] = first("/gallery/", r"/gallery/(\d+)/")[0]
    page_of_team = page.request.get(f"/gallery/{found['team']}/").text()
    mine = set(first("/gallery/", item_id))
    found["theirs"] = next(pk for pk in re.findall(item_id, page_of_team) if pk not in mine)
    found["shared"] = found["theirs"]
    found["prompt"] = first("/history/", r'id="prompt-row-([\w-]+)"')[0]
    # Other tests have made empty ones.
    collections = first("/collections/", r"/collections/(\d+)/")
    found["collection"] = next(pk for pk in collections if first(f"/collections/{pk}/", item_id))
    found["shared_item"] = link(page, f"/t/{found['image']}/links/")
    found["locked"] = link(page, f"/t/{found['image']}/links/", password="open sesame")
    found["shared_collection"] = link(page, f"/collections/{found['collection']}/links/")
    return found


def link(page: Page, path: str, password: str = "") -> str:
    """Create a public link; return its path."""
    page.goto(path)
    if not page.locator("#id_password").is_visible():
        page.locator(".share-links__reveal > summary").click()
    page.locator("#id_password").fill(password)
    page.locator(".share-links__new button").click()
    made = page.locator(".share-link.is-new code")
    expect(made).to_be_visible()
    address = re.search(r"/s/[\w-]+/", made.inner_text())
    assert address
    return address[0]


def walk(studio: Studio, inside: Page, outside: Page, found: dict[str, str]) -> Iterator[tuple[TourPage, Page]]:
    """Open every page of the tour in turn; a new visit undoes what the action before changed."""
    for tour_page in PAGES:
        page = inside if tour_page.signed_in else outside
        page.goto(f"{studio.url}{tour_page.path.format(**found)}")
        if tour_page.act:
            tour_page.act(page)
        yield tour_page, page
