"""Any words anywhere: in each field of each form, and in each address, nothing is an error page.

The API: test_fuzz_api.py.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from tests.conftest import read
from tests.security.conftest import QUICK, browser_of
from tests.security.route import Route
from tests.security.routes import ROUTES
from tests.security.test_every_url import _media_of_its_own, _no_service, address, undone, world
from tests.security.world import World

__all__ = ["_media_of_its_own", "_no_service", "world"]  # the fixtures: one world for all
pytestmark = pytest.mark.django_db

ANY = st.one_of(
    st.text(max_size=60),
    st.integers().map(str),
    st.sampled_from(
        ["", " ", "\x00", "\ud800".encode("utf-8", "replace").decode(), "9" * 5000, "-1", "1e309", "NaN", "null",
         "x" * 100_000, "\u202e", "a\r\nb", "{{7*7}}", "%s%n", "../../x", "' OR 1=1 --", "[]", "٣", "1,2,,a"]
    ),
)  # fmt: skip
# What the few that are drawn may miss: no number though its digits say so, one too long to read, one too large for a
# database, no text, a quotation mark that ends a piece of a query.
TELLING = ["²", "9" * 5000, "9" * 20, "\x00", "it's"]
FORMS = sorted({route.name: route for route in ROUTES if route.method == "POST"}.values(), key=str)


def fields_of(route: Route, world: World) -> dict[str, Any]:
    """What the form of a route has, and fields that another one has."""
    data = world.fill(route.data)
    return {"ids": "1", "next": "/", "scope": "mine", "from": "1", "team": "", "name": "x", **data}


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.name)
def test_any_words_in_any_form_are_no_error(world, route):
    owner = world.people["owner"]

    @given(data=st.data())
    @bounds(max_examples=8, **QUICK)
    def send(data):
        cache.clear()
        fields = fields_of(route, world)
        for name in data.draw(st.sets(st.sampled_from(sorted(fields)), min_size=1)):
            fields[name] = data.draw(ANY)
        htmx = {"HX-Request": "true"} if data.draw(st.booleans()) else {}
        with undone():
            browser = browser_of(owner)
            response = browser.post(address(world, route), fields, headers=htmx)
            read(response)
        assert response.status_code in (200, 204, 302, 400, 401, 404, 413, 422, 429), response.status_code

    send()
    own = {name for name, value in world.fill(route.data).items() if isinstance(value, str | int)}
    for name, value in itertools.product(sorted({*own, "ids"}), TELLING):
        cache.clear()
        with undone():
            response = browser_of(owner).post(address(world, route), {**fields_of(route, world), name: value})
            read(response)
        assert response.status_code < 500, (name, value[:20])


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.name)
def test_a_form_without_anything_in_it_is_no_error(world, route):
    with undone():
        for browser in (browser_of(world.people["owner"]), Client()):
            response = browser.post(address(world, route), {})
            read(response)
            assert response.status_code < 500


PAGES = sorted({route.name: route for route in ROUTES if route.method == "GET"}.values(), key=str)


@pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
def test_any_words_in_any_address_are_no_error(world, route):
    owner = world.people["owner"]
    names = ["q", "before", "after", "card", "ids", "scope", "from", "month", "person", "model", "since", "until",
             "kind", "status", "ratio", "next", "seen", "invited", "notice", "pace", "liked", "download"]  # fmt: skip

    @given(query=st.dictionaries(st.sampled_from(names), st.lists(ANY, max_size=3), max_size=5))
    @bounds(max_examples=8, **QUICK)
    def look(query):
        with undone():
            response = browser_of(owner).get(address(world, route).partition("?")[0], query)
            read(response)
        assert response.status_code < 500

    look()
    path, _mark, query = address(world, route).partition("?")
    own = QueryDict(query).dict()
    for value in TELLING:
        for asked in (dict.fromkeys(names, value), {**dict.fromkeys(names, value), **own}):
            with undone():
                response = browser_of(owner).get(path, asked)
                read(response)
            assert response.status_code < 500, value[:20]
