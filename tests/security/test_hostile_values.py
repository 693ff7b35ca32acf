"""Every address and every field with what no column holds and what takes long: no error page, and no long wait.

On PostgreSQL: DATABASE_URL=postgres://… pytest tests/security/test_hostile_values.py. Random words: test_fuzz.py.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.cache import cache
from django.db import DataError, connection
from django.http import QueryDict
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from omnistudio.accounts.models import User
from tests.conftest import read
from tests.security.conftest import browser_of
from tests.security.route import Route
from tests.security.routes import ROUTES
from tests.security.test_every_url import ADMIN, _media_of_its_own, _no_service, address, admin_paths, undone, world
from tests.security.world import World

__all__ = ["_media_of_its_own", "_no_service", "world"]  # the fixtures: one world for all
pytestmark = pytest.mark.django_db

SECONDS = 2.0
# Beyond 32 bits, beyond 64 bits, and one with a fraction that is beyond 32, as undo sends the places of a collection.
NUMBERS = ["2147483648", "9223372036854775808", "1.2147483648"]
# Half a megabyte each: marks that belong above and below a letter in turn, all of the one before all of the other,
# and a vowel that is two marks. To put them into their order takes Python minutes.
MARKS = ["a" + "\u0301\u0323" * 125_000, "a" + "\u0301" * 125_000 + "\u0323" * 125_000, "\u0f73" * 166_000]
# As they stand in an address, where what is no UTF-8 can be written: half of a character; bytes that are none.
ESCAPED = ["1%00", "%ED%A0%80", "%FF%FE"]
# What a query may carry on any page; the page's own come on top.
NAMES = ["q", "before", "after", "card", "ids", "scope", "from", "month", "person", "model", "since", "until", "kind",
         "status", "ratio", "next", "seen", "invited", "notice", "pace", "liked", "download", "prompt", "work", "as",
         "references", "deleted", "combinations", "language", "of", "comments", "sort", "starred",
         "variations"]  # fmt: skip
# What a form may carry; as above.
FIELDS = ["ids", "next", "scope", "from", "team", "name", "filters", "after", "parent", "places", "teams", "cover",
          "look", "how", "references", "submission", "confirmed", "reference_url", "q", "digest", "v:subject", "url",
          "task", "text", "collection", "password", "expires", "days", "email"]  # fmt: skip
PAGES = sorted({route.name: route for route in ROUTES if route.method == "GET"}.values(), key=str)
FORMS = sorted({route.name: route for route in ROUTES if route.method == "POST"}.values(), key=str)
NAMED = sorted({route.name: route for route in ROUTES if route.kwargs}.values(), key=str)


class Visitor:
    """A browser in which a person of the world is signed in; each look is undone, in the browser as well."""

    def __init__(self, person: User) -> None:
        self._session = browser_of(person).cookies.output(header="", sep=";")

    def asks(
        self,
        method: str,
        path: str,
        data: Any = None,
        about: object = None,
        kind: str = MULTIPART_CONTENT,
        **options: Any,
    ) -> None:
        """The answer is no error and took little CPU time, measured in this thread, as others may run too."""
        browser = Client(**options)
        browser.cookies.load(self._session)
        cache.clear()
        with undone():  # an error of PostgreSQL would else end the transaction that holds the world
            started = time.thread_time()
            response = browser.get(path) if method == "GET" else browser.post(path, data, kind)
            read(response)
            took = time.thread_time() - started
        about = about or (path[:200], data)
        assert response.status_code < 500, about
        assert took < SECONDS, (about, took)


@pytest.fixture
def visitor(world: World) -> Visitor:
    return Visitor(world.people["owner"])


def own_fields(route: Route, world: World) -> dict[str, Any]:
    return {name: value for name, value in world.fill(route.data).items() if isinstance(value, str | int)}


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.name)
def test_no_value_of_a_field_is_an_error(world: World, visitor: Visitor, route: Route) -> None:
    """All fields with the value at once; then each field of the form alone, as a first error may hide the rest."""
    path, own = address(world, route), own_fields(route, world)
    empty = dict.fromkeys(FIELDS, "")
    for value in [*NUMBERS, "a\x00b"]:
        visitor.asks("POST", path, dict.fromkeys({**empty, **own}, value))
        for name in {*own, "from"}:
            visitor.asks("POST", path, {**own, name: value})
    places = [f"{world.names['extra']}.{NUMBERS[1]}", f"{NUMBERS[1]}.1"]
    visitor.asks("POST", path, {**own, "places": places, "teams": places, "cover": NUMBERS[1]})


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.name)
def test_no_text_of_a_field_takes_long(world: World, visitor: Visitor, route: Route) -> None:
    """Also as the name of a field; and as many numbers as fit into a form."""
    path, own = address(world, route), own_fields(route, world)
    for text in MARKS:
        visitor.asks("POST", path, dict.fromkeys(own or ["ids"], text), "in all fields")
    for name in sorted(own):
        visitor.asks("POST", path, {**own, name: MARKS[1]}, name)
    named = urlencode({**own, f"v:{MARKS[1]}": "x"})
    visitor.asks("POST", path, named, "the name of a field", "application/x-www-form-urlencoded")
    numbers = {"ids": ",".join(map(str, range(350_000))), "places": ["1.1"] * 19_000}
    visitor.asks("POST", path, {**own, **numbers}, "very many numbers")


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_no_value_of_a_query_is_an_error(world: World, visitor: Visitor, route: Route) -> None:
    path, _mark, query = address(world, route).partition("?")
    own = QueryDict(query).dict()
    values = [*NUMBERS, *ESCAPED, f"team:{NUMBERS[1]}", f"collection:{NUMBERS[1]}", quote(MARKS[1][124_000:126_000])]
    for value in values:
        for kept in {str(own): own, "{}": {}}.values():
            query = "&".join(f"{name}={kept.get(name, value)}" for name in {**dict.fromkeys(NAMES), **own})
            visitor.asks("GET", f"{path}?{query}")
    for name in ("from", "before", "after", "prompt", "page"):
        visitor.asks("GET", f"{path}?{name}={NUMBERS[1]}")


@pytest.mark.parametrize("route", NAMED, ids=lambda route: route.name)
def test_no_part_of_an_address_is_an_error(world: World, visitor: Visitor, route: Route) -> None:
    path = address(world, route).partition("?")[0]
    for part in {str(world.fill(value) if isinstance(value, str) else value) for value in route.kwargs.values()}:
        before, after = path.rsplit(part, 1)
        for value in [*NUMBERS, "9" * 18, *ESCAPED]:
            visitor.asks(route.method, f"{before}{value}{after}")


@pytest.mark.parametrize("name", ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME",
                                  "BROWSER_COOKIE_NAME", "LINK_COOKIE_NAME", "MESSAGES_COOKIE_NAME"])  # fmt: skip
def test_no_cookie_is_an_error(world: World, settings, name: str) -> None:
    """In quotation marks a cookie can say any character, as in `"\\000"`."""
    for value in ['"\\000"', '"a\\000b"', '"\\355\\240\\200"', "9" * 4000]:
        for path in ("/auth/login/", "/poll/", f"/s/{world.names['locked_token']}/unlock/"):
            for method in ("get", "post"):
                browser = Client(headers={"Cookie": f"{getattr(settings, name)}={value}"})
                cache.clear()
                with undone():
                    response = getattr(browser, method)(path, {"password": "x", "login": "a@example.com"})
                assert response.status_code < 500, (value, path, method)
                told = response.wsgi_request.COOKIES.values()
                assert all(text.isprintable() for text in told), "what PostgreSQL refuses is looked up nowhere"


@pytest.mark.parametrize("path", sorted(set(admin_paths(ADMIN))))
def test_no_value_in_the_administration_is_an_error(world: World, path: str) -> None:
    if path in ("/admin/logout/", "/admin/login/"):
        return
    visitor = Visitor(User.objects.create_superuser("boss@studio.example", "x"))
    for value in [NUMBERS[1], "1%00", "%ED%A0%80"]:
        asked = path.replace("/1/", f"/{value}/")
        visitor.asks("POST", asked, {"name": "x", "action": "delete_selected", "_selected_action": "9" * 20})
        for name in ("q", "p", "id__exact") if asked == path else ("q",):
            visitor.asks("GET", f"{asked}?{name}={value}")


@pytest.mark.parametrize("header", ["User-Agent", "Accept-Language", "X-Forwarded-For", "X-Request-ID", "Referer",
                                    "HX-Current-URL", "Range", "If-None-Match", "If-Range", "Origin"])  # fmt: skip
def test_no_header_is_an_error(world: World, visitor: Visitor, settings, header: str) -> None:
    settings.TRUSTED_PROXIES = 1
    typed = {"login": "owner@studio.example", "password": "correct horse battery"}
    for value in ("a\x00b", "bytes=99999999999999999999-", "th-" * 1300, "["):
        for path in ("/", f"/media/{world.names['private']}/file/"):
            visitor.asks("GET", path, about=(value, path), headers={header: value})
        visitor.asks("POST", "/auth/login/", typed, value, headers={header: value})


def test_databases_refuse_the_hostile_values() -> None:
    """Else it would prove nothing: a NUL is an error for PostgreSQL, and a number of 65 bits for both."""
    assert connection.vendor in ("sqlite", "postgresql")
    with pytest.raises(Exception), undone():  # noqa: B017 (each database has its own)
        User.objects.raw("SELECT * FROM accounts_user WHERE id = %s", [2**63])[0]
    with pytest.raises(DataError), undone():
        User.objects.filter(email="a\x00b").exists()
