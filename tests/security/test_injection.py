"""Words that want to be something else: markup, addresses, headers, log lines, file names, ways on.

ZIP names and spreadsheet formulas: tests/gallery/export/test_zip.py. A subject of two lines: tests/accounts.
"""

from __future__ import annotations

import io
import logging
import zipfile
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client

from omnistudio.accounts.models import ApiKey, Membership, User
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import Reference, Task
from omnistudio.gallery.models.history import Scoped
from omnistudio.studio.services import retry
from tests.conftest import KEY, PASSWORD, picture, read
from tests.security.conftest import browser_of
from tests.security.routes import ROUTES
from tests.security.test_every_url import address
from tests.security.world import World, make_world

HOSTILE = """'"><xss onxss=1 href=javascript:xss()>{{xss}}</script></textarea></style><!--"""
SHORT = """'"><xss>"""
# What is no text of somebody's: names of files and types of our own, sums, tokens, what is chosen from a list.
OURS = {
    *("password", "sealed", "last_four", "digest", "uuid", "token", "nonce", "sha256", "body_sha256", "email"),
    *("file", "poster", "thumbnail", "preview", "result", "content_type", "holder", "result_token", "task_id"),
    *("idempotency_key", "aspect_ratio", "kind", "language", "submission"),
}


@pytest.fixture
def world(db, settings) -> World:
    settings.OMNI_API_URL = "http://127.0.0.1:9"
    return make_world()


def fill_with(hostile: str) -> int:
    """Put it into every field that a person or the service fills; how many fields that are."""
    count = 0
    for label in ("accounts", "gallery", "openapi_server"):
        for model in apps.get_app_config(label).get_models():
            if issubclass(model, Scoped):  # names of scopes and models, which tell its rows apart
                continue
            for field in model._meta.concrete_fields:
                if not isinstance(field, models.CharField | models.TextField) or field.choices or field.name in OURS:
                    continue
                text = hostile if (field.max_length or 9999) >= len(hostile) else SHORT[: field.max_length]
                for row in model._default_manager.all():
                    model._default_manager.filter(pk=row.pk).update(**{field.attname: text})
                count += 1
    return count


