"""What every answer carries, whoever gives it: a page, a fragment, a file, a redirect, an error, the API."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.conf import settings as site
from django.core.files.base import ContentFile
from django.test import Client

from omnistudio.gallery.models import Task
from omnistudio.gallery.share_links.services import make
from tests.conftest import picture, read

PAGE_CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "connect-src": "'self'",
}


@pytest.fixture
def item(owner, make_task) -> Task:
    """A finished item with a stored file."""
    task = make_task(status="succeeded", content_type="image/png", width=64, height=48, sha256="ab" * 32)
    task.file.save("a.png", ContentFile(picture()))
    return task


# name: (path, headers, the status that it has); `{…}` is filled in by the test.
ANSWERS = {
    "a page": ("/", {}, 200),
    "a fragment": ("/summary/", {"HX-Request": "true"}, 200),
    "nothing new": ("/poll/?pace=15&after=99999", {}, 204),
    "a page of the gallery": ("/gallery/", {}, 200),
    "a page with the key": ("/account/", {}, 200),
    "the administration": ("/admin/", {}, 302),
    "a file": ("/media/{item}/file/", {}, 200),
    "a piece of a file": ("/media/{item}/file/", {"Range": "bytes=0-9"}, 206),
    "a piece that is not there": ("/media/{item}/file/", {"Range": "bytes=99999999-"}, 416),
    "a file that is known": ("/media/{item}/file/", {"If-None-Match": '"{sum}-file"'}, 304),
    "a file that is not there": ("/media/{item}/poster/", {}, 404),
    "a share link": ("/s/{token}/", {}, 200),
    "a file behind a share link": ("/s/{token}/media/{item}/file/", {}, 200),
    "a share link that leads nowhere": ("/s/nowhere/", {}, 404),
    "a static file": ("/static/css/base.css", {}, 200),
    "a static file that is not there": ("/static/no.css", {}, 404),
    "a page that is not there": ("/no/such/page", {}, 404),
    "a redirect to the address with a slash": ("/gallery", {}, 301),
    "a wrong method": ("/runs/", {}, 405),
    "another host": ("/", {"Host": "evil.example"}, 400),
    "a form without a token": ("POST /account/name/", {}, 403),
    "a form that is wrong": ("POST+ /team/create/", {}, 422),
    "the API": ("/api/v1/tasks/abc", {}, 401),
    "the API where there is nothing": ("/api/v1/nothing", {}, 404),
    "the API's document": ("/api/v1/openapi.json", {}, 200),
    "the health": ("/healthz", {}, 200),
    "the ledger": ("/open-api/ledger.csv", {}, 200),
    "a crash": ("/team/", {}, 500),
}


@pytest.fixture
def ask(owner, item, monkeypatch) -> Callable[..., object]:
    def ask(name: str, **options):
        path, headers, status = ANSWERS[name]
        link = make(owner, item)
        known = {"item": item.pk, "token": link.token, "sum": item.sha256}
        method, _space, path = path.rpartition(" ")
        browser = Client(enforce_csrf_checks=method == "POST", raise_request_exception=False, **options)
        browser.force_login(owner)
        if name == "a crash":
            monkeypatch.setattr("omnistudio.accounts.teams.queries.seats_of", None)
        filled = {key: value.format(**known) for key, value in headers.items()}
        send = browser.post if method else browser.get
        response = send(path.format(**known), headers=filled, secure=options.get("secure", False))
        assert response.status_code == status
        read(response)
        return response

    return ask


def directives(policy: str) -> dict[str, str]:
    return {
        name: value for name, _space, value in (part.strip().partition(" ") for part in policy.split(";")) if name
    }


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_carries_the_headers(ask, name):
    response = ask(name)
    headers = response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Cache-Control" in headers
    policy = directives(headers["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe-eval" not in str(policy)
    if "sandbox" not in policy:
        assert policy.items() >= PAGE_CSP.items()
        assert "*" not in str(policy)
    else:
        assert "script-src" not in policy  # so default-src holds: nothing runs


@pytest.mark.parametrize("name", ANSWERS)
def test_over_https_every_answer_says_so_for_a_year(ask, name, settings):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    response = ask(name, secure=True)
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_no_cache_that_others_read_keeps_what_a_person_sees(ask):
    for name in (
        "a page",
        "a fragment",
        "a file",
        "a page of the gallery",
        "a file behind a share link",
        "the ledger",
    ):
        assert "private" in ask(name).headers["Cache-Control"], name


@pytest.mark.django_db
def test_no_browser_stores_pages_with_keys_and_links():
    for path in ("/account/", "/auth/login/", "/auth/sessions/", "/open-api/", "/team/"):
        assert "no-store" in Client().get(path).headers["Cache-Control"], path


COOKIES = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.BROWSER_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.LINK_COOKIE_NAME)
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY)
print(s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE, s.SECURE_HSTS_SECONDS)
"""


def test_over_https_cookies_are_secure_and_of_this_host_alone(tmp_path):
    environment = {
        "OMNISTUDIO_DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://studio.example.com",
        "DJANGO_SETTINGS_MODULE": "omnistudio.settings",
    }
    command = [sys.executable, "-c", COOKIES]
    done = subprocess.run(command, cwd=site.BASE_DIR, env=environment, capture_output=True, text=True, check=True)
    names, flags, rest = done.stdout.strip().split("\n")
    *whole_site, link = names.split()
    assert all(name.startswith("__Host-") for name in whole_site)
    assert link.startswith("__Secure-")
    assert flags == "True True True True"
    assert rest == "Lax Lax 31536000"


def test_cookies_that_a_sign_in_sets(client, owner):
    client.get("/auth/login/")
    client.post("/auth/login/", {"login": owner.email, "password": "correct horse battery"})
    for name, cookie in client.cookies.items():
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name


def test_every_other_cookie_is_for_the_server_alone(owner, item):
    """The language that was chosen, and what a browser has done at a link."""
    browser, link = Client(), make(owner, item, password="open sesame")
    answers = [
        browser.post("/account/language/", {"language": "th"}),
        browser.post(f"/s/{link.token}/unlock/", {"password": "open sesame"}),
    ]
    names = set()
    for name, cookie in ((name, cookie) for answer in answers for name, cookie in answer.cookies.items()):
        names.add(name)
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name
        assert not cookie["domain"], name
    assert names >= {site.LANGUAGE_COOKIE_NAME, site.LINK_COOKIE_NAME}


def test_the_policy_lets_no_page_speak_to_anybody_else():
    for name, value in site.CONTENT_SECURITY_POLICY["DIRECTIVES"].items():
        for source in value:
            assert not re.match(r"https?:|\*|//", source), name
