"""`manage.py create_owner`: the administrator before any visitor, and what is said where a visitor could be first."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import time

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client

from omnistudio.accounts.models import User
from omnistudio.accounts.queries import has_no_accounts
from omnistudio.core import checks
from omnistudio.operations import start_warnings

PASSWORD = "a quiet river at dawn"


@pytest.fixture
def given(monkeypatch):
    """Puts a text where the command reads its password."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def create(email: str = "Nok@Example.com", *options: str) -> str:
    out = io.StringIO()
    call_command("create_owner", email, *options, stdout=out)
    return out.getvalue()


def test_it_creates_an_administrator_with_a_key(db, given, settings):
    settings.OMNI_API_IS_BUILT_IN = True
    given(f"{PASSWORD}\n")
    assert "nok@example.com is the administrator" in create("Nok@Example.com", "--password-stdin", "--name", "Nok")
    user = User.objects.get()
    assert (user.is_founder, user.is_staff, user.is_superuser, user.is_active) == (True, True, True, True)
    assert (user.display_name, user.api_key.state) == ("Nok", "verified")
    client = Client()
    form = {"login": "nok@example.com", "password": PASSWORD}
    assert client.post("/auth/login/", form).headers["Location"] == "/"


def test_no_visitor_becomes_the_administrator_after_it(db, given):
    given(f"{PASSWORD}\n")
    create("nok@example.com", "--password-stdin")
    assert not has_no_accounts()
    page = Client().post("/auth/signup/", {"email": "eve@example.com", "password1": PASSWORD})
    assert page.status_code in (200, 302, 403, 404)
    assert User.objects.count() == 1


def test_the_link_sets_the_password_once_and_closes_sign_up(db):
    link = create("nok@example.com", "--link").split()[-1]
    assert link.startswith(django_settings.PUBLIC_URL)
    assert not has_no_accounts()
    Client().post("/auth/signup/", {"email": "eve@example.com", "password1": PASSWORD})
    assert User.objects.count() == 1
    client, path = Client(), link.removeprefix(django_settings.PUBLIC_URL)
    form = client.get(path, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.get().check_password(PASSWORD)
    again = Client().get(path, follow=True)
    assert 'name="password1"' not in again.text


@pytest.mark.parametrize("password", ["short", "password123456", "nok@example.com", ""])
def test_a_password_is_held_to_the_rules_of_the_pages(db, given, password):
    given(f"{password}\n")
    with pytest.raises(CommandError, match="Nothing was created"):
        create("nok@example.com", "--password-stdin")
    assert not User.objects.exists()


def test_without_a_terminal_it_says_how(db, given):
    given("")
    with pytest.raises(CommandError, match="--password-stdin or --link"):
        create()
    with pytest.raises(CommandError, match="is not an email address"):
        create("nok", "--link")


def test_an_existing_administrator_is_refused_with_a_hint(db, given):
    User.objects.create_superuser("first@example.com", PASSWORD)
    given(f"{PASSWORD}\n")
    with pytest.raises(CommandError, match=r"manage\.py changepassword first"):
        create("nok@example.com", "--password-stdin")
    assert User.objects.count() == 1


def test_a_person_created_by_issue_key_becomes_administrator(db, given):
    person = User.objects.create_user("nok@example.com")
    given(f"{PASSWORD}\n")
    create("nok@example.com", "--password-stdin")
    person.refresh_from_db()
    assert person.is_founder
    assert person.check_password(PASSWORD)


@pytest.mark.slow
def test_on_a_terminal_it_asks_twice_on_an_empty_folder(tmp_path):
    ours, theirs = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "OMNISTUDIO_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "create_owner", "nok@example.com"]
    with subprocess.Popen(
        command,
        cwd=django_settings.BASE_DIR,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        said, asked = "", 0
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                said += os.read(ours, 4096).decode()
            except OSError:  # it has ended
                break
            if said.count("Password") > asked:
                asked += 1
                os.write(ours, f"{PASSWORD}\n".encode())
        assert process.wait(30) == 0, said
    os.close(ours)
    assert asked == 2
    assert "nok@example.com is the administrator" in said
    assert PASSWORD not in said


# ------------------------------------------------------------------ what is said at the start
@pytest.mark.parametrize(
    ("bind", "public", "proxies", "said"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", 0, []),
        ("::1", "http://[::1]:8000", 0, []),
        ("0.0.0.0", "http://127.0.0.1:8000", 0, ["first visitor", "nginx"]),
        ("::", "http://[::1]:8000", 0, ["first visitor", "nginx"]),
        ("10.0.0.5", "http://10.0.0.5:8000", 0, ["first visitor", "nginx"]),
        ("0.0.0.0", "https://studio.example.com", 1, ["first visitor"]),
        ("127.0.0.1", "https://studio.example.com", 1, ["first visitor"]),
    ],
)
def test_a_studio_that_others_reach_warns_of_the_first_visitor_and_of_slow_ones(
    db, settings, bind, public, proxies, said
):
    settings.BIND, settings.PUBLIC_URL, settings.TRUSTED_PROXIES = bind, public, proxies
    lines = list(start_warnings.lines())
    assert len(lines) == len(said)
    for line, words in zip(lines, said, strict=True):
        assert words in line
    assert bool(checks.slow_visitors_meet_a_proxy(None)) is ("nginx" in said)
    User.objects.create_superuser("nok@example.com", PASSWORD)
    assert not [line for line in start_warnings.lines() if "first visitor" in line]
