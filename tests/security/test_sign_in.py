"""Guessing passwords, and what a password protects: limits that keep nobody else out, sessions that end."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.accounts.teams import services as team_services
from tests.conftest import PASSWORD
from tests.security.conftest import browser_of

NEW = "four quiet mountain lakes"


def try_to_sign_in(browser: Client, email: str, password: str) -> bool:
    return browser.post("/auth/login/", {"login": email, "password": password}).status_code == 302


def guess(times: int, email: str, **options) -> None:
    for number in range(times):
        assert not try_to_sign_in(Client(**options), email, f"guess {number}")


def test_guesses_from_one_network_end_after_five(owner):
    guess(5, owner.email, REMOTE_ADDR="203.0.113.9")
    assert not try_to_sign_in(Client(REMOTE_ADDR="203.0.113.9"), owner.email, PASSWORD)


def test_an_ipv6_network_counts_as_one(owner):
    for number in range(5):
        guess(1, owner.email, REMOTE_ADDR=f"2001:db8::{number + 1}")
    assert not try_to_sign_in(Client(REMOTE_ADDR="2001:db8::99"), owner.email, PASSWORD)


def test_guesses_of_many_accounts_from_one_network_end(owner):
    for number in range(20):
        guess(1, f"person{number}@example.com", REMOTE_ADDR="203.0.113.9")
    assert not try_to_sign_in(Client(REMOTE_ADDR="203.0.113.9"), owner.email, PASSWORD)


def test_an_attacker_elsewhere_does_not_lock_the_person_out(owner):
    for network in range(8):
        guess(5, owner.email, REMOTE_ADDR=f"203.0.113.{network}")
    assert try_to_sign_in(Client(REMOTE_ADDR="198.51.100.7"), owner.email, PASSWORD)


def test_an_attacker_in_the_same_network_does_not_lock_a_known_browser_out(owner):
    own = Client()
    assert try_to_sign_in(own, owner.email, PASSWORD)
    own.post("/auth/logout/")
    for number in range(70):  # more than the network may try
        try_to_sign_in(Client(), f"person{number % 7}@example.com", "guess")
    assert not try_to_sign_in(Client(), owner.email, PASSWORD)
    assert try_to_sign_in(own, owner.email, PASSWORD)


def test_a_known_browser_has_a_limit_too(owner):
    own = Client()
    assert try_to_sign_in(own, owner.email, PASSWORD)
    own.post("/auth/logout/")
    for _number in range(10):
        assert not try_to_sign_in(own, owner.email, "guess")
    assert not try_to_sign_in(own, owner.email, PASSWORD)


def test_a_known_browser_is_known_for_its_own_account_only(owner, stranger):
    own = Client()
    assert try_to_sign_in(own, stranger.email, PASSWORD)
    own.post("/auth/logout/")
    for _number in range(5):
        try_to_sign_in(own, owner.email, "guess")
    assert not try_to_sign_in(own, owner.email, PASSWORD)


@pytest.mark.parametrize("forged", ["x", "WyJhIiwiYiJd:1abc:def", "null", ""])
def test_a_forged_cookie_makes_no_known_browser(owner, forged):
    guess(5, owner.email)
    attacker = Client()
    attacker.cookies[settings.BROWSER_COOKIE_NAME] = forged
    assert not try_to_sign_in(attacker, owner.email, PASSWORD)


def test_the_cookie_of_a_known_browser_does_not_name_the_person(owner):
    own = Client()
    try_to_sign_in(own, owner.email, PASSWORD)
    cookie = own.cookies[settings.BROWSER_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "owner" not in cookie.value


def test_behind_a_proxy_the_visitors_own_header_counts_for_nothing(owner, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(5):
        header = f"198.51.100.{number}, 203.0.113.9"  # the first part is the attacker's word
        guess(1, owner.email, REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": header})
    there = {"X-Forwarded-For": "203.0.113.9"}
    elsewhere = {"X-Forwarded-For": "198.51.100.77"}
    assert not try_to_sign_in(Client(REMOTE_ADDR="127.0.0.1", headers=there), owner.email, PASSWORD)
    assert try_to_sign_in(Client(REMOTE_ADDR="127.0.0.1", headers=elsewhere), owner.email, PASSWORD)


def test_without_a_proxy_the_header_counts_for_nothing(owner):
    for number in range(5):
        guess(1, owner.email, headers={"X-Forwarded-For": f"198.51.100.{number}"})
    assert not try_to_sign_in(Client(headers={"X-Forwarded-For": "198.51.100.9"}), owner.email, PASSWORD)


def test_the_administration_has_no_sign_in_of_its_own(owner):
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    form = {"username": owner.email, "password": PASSWORD}
    response = Client().post("/admin/login/", form)
    assert response.headers["Location"].startswith("/auth/login/")
    assert Client().get("/admin/").status_code == 302
    assert browser_of(owner).get("/admin/").status_code == 200


def test_a_wrong_address_and_a_wrong_password_are_answered_alike(owner):
    def words(email):
        page = Client().post("/auth/login/", {"login": email, "password": "wrong"}).text
        return re.sub(r"[A-Za-z0-9]{64}", "", page.replace(email, ""))  # without the CSRF tokens

    assert words(owner.email) == words("nobody@example.com")


def test_a_password_reset_does_not_reveal_accounts(owner):
    answers = [Client().post("/auth/password/reset/", {"email": email}) for email in (owner.email, "no@example.com")]
    assert len({(answer.status_code, answer.headers.get("Location")) for answer in answers}) == 1


def test_sign_ins_are_logged_by_number_and_network_without_what_was_typed(owner, caplog):
    caplog.set_level("INFO")
    browser = Client(REMOTE_ADDR="203.0.113.9")
    assert not try_to_sign_in(browser, owner.email, "typed-in-haste")
    assert try_to_sign_in(browser, owner.email, PASSWORD)
    browser.post("/auth/logout/")
    said = [record.getMessage() for record in caplog.records if record.name.startswith("omnistudio.accounts")]
    assert said == [
        "a sign-in failed from 203.0.113.9",
        f"person {owner.pk} signed in from 203.0.113.9",
        f"person {owner.pk} signed out",
    ]
    assert "typed-in-haste" not in caplog.text
    assert owner.email not in caplog.text


# ------------------------------------------------------------------ passwords
@pytest.mark.parametrize("new", ["short", "password123", "1234567890", "owner@example.com", "nok srisai"])
def test_passwords_that_are_refused(owner, new):
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert browser_of(owner).post("/auth/password/change/", form).status_code == 200
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_a_long_sentence_is_a_password(owner):
    new = "ป่าไผ่ยามเช้า " + "a quiet lake and " * 7
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert browser_of(owner).post("/auth/password/change/", form).status_code == 302
    assert try_to_sign_in(Client(), owner.email, new)


def test_a_new_password_needs_the_old_one(owner):
    form = {"oldpassword": "a guess", "password1": NEW, "password2": NEW}
    assert browser_of(owner).post("/auth/password/change/", form).status_code == 200
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_a_password_reset_link_works_once(owner, mailoutbox):
    there = browser_of(owner)
    Client().post("/auth/password/reset/", {"email": owner.email})
    path = re.search(rf"{re.escape(settings.PUBLIC_URL)}(/auth/password/reset/key/\S+)", mailoutbox[0].body)[1]
    for password, taken in ((NEW, True), ("another sentence of mine", False)):
        browser = Client()
        form = browser.get(path, follow=True)
        browser.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
        owner.refresh_from_db()
        assert owner.check_password(password) is taken
    assert there.get("/").status_code == 302  # whoever was signed in with the old one


# ------------------------------------------------------------------ sessions
def test_a_session_ends_after_two_weeks(owner, monkeypatch):
    browser = Client()
    assert try_to_sign_in(browser, owner.email, PASSWORD)
    assert browser.session.get_expiry_age() <= 14 * 86_400
    soon, late = timezone.now() + timedelta(days=13), timezone.now() + timedelta(days=15)
    for now, signed_in in ((soon, True), (late, False)):
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        assert (browser.get("/").status_code == 200) is signed_in


def test_other_sessions_end_when_the_password_changes(owner, make_task):
    mine, other = browser_of(owner), browser_of(owner)
    make_task()
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert mine.post("/auth/password/change/", form).status_code == 302
    poll = other.get("/poll/?after=0")  # the one view that reads the session by itself
    assert poll.headers["HX-Redirect"].startswith("/auth/login/")
    assert "celadon" not in poll.text
    assert other.get("/").status_code == 302
    assert mine.get("/").status_code == 200


def test_sessions_end_when_the_password_is_set_on_the_command_line(owner):
    browser = browser_of(owner)
    owner.set_password(NEW)
    owner.save()
    assert browser.get("/").status_code == 302


def test_sessions_end_when_a_person_is_switched_off(owner):
    browser = browser_of(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert browser.get("/").status_code == 302
    again = Client()
    try_to_sign_in(again, owner.email, PASSWORD)
    assert again.get("/").status_code == 302


def test_a_person_sees_and_ends_their_other_sessions(owner):
    mine, other = (
        Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
        Client(HTTP_USER_AGENT="<script>alert(1)</script>"),
    )
    assert try_to_sign_in(mine, owner.email, PASSWORD)
    assert try_to_sign_in(other, owner.email, PASSWORD)
    page = mine.get("/auth/sessions/").text
    assert "Firefox" in page
    assert "<script>alert" not in page
    assert mine.post("/auth/sessions/").status_code == 302
    assert other.get("/").status_code == 302
    assert mine.get("/").status_code == 200


def test_the_session_has_a_new_name_after_signing_in(owner):
    browser = Client()
    session = browser.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    browser.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert try_to_sign_in(browser, owner.email, PASSWORD)
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != planted


def test_the_administration_lists_no_sessions_or_tokens():
    assert UserSession not in admin.site._registry


# ------------------------------------------------------------------ whose account, whose rights
def test_an_invited_email_cannot_be_taken_by_others(owner, stranger, team):
    invitation = team_services.invite(owner, team, role="owner", email="boss@example.com")
    browser = browser_of(stranger)
    for action in ("action_add", "action_primary"):
        assert browser.post("/auth/email/", {action: "", "email": "boss@example.com"}).url == "/account/"
    stranger.refresh_from_db()
    assert stranger.email == "stranger@example.com"
    with pytest.raises(team_services.CannotAccept):
        team_services.accept(stranger, invitation)


def test_staff_with_user_rights_cannot_become_administrators(owner, stranger):
    User.objects.filter(pk=owner.pk).update(is_superuser=True, is_staff=True)
    User.objects.filter(pk=stranger.pk).update(is_staff=True)
    stranger.user_permissions.add(
        *Permission.objects.filter(codename__in=["change_user", "delete_user", "view_user"])
    )
    browser = browser_of(stranger)
    form = {"email": stranger.email, "name": "x", "theme": "system", "language": "", "is_active": "on"}
    path = f"/admin/accounts/user/{stranger.pk}/change/"
    assert browser.post(path, {**form, "is_superuser": "on", "is_staff": "on"}).status_code == 302
    stranger.refresh_from_db()
    assert stranger.name == "x"
    assert not stranger.is_superuser
    assert browser.post(f"/admin/accounts/user/{owner.pk}/change/", {**form, "name": "y"}).status_code == 403
    other = User.objects.create_superuser("administrator@example.com", PASSWORD)
    assert browser.post(f"/admin/accounts/user/{other.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_administration_deletes_no_person(owner):
    """A team's collections and presets would go with them, and their files stay behind."""
    User.objects.filter(pk=owner.pk).update(is_superuser=True, is_staff=True)
    plain = User.objects.create_user("leaves@example.com", PASSWORD)
    browser = browser_of(owner)
    assert browser.post(f"/admin/accounts/user/{plain.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [plain.pk], "post": "yes"}
    browser.post("/admin/accounts/user/", chosen)
    assert User.objects.filter(pk=plain.pk).exists()