class Found(HTMLParser):
    """What a browser would make of a page: every tag and attribute."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "xss" or (tag == "script" and not dict(attrs).get("src", "").startswith(site.STATIC_URL)):
            self.wrong.append(f"<{tag} {attrs}>")
        for name, value in attrs:
            is_address = name in ("href", "src", "action", "formaction", "poster", "srcset", "hx-get", "hx-post")
            scheme = "".join((value or "").split()).partition(":")[0].lower() if is_address else ""
            if name.startswith("on") or scheme in ("javascript", "data", "vbscript"):
                self.wrong.append(f"<{tag} {name}={value}>")


def test_no_field_is_markup_anywhere(world):
    assert fill_with(HOSTILE) > 20
    Task.objects.update(audio_url="javascript:xss()//http://")
    Task.objects.filter(pk=world.names["unsure"]).update(status="succeeded", width=1, height=1, file="x.png")
    seen = 0
    owner, anyone = browser_of(world.people["owner"]), Client()
    for route in (one for one in ROUTES if one.method == "GET"):
        for browser in (owner, anyone):
            for headers in ({}, {"HX-Request": "true"}):
                if route.name == "account_logout":
                    continue
                response = browser.get(address(world, route), headers=headers)
                content = read(response).decode(errors="replace")
                if response.headers.get("Content-Type", "").startswith("text/html"):
                    assert Found(content).wrong == [], address(world, route)
                    seen += "&lt;xss" in content
    assert seen > 40, "the words do not even stand on the pages"


def test_no_answer_to_a_form_has_markup_of_others_in_it(world):
    fill_with(HOSTILE)
    for route in (one for one in ROUTES if one.method == "POST" and not one.name.startswith("api_")):
        browser = browser_of(world.people["owner"])
        data = {name: HOSTILE if isinstance(value, str) else value for name, value in world.fill(route.data).items()}
        for form in (data, world.fill(route.data)):
            response = browser.post(address(world, route), form, headers={"HX-Request": "true"}, follow=True)
            content = read(response).decode(errors="replace")
            if response.headers.get("Content-Type", "").startswith("text/html"):
                assert Found(content).wrong == [], route
            for name, value in response.headers.items():
                assert "\n" not in value, name
                assert "<xss" not in value, name


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://service.example/a.mp3", True),
        ("HTTP://service.example/a.mp3", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("//evil.example", False),
    ],
)
def test_the_service_gives_no_link_that_runs(as_owner, make_task, url, shown):
    make_task(status="succeeded", width=1, height=1, file="a.png", audio_url=url)
    assert (f'href="{url}"' in as_owner.get("/").text) is shown


# ------------------------------------------------------------------ keys
def test_a_key_stands_in_no_answer_no_export_and_no_log(world, caplog):
    caplog.set_level(logging.DEBUG)
    owner = world.people["owner"]
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    key = ApiKey.objects.get(owner=owner)
    browser = browser_of(owner)
    admin = [f"/admin/accounts/apikey/{key.pk}/{page}/" for page in ("change", "history", "delete")]
    admin += ["/admin/accounts/apikey/", f"/admin/accounts/user/{owner.pk}/change/", "/admin/openapi_server/key/"]
    answers = [read(browser.get(path)) for path in admin]
    for route in (one for one in ROUTES if one.method == "GET" and one.name != "account_logout"):
        answers.append(read(browser.get(address(world, route))))
    archive = read(browser.post("/download/", {"ids": world.names["private"]}))
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        answers += [files.read(name) for name in files.namelist()]
    browser.post("/account/key/check/")
    answers.append(read(browser.post("/account/key/", {"key": KEY + " and more"})))
    browser.post("/account/key/", {"key": KEY})
    answers.append(caplog.text.encode())
    for secret in (KEY, KEY[3:19], key.sealed, key.sealed[:40]):
        assert not [answer for answer in answers if secret.encode() in answer]


def test_a_key_is_in_no_error_page(as_owner, monkeypatch, caplog):
    def broken(*_args: Any) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr("omnistudio.accounts.services.save_key", broken)
    as_owner.raise_request_exception = False
    response = as_owner.post("/account/key/", {"key": KEY})
    assert response.status_code == 500
    assert KEY not in response.text + caplog.text


# ------------------------------------------------------------------ the team
@pytest.mark.parametrize("role", ["viewer", None])
def test_a_retry_shares_nothing_without_the_right_to_share(owner, teammate, team, make_task, role):
    task = make_task(teammate, status="failed", team=team)
    seat = Membership.objects.filter(user=teammate)
    seat.update(role=role) if role else seat.delete()
    assert retry(task)[0].team_id is None


def test_a_retry_stays_shared_with_the_right_to_share(owner, team, make_task):
    assert retry(make_task(status="failed", team=team))[0].team_id == team.pk


# ------------------------------------------------------------------ headers
NAMES = [
    'a"b',
    "a\r\nX-Evil: 1",
    "a;filename=evil.exe",
    "../../etc/passwd",
    "a/b\\c",
    "\u202egnp.exe",
    "日本.png",
    "%0d%0a",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_reaches_a_header_unquoted(world, monkeypatch, name):
    monkeypatch.setattr(Task, "download_name", property(lambda _task: name))
    browser = browser_of(world.people["owner"])
    response = browser.get(f"/media/{world.names['private']}/file/?download")
    read(response)
    value = response.headers["Content-Disposition"]
    prefix, _quotes, words = value.partition("UTF-8''")
    assert prefix == "attachment; filename*="
    assert all(char.isascii() and (char.isalnum() or char in "%-._~") for char in words)
    assert "X-Evil" not in response.headers


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_collection_reaches_a_header_unquoted(as_owner, owner, make_task, name):
    collection = collections.create(owner, name)
    response = as_owner.get(f"/collections/{collection.pk}/download/")
    read(response)
    prefix, _quotes, words = response.headers["Content-Disposition"].partition("UTF-8''")
    assert prefix == "attachment; filename*="
    assert words
    assert all(char.isascii() and (char.isalnum() or char in "%-._~") for char in words)


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_an_upload_is_not_used(as_owner, name):
    as_owner.post("/references/", {"file": SimpleUploadedFile(name or "x", picture())})
    assert Reference.objects.get().file.name.endswith("/original.png")


# ------------------------------------------------------------------ ways on
ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "\\\\evil.example", "/\\evil.example",
    "http:evil.example", "https:/evil.example", "javascript:alert(1)", "data:text/html,x", "\tjavascript:alert(1)",
    "//evil.example%2f..", "https://testserver@evil.example/", "https://testserver.evil.example/",
    "/a\r\nSet-Cookie: evil=1", "\x00//evil.example", "/\t/evil.example",
]  # fmt: skip


@pytest.mark.parametrize("way", ELSEWHERE)
def test_no_next_url_leaves_the_site(world, way):
    owner = world.people["owner"]
    browser = browser_of(owner)
    answers = [
        Client().post("/auth/login/", {"login": owner.email, "password": PASSWORD, "next": way}),
        Client().get("/auth/login/", {"next": way}),
        browser.get("/auth/login/", {"next": way}),
        browser.post("/account/language/", {"language": "en", "next": way}),
        Client().post("/account/language/", {"language": "en", "next": way}),
        browser.post(f"/t/{world.names['shared']}/favourite/", {"liked": "1", "next": way}),
        browser.post("/gallery/like/", {"ids": world.names["shared"], "next": way}),
        browser.post("/auth/logout/", {"next": way}),
        Client().get("/", headers={"HX-Request": "true", "HX-Current-URL": way.encode("ascii", "ignore").decode()})
        if way.isprintable()
        else Client().get("/"),
    ]
    for response in answers:
        for header in ("Location", "HX-Redirect"):
            to = response.headers.get(header, "/")
            assert to.startswith("/"), to
            assert not to.startswith(("//", "/\\", "/%09/")), to
        assert "evil" not in response.cookies


def test_a_link_to_reset_a_password_is_made_for_our_hosts_only(owner):
    answer = Client().post("/auth/password/reset/", {"email": owner.email}, headers={"Host": "evil.example"})
    assert answer.status_code == 400
