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
class Stop:
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
    for fold in page.locator(".side__fold > summary").all():
        fold.click()
    expect(page.locator("#collection-choices")).to_be_visible()


STOPS = (
    Stop("studio", "/"),
    Stop("studio: details of a failure", "/", click("#feed [popovertarget^=details]", then=".dialog:popover-open")),
    Stop("studio: a reference by its address", "/", click("#toggle-url", then="#reference-url")),
    Stop("studio: nothing written", "/", fill(prompt=""), statuses=(422,)),
    Stop("studio: earlier item", "/?before=40"),
    Stop("gallery", "/gallery/"),
    Stop("gallery: no match", "/gallery/?q=zeppelin"),
    Stop("gallery: filters", "/gallery/?kind=video&status=nonsense"),
    Stop("gallery: more filters", "/gallery/", click("[popovertarget=more-filters]", then="#more-filters")),
    Stop("gallery: selection", "/gallery/", select(3)),
    Stop("gallery: selection, share", "/gallery/", select(2, ".bulk__share > summary", then=".bulk .confirm__ask")),
    Stop(
        "gallery: selection, collect",
        "/gallery/",
        select(2, "#bulk details:not(.bulk__share) > summary", then="#collection-choices"),
    ),
    Stop("gallery: deleted, with a way back", "/gallery/", select(1, "#bulk .btn--bad", then="#toasts form")),
    Stop("gallery: a work in place", "/gallery/", click("#grid .tile__open", then="#lightbox #item")),
    Stop(
        "gallery: a work in place, its keys",
        "/gallery/",
        lambda page: (click("#grid .tile__open", then="#lightbox #item")(page), page.keyboard.press("?")),
    ),
    Stop("team gallery", "/gallery/{team}/"),
    Stop(
        "team gallery: stop sharing what others made",
        "/gallery/{team}/",
        select(12, "#bulk [formaction$='take-back/']", then="#bulk-question"),
    ),
    Stop("favourites", "/gallery/favourites/"),
    Stop("trash", "/gallery/trash/"),
    Stop("item: image", "/t/{image}/", unfolded),
    Stop("item: video", "/t/{video}/", unfolded),
    Stop("item: failed", "/t/{failed}/"),
    Stop("item: unconfirmed", "/t/{unconfirmed}/"),
    Stop("item: somebody else's", "/t/{theirs}/"),
    Stop(
        "item: comment without words",
        "/t/{shared}/",
        click("#item-comment-send", then=".comments__write .field__error"),
        statuses=(422,),
    ),
    Stop("item: no such", "/t/99999999/", statuses=(404,)),
    Stop("links of an item", "/t/{image}/links/"),
    Stop("history", "/history/"),
    Stop("history of a team", "/history/team/{team}/?sort=most"),
    Stop("history: no match", "/history/?q=zeppelin&sort=nonsense"),
    Stop("history: remixes", "/history/team/{team}/?q=a", click("[data-expands]", then=".lineage ins, .lineage li")),
    Stop("a prompt", "/history/{prompt}/"),
    Stop("a prompt: delete", "/history/{prompt}/delete/"),
    Stop("studio: a remix", "/?from={image}&as=remix"),
    Stop("presets", "/presets/"),
    Stop("a new preset", "/presets/new/"),
    Stop("compare", "/compare/?ids={image}&ids={image2}"),
    Stop("compare: nothing chosen", "/compare/"),
    Stop("collections", "/collections/"),
    Stop("collections: a new one", "/collections/", click("details.confirm > summary", then=".collection-new")),
    Stop("collection", "/collections/{collection}/"),
    Stop(
        "collection: rename", "/collections/{collection}/", click("details.confirm > summary", then=".collection-new")
    ),
    Stop("links of a collection", "/collections/{collection}/links/"),
    Stop("teams", "/team/?all"),
    Stop("team", "/team/{team}/"),
    Stop("team: public links", "/team/{team}/links/"),
    Stop("team: leave", "/team/{team}/", click(".confirm > summary", then=".confirm__ask")),
    Stop("account", "/account/"),
    Stop("account: replace the key", "/account/?replace"),
    Stop("account: a bad key", "/account/?replace", fill(id_key="nonsense"), statuses=(422,)),
    Stop("change password", "/auth/password/change/"),
    Stop("sessions", "/auth/sessions/"),
    Stop("confirm that it is you", "/auth/reauthenticate/"),
    Stop("sign out", "/auth/logout/"),
    Stop("open api", "/open-api/"),
    Stop("help", "/help/"),
    Stop("help over a page", "/gallery/", click("#help-link", then="#aside .help")),
    Stop("language over a page", "/", click(".bar__tool + .bar__tool", then="#aside .menu")),
    Stop("not there", "/no-such-page/", statuses=(404,)),
    Stop("sign in", "/auth/login/", signed_in=False),
    # Of nobody: the tours of one hour would keep somebody else out of their account.
    Stop(
        "sign in: wrong", "/auth/login/", fill(id_login="nobody@demo.example", id_password="wrong"), signed_in=False
    ),
    Stop("sign up: closed", "/auth/signup/", signed_in=False),
    Stop("forgot the password", "/auth/password/reset/", signed_in=False),
    Stop("language", "/language/", signed_in=False),
    Stop("no network", "/offline/", signed_in=False),
    Stop("an account that is closed", "/auth/inactive/", signed_in=False),
    Stop("an invitation that is none", "/join/nonsense/", signed_in=False, statuses=(404,)),
    Stop("open api, for anybody", "/open-api/", signed_in=False),
    Stop("a shared item", "{shared_work}", signed_in=False),
    Stop("a shared collection", "{shared_collection}", signed_in=False),
    Stop("a shared work with a password", "{locked}", signed_in=False),
    Stop("a link that leads nowhere", "/s/nonsense/", signed_in=False, statuses=(404,)),
)
FRAGMENTS = {
    # name: (path, what a page has around it)
    "help": ("/help/panel/?of=gallery", "<div>{}</div>"),
    "language": ("/language/panel/", "<div>{}</div>"),
    "earlier item": ("/earlier/?before=40", "<div>{}</div>"),
    "summary": ("/summary/?model=gpt-image-2&variations=2", "<div>{}</div>"),
    "next tiles": ("/gallery/page/?scope=mine&before={image}", "<ul>{}</ul>"),
    "panel of an item": ("/t/{video}/panel/?scope=mine", "<main>{}</main>"),
    "collection choices": ("/collections/choices/", "<form>{}</form>"),
    "links of an item": ("/t/{image}/links/", "<main>{}</main>"),
    "all that is new in the feed": ("/poll/?after=1&card={image}.0&pace=2", "<main>{}</main>"),
}


