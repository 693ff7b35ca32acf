"""Each role at every URL: what they get, what they change, and what they read. The table is in routes.py."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.conftest import read
from tests.security.conftest import browser_of
from tests.security.route import VISITORS, Route
from tests.security.routes import ROUTES
from tests.security.world import SECRET_PROMPT, SECRET_WORDS, World, everything, make_world

pytestmark = pytest.mark.django_db  # each test inside the transaction that holds the world


class _Undo(Exception):
    pass


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Made once: each look is undone, so that the next one finds everything as it was."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        try:
            with transaction.atomic():
                yield make_world()
                raise _Undo
        except _Undo:
            pass


@pytest.fixture(autouse=True)
def _media_of_its_own():
    """Not a folder for each test: the world's files are there for all."""


@pytest.fixture(autouse=True)
def _no_service(settings):
    settings.OMNI_API_URL = "http://127.0.0.1:9"


def _no_nul(execute, sql, params, many, context):
    """What PostgreSQL refuses is an error on SQLite as well, so that every run of the tests finds it."""
    for value in chain.from_iterable(params) if many else params or ():
        if isinstance(value, str) and "\x00" in value:
            raise DataError(f"a NUL in a value: {sql[:300]}")
    return execute(sql, params, many, context)


@contextmanager
def undone():
    """Whatever is changed inside is as it was afterwards."""
    try:
        with transaction.atomic(), connection.execute_wrapper(_no_nul):
            yield
            raise _Undo
    except _Undo:
        pass


def patterns(resolver: URLResolver | None = None, names: tuple[str, ...] = ()):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, (*names, entry.app_name or ""))
        elif isinstance(entry, URLPattern) and "admin" not in names:
            yield entry


def address(world: World, route: Route) -> str:
    kwargs = {name: world.fill(value) if isinstance(value, str) else value for name, value in route.kwargs.items()}
    try:
        path = reverse(route.name, kwargs=kwargs)
    except NoReverseMatch:
        path = reverse(route.name, args=list(kwargs.values()))
    return path + world.fill(route.query)


def ask(browser: Client, world: World, route: Route) -> Any:
    path = address(world, route)
    if route.method == "GET":
        return browser.get(path)
    data = route.data() if callable(route.data) else world.fill(route.data)
    return browser.post(path, data)


def kind_of(response: Any) -> str:
    """The letter of an answer, without what it changed."""
    location = response.headers.get("Location", "") + response.headers.get("HX-Redirect", "")
    match response.status_code:
        case 404:
            return "n"
        case 401:
            return "u"
        case 422:
            return "i"
        case status if location.startswith("/auth/login/"):
            return "l"
        case status if status < 400:
            return "o"
    return str(response.status_code)


def test_every_url_is_classified():
    there = {entry.name for entry in patterns() if entry.name}
    assert there - {route.name for route in ROUTES} == set(), "add them to tests/security/routes.py"
    assert {route.name for route in ROUTES} - there == set(), "these are gone"


def test_every_url_with_a_method_of_its_own_has_a_line_for_it(world):
    """A URL whose view takes POST must be walked with POST."""
    posted = {route.name for route in ROUTES if route.method == "POST"}
    unwalked = set()
    for route in ROUTES:
        if route.method == "GET" and route.name not in posted:
            with undone():
                response = browser_of(world.people["owner"]).post(address(world, route))
                read(response)
            if response.status_code != 405:
                unwalked.add(route.name)
    # These answer a form with the page, or do to one's own session what they say.
    assert unwalked <= {
        *("account_login", "account_logout", "account_reauthenticate", "usersessions_list"),
        *("account_reset_password", "account_reset_password_from_key", "account_confirm_login_code"),
        *("account_inactive", "api_unknown"),
    }


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_each_role_gets_the_expected_answer(world, route):
    before = everything()
    for who, expected in zip(VISITORS, route.expected, strict=True):
        with undone():
            browser = browser_of(world.people[who]) if who != "anonymous" else Client()
            response = ask(browser, world, route)
            content = read(response)
            said = kind_of(response)
            changed = everything() != before
        allowed = {"x": "o"}.get(expected, expected)
        assert said == allowed, f"{who} got {response.status_code} {response.headers.get('Location', '')}"
        if expected not in "o" or route.method == "GET":
            assert not changed, f"{who} changed something"
        else:
            assert changed, f"{who} changed nothing: the walk does not test what it means to"
        if who != "owner" and not route.name.startswith("shared"):
            assert SECRET_PROMPT.encode() not in content, who
            assert SECRET_WORDS.encode() not in content, who
        if expected in "nl":
            assert b"@studio.example" not in content.replace(world_email(world, who), b""), who


def world_email(world: World, who: str) -> bytes:
    """One's own address may stand on a page."""
    return world.people[who].email.encode() if who in world.people else b"\0"


POSTED = [route for route in ROUTES if route.method == "POST" and not route.name.startswith("api_")]


@pytest.mark.parametrize("route", POSTED, ids=str)
def test_no_form_works_from_another_site(world, route):
    """Without the token, and with an Origin that is not ours."""
    before = everything()
    with undone():
        browser = browser_of(world.people["owner"], enforce_csrf_checks=True)
        assert ask(browser, world, route).status_code == 403
        assert everything() == before


@pytest.mark.parametrize("route", POSTED, ids=str)
def test_a_get_changes_nothing(world, route):
    """A link, an image or a prefetch is a GET: it must not do what the form does."""
    before = everything()
    with undone():
        read(browser_of(world.people["owner"]).get(address(world, route)))
        assert everything() == before


ADMIN = next(entry for entry in get_resolver().url_patterns if getattr(entry, "app_name", "") == "admin")


def admin_paths(resolver: URLResolver, prefix: str = "/admin/"):
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern).replace("<path:object_id>", "1").replace("<path:content_type_id>", "1")
        if isinstance(entry, URLResolver):
            yield from admin_paths(entry, path)
        elif not str(entry.pattern).startswith(("^", "(")):
            yield path


@pytest.mark.parametrize("path", sorted(set(admin_paths(ADMIN))))
def test_the_administration_is_for_administrators(world, path):
    for who in ("owner", "stranger", "anonymous"):
        with undone():
            browser = browser_of(world.people[who]) if who != "anonymous" else Client()
            answers = [browser.get(path), browser.post(path, {"post": "yes"})]
        for response in answers:
            at_sign_in = path in ("/admin/login/", "/admin/logout/") and response.status_code in (200, 302, 403, 405)
            sent_away = response.status_code == 302 and "/login/" in response.headers["Location"]
            assert at_sign_in or sent_away or response.status_code == 403, (who, response.status_code)
