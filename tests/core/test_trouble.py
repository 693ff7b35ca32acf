"""A disk without room, a database that is locked: said as that, with what was typed; on real disks and real locks."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client

from omnistudio.core import error_pages, trouble
from omnistudio.gallery.models import Run
from tests.conftest import PASSWORD, picture

only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a lock of the whole database")
BUSY = "The database is busy. Nothing was saved."
FULL = "The studio’s disk is full. Nothing was saved."


@pytest.fixture
def full_disk(tmp_path, settings) -> Iterator[Path]:
    """A disk of its own for the media, with no byte free."""
    folder = tmp_path / "full"
    folder.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        with (folder / "filler").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
            while True:
                file.write(b"x" * 4096)
        settings.MEDIA_ROOT = folder
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture
def impatient() -> Iterator[None]:
    """Not 20 s for each test: the wait for a lock is SQLite's own, whatever its length."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
    yield
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20000")


@contextmanager
def locked() -> Iterator[None]:
    """Another program writes, and does not end."""
    with closing(sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def without_room() -> Iterator[None]:
    """The database may not grow by a page more, over whatever connection: a full disk ends some."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
    options = connection.settings_dict["OPTIONS"]
    before = options["init_command"]
    options["init_command"] = f"{before} PRAGMA max_page_count = {pages};"
    connection.close()
    try:
        yield
    finally:
        options["init_command"] = before
        connection.close()


@pytest.fixture
def cache_in_database(settings) -> Iterator[None]:
    """Empty before and after: no flush empties a table that has no model."""
    settings.CACHES = {
        "default": {"BACKEND": "omnistudio.core.database_cache.DatabaseCache", "LOCATION": "omnistudio_cache"}
    }
    call_command("createcachetable", verbosity=0)
    caches["default"].clear()
    yield
    caches["default"].clear()


def signing_in() -> Client:
    return Client(raise_request_exception=False)


def typed(owner) -> dict[str, str]:
    return {"prompt": "a vase of ศิลาดล", "model": "gpt-image-2", "ratio": "1:1", "variations": "1"}


# ------------------------------------------------------------------ sign-in
@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_right_password_under_a_lock_is_not_too_many_tries(owner, cache_in_database, impatient):
    with locked():
        response = signing_in().post("/auth/login/", {"login": owner.email, "password": PASSWORD})
    assert response.status_code == 503
    assert BUSY in response.text
    assert f'value="{owner.email}"' in response.text
    assert PASSWORD not in response.text
    assert "Too many" not in response.text
    assert signing_in().post("/auth/login/", {"login": owner.email, "password": PASSWORD}).status_code == 302


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_right_password_on_a_full_disk_is_not_too_many_tries(owner, cache_in_database):
    with without_room():
        for size in (3000, 200, 1):  # also what room is left within pages
            with pytest.raises(OperationalError, match="full"):
                for number in range(20_000):  # the tests before leave pages that are free
                    caches["default"].set(f"filler-{size}-{number}", "x" * size)
        response = signing_in().post("/auth/login/", {"login": owner.email, "password": PASSWORD})
    assert response.status_code == 503
    assert FULL in response.text


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_the_cache_says_what_it_could_not_write(cache_in_database, impatient):
    cache = caches["default"]
    assert cache.add("a", 1)
    assert not cache.add("a", 1), "the name is taken, and that is no trouble"
    with locked(), pytest.raises(OperationalError, match="locked"):
        cache.add("b", 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_cache_table_sign_in_is_refused_without_blame(owner, settings):
    settings.CACHES = {
        "default": {"BACKEND": "omnistudio.core.database_cache.DatabaseCache", "LOCATION": "no_such_table"}
    }
    response = signing_in().post("/auth/login/", {"login": owner.email, "password": PASSWORD})
    assert response.status_code in (500, 503)
    assert "Too many" not in response.text


# ------------------------------------------------------------------ submitting
@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_submit_under_a_database_lock_keeps_the_form(as_owner, owner, impatient):
    with locked():
        response = as_owner.post("/runs/", typed(owner))
    assert response.status_code == 503
    assert BUSY in response.text
    assert "a vase of ศิลาดล</textarea>" in response.text
    assert not Run.objects.exists()
    assert as_owner.post("/runs/", typed(owner)).status_code == 302
    assert Run.objects.count() == 1


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_locked_database_is_reported_in_the_composer(as_owner, owner, impatient):
    with locked():
        response = as_owner.post("/runs/", typed(owner), headers={"HX-Request": "true"})
    assert response.status_code == 503
    assert BUSY in response.text
    assert response.headers["HX-Retarget"] == "#composer-errors"


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_any_form_under_a_lock_is_a_page_that_sends_it_again(owner, impatient):
    browser = Client(raise_request_exception=False)
    browser.force_login(owner)
    with locked():
        response = browser.post("/account/name/", {"name": "Nok “N” <Srisai>"})
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert BUSY in response.text
    assert 'name="name" value="Nok “N” &lt;Srisai&gt;"' in response.text
    assert "no-store" in response.headers["Cache-Control"]


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_script_gets_a_toast_in_the_readers_language(owner, impatient):
    browser = Client(raise_request_exception=False, headers={"HX-Request": "true"})
    browser.force_login(owner)
    with locked():
        response = browser.post("/account/name/", {"name": "N"})
    assert response.status_code == 503
    assert BUSY in response.text
    assert "#toasts" in response.text
    assert response.headers["HX-Reswap"] == "none"


@only_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_key_is_not_in_the_page_that_sends_a_form_again(owner, impatient):
    browser = Client(raise_request_exception=False)
    browser.force_login(owner)
    with locked():
        response = browser.post("/account/key/remove/", {"key": "sk-" + "z" * 32, "next": "/somewhere/"})
    assert response.status_code == 503
    assert "zzzz" not in response.text


def test_a_form_whose_token_was_not_looked_at_is_not_offered_again(rf):
    """The trouble came before the check: another site may have written it."""
    request = rf.post("/runs/", {"prompt": "what another site wants"})
    response = error_pages.unavailable(request, trouble.Kind.DATABASE)
    assert response.status_code == 503
    assert "what another site wants" not in response.text
    request.csrf_processing_done = True
    assert "what another site wants" in error_pages.unavailable(request, trouble.Kind.DATABASE).text


# ------------------------------------------------------------------ files
def test_a_full_disk_is_reported_when_a_reference_is_added(as_owner, full_disk):
    response = as_owner.post("/references/", {"file": SimpleUploadedFile("vase.png", picture(size=(900, 900)))})
    assert response.status_code == 503
    assert response.text.startswith("vase.png: The studio’s disk is full.")
    assert response.headers["Content-Type"].startswith("text/plain")


def test_a_failed_upload_keeps_the_form(as_owner, owner, full_disk):
    file = SimpleUploadedFile("vase.png", picture(size=(900, 900)))
    response = as_owner.post("/runs/", {**typed(owner), "files": file})
    assert response.status_code == 422
    assert "vase.png: The studio’s disk is full." in response.text
    assert "a vase of ศิลาดล</textarea>" in response.text


# ------------------------------------------------------------------ what is trouble, and what is our own mistake
def test_a_mistake_of_ours_is_no_trouble(as_owner, monkeypatch):
    assert trouble.kind_of(ValueError("x")) is None
    assert trouble.kind_of(FileNotFoundError(2, "x")) is None
    assert trouble.kind_of(httpx.ConnectError("x")) is None