def things(page: Page) -> dict[str, str]:
    """What the record of this studio has to show: the ids and addresses that stops name."""

    def first(path: str, pattern: str) -> list[str]:
        return re.findall(pattern, page.request.get(path).text())

    item, found = r'data-item="(\d+)"', {}
    found["image"], found["image2"] = first("/gallery/?kind=image&ratio=tall", item)[
        -2:
    ]  # the newest is deleted on the way
    found["video"] = first("/gallery/?kind=video&ratio=tall", item)[-1]
    for state in ("failed", "unconfirmed"):  # one filter finds both
        found[state] = first("/gallery/?status=failed", rf'data-item="(\d+)"[^>]* data-state="{state}"')[-1]
    found["team"] = first("/gallery/", r"/gallery/(\d+)/")[0]
    page_of_team = page.request.get(f"/gallery/{found['team']}/").text()
    mine = set(first("/gallery/", item))
    found["theirs"] = next(pk for pk in re.findall(item, page_of_team) if pk not in mine)
    found["shared"] = found["theirs"]
    found["prompt"] = first("/history/", r'id="prompt-row-([\w-]+)"')[0]
    found["collection"] = first("/collections/", r"/collections/(\d+)/")[0]
    found["shared_work"] = link(page, f"/t/{found['image']}/links/")
    found["locked"] = link(page, f"/t/{found['image']}/links/", password="open sesame")
    found["shared_collection"] = link(page, f"/collections/{found['collection']}/links/")
    return found


def link(page: Page, path: str, password: str = "") -> str:
    """Make a share link; the path that it leads to."""
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


def walk(studio: Studio, inside: Page, outside: Page, found: dict[str, str]) -> Iterator[tuple[Stop, Page]]:
    """Every stop in turn, with the page that is there; what an act has changed is undone by a new visit."""
    for stop in STOPS:
        page = inside if stop.signed_in else outside
        page.goto(f"{studio.url}{stop.path.format(**found)}")
        if stop.act:
            stop.act(page)
        yield stop, page
