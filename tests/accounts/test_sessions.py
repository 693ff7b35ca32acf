"""Where somebody is signed in, and signing out everywhere else."""

from __future__ import annotations

import pytest
from django.test import Client

from omnistudio.accounts.templatetags.people import device
from tests.conftest import PASSWORD

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Mobile Safari/537.36"
)
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15"


def browser(owner, user_agent: str) -> Client:
    client = Client(headers={"User-Agent": user_agent})
    client.post("/auth/login/", {"login": owner.email, "password": PASSWORD})
    return client


def test_each_browser_is_named_and_the_others_can_be_signed_out(owner):
    here, there = browser(owner, MAC), browser(owner, PHONE)
    page = here.get("/auth/sessions/").text
    assert "Safari, macOS" in page
    assert "Chrome, Android" in page
    assert here.post("/auth/sessions/").status_code == 302
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert "Chrome, Android" not in here.get("/auth/sessions/").text


def test_sessions_of_others_are_hidden(owner, as_stranger):
    browser(owner, PHONE)
    assert "Chrome, Android" not in as_stranger.get("/auth/sessions/").text


@pytest.mark.parametrize(
    ("says", "is_named"),
    [
        (PHONE, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/133.0", "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) CriOS/131.0 Mobile Safari/604.1", "Chrome, iPhone"),
        ("curl/8.5.0", ""),
    ],
)
def test_a_browser_is_called_by_its_name(says, is_named):
    assert device(says) == is_named


def test_pages_for_confirming_an_email_redirect_to_the_account(as_owner):
    for path in ("/auth/email/", "/auth/confirm-email/abc:def/"):
        assert as_owner.get(path).headers["Location"] == "/account/"
