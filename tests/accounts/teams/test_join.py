"""Coming into a team by a link: signed in, by signing in, and by making an account."""

import json
import re
import threading
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connections
from django.test import Client
from django.utils import timezone

from omnistudio.accounts.adapter import AccountAdapter
from omnistudio.accounts.models import ApiKey, Invitation, Membership, User
from omnistudio.accounts.teams import services as team_services
from omnistudio.accounts.teams.queries import home_of
from tests.accounts.conftest import path_of
from tests.conftest import PASSWORD

SIGN_UP = {"email": "new@example.com", "password1": PASSWORD, "name": "Ploy Kittisak"}


@pytest.fixture
def for_june(owner, team) -> Invitation:
    return team_services.invite(owner, team, role="viewer", email="june@example.com")


def test_the_page_names_inviter_team_and_role(client, invitation):
    page = client.get(path_of(invitation))
    assert page.status_code == 200
    for shown in ("Join Atelier Srisai", "Nok Srisai", "Member", "Create account", "Sign in"):
        assert shown in page.text
    assert "private" in page.headers["Cache-Control"]


def test_a_signed_in_person_joins_with_one_button(as_stranger, stranger, team, invitation):
    path = path_of(invitation)
    assert "Join the team" in as_stranger.get(path).text
    assert not team.people.contains(stranger)
    response = as_stranger.post(path)
    assert response.headers["Location"] == home_of(team)
    assert Membership.objects.get(team=team, user=stranger).role == "member"
    assert "You joined “Atelier Srisai”." in as_stranger.get("/account/").text


def test_a_member_is_redirected_and_the_link_stays(as_teammate, team, invitation):
    for answer in (as_teammate.get(path_of(invitation)), as_teammate.post(path_of(invitation))):
        assert answer.headers["Location"] == home_of(team)
    invitation.refresh_from_db()
    assert invitation.is_open


def test_a_link_for_another_email_says_so(as_stranger, stranger, team, for_june):
    path = path_of(for_june)
    page = as_stranger.get(path).text
    assert "This invitation is for june@example.com." in page
    assert "stranger@example.com" in page
    assert f'name="next" value="{path}"' in page
    assert as_stranger.post(path).status_code == 403
    assert not team.people.contains(stranger)
    assert as_stranger.post("/auth/logout/", {"next": path}).headers["Location"] == path


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, 410, "This invitation has expired"),
        ({"revoked_at": timezone.now()}, 410, "This invitation was revoked"),
        ({"accepted_at": timezone.now()}, 410, "This invitation was used already"),
        ({"nonce": "0" * 16}, 404, "This invitation link isn’t valid"),
    ],
)
@pytest.mark.parametrize("who", ["client", "as_stranger"])
def test_a_closed_link_says_why_and_hides_the_team(request, team, invitation, fields, status, says, who):
    browser = request.getfixturevalue(who)
    path = path_of(invitation)
    Invitation.objects.update(**fields)
    for answer in (browser.get(path), browser.post(path)):
        assert answer.status_code == status
        assert says in answer.text
        assert "Atelier" not in answer.text
        assert "Nok Srisai" not in answer.text
    assert team.people.count() == 3


@pytest.mark.parametrize(
    "token", ["x", "{row}:guess", "{row}:", "{row}", ":", "%00", "ก", "a" * 3000, "W10:", "..", "' OR 1=1 --"]
)
def test_a_guessed_link_is_404(client, team, invitation, token):
    row = signing.b64_encode(json.dumps([invitation.pk, invitation.nonce]).encode()).decode()  # all but the signature
    response = client.get(f"/join/{token.replace('{row}', row)}/")
    assert response.status_code == 404
    assert "Atelier" not in response.text


def test_a_signature_for_another_purpose_is_refused(client, invitation):
    token = signing.Signer(salt="something else").sign_object([invitation.pk, invitation.nonce])
    assert client.get(f"/join/{token}/").status_code == 404


def test_a_person_with_an_account_signs_in_and_returns(client, stranger, team, invitation):
    path = path_of(invitation)
    way = re.search(r'href="(/auth/login/\?next=[^"]+)"', client.get(path).text)[1]
    form = client.get(way).text
    back = re.search(r'name="next" value="([^"]+)"', form)[1]
    response = client.post("/auth/login/", {"login": stranger.email, "password": PASSWORD, "next": back}, follow=True)
    assert response.request["PATH_INFO"] == path
    assert "Join the team" in response.text
    client.post(path)
    assert team.people.contains(stranger)


def test_a_button_pressed_after_the_session_ended_asks_to_sign_in(client, team, invitation):
    response = client.post(path_of(invitation), follow=True)
    assert "Create account" in response.text
    assert team.people.count() == 3


def test_a_person_without_an_account_signs_up_and_joins(client, team, invitation):
    client.get(path_of(invitation))
    assert "You will join “Atelier Srisai”" in client.get("/auth/signup/").text
    response = client.post("/auth/signup/", SIGN_UP)
    assert response.headers["Location"] == home_of(team)
    person = User.objects.get(email="new@example.com")
    assert person.name == "Ploy Kittisak"
    assert Membership.objects.get(user=person).role == "member"
    assert "invitation" not in client.session
    assert "You joined “Atelier Srisai”." in client.get("/account/").text


def test_an_invited_person_has_a_key_and_is_not_an_administrator(client, invitation):
    client.get(path_of(invitation))
    client.post("/auth/signup/", SIGN_UP)
    person = User.objects.get(email="new@example.com")
    assert (person.is_staff, person.is_superuser, person.is_founder) == (False, False, None)
    assert person.api_key.state == ApiKey.State.VERIFIED
    assert client.get("/admin/").status_code == 302


def test_the_address_of_the_invitation_is_filled_in_and_fixed(client, team, for_june):
    client.get(path_of(for_june))
    field = re.search(r'<input[^>]*name="email"[^>]*>', client.get("/auth/signup/").text)[0]
    assert 'value="june@example.com"' in field
    assert "readonly" in field
    client.post("/auth/signup/", {**SIGN_UP, "email": "evil@example.com"})
    assert Membership.objects.get(user__email="june@example.com").role == "viewer"
    assert not User.objects.filter(email="evil@example.com").exists()


def test_bad_input_at_the_sign_up_keeps_the_invitation(client, team, invitation):
    client.get(path_of(invitation))
    response = client.post("/auth/signup/", {**SIGN_UP, "password1": "short"})
    assert "at least 10 characters" in response.text
    assert 'value="new@example.com"' in response.text
    assert client.post("/auth/signup/", SIGN_UP).headers["Location"] == home_of(team)


def test_an_email_with_an_account_is_reported(client, team, invitation, stranger):
    client.get(path_of(invitation))
    response = client.post("/auth/signup/", {**SIGN_UP, "email": stranger.email})
    assert "already registered" in response.text
    invitation.refresh_from_db()
    assert invitation.is_open


def test_sign_up_stays_closed_without_an_invitation(client, team, invitation):
    assert "Sign-up is closed" in client.get("/auth/signup/").text
    assert "Sign-up is closed" in client.post("/auth/signup/", SIGN_UP).text
    assert "Sign-up is closed" in client.post("/auth/signup/?invitation=" + invitation.token, SIGN_UP).text
    assert not User.objects.filter(email="new@example.com").exists()


def test_one_invitation_makes_one_account(client, team, invitation):
    client.get(path_of(invitation))
    client.post("/auth/signup/", SIGN_UP)
    client.post("/auth/logout/")
    assert "Sign-up is closed" in client.post("/auth/signup/", {**SIGN_UP, "email": "second@example.com"}).text


def test_an_invitation_that_is_revoked_meanwhile_closes_the_sign_up_and_says_why(client, owner, team, invitation):
    client.get(path_of(invitation))
    team_services.revoke(owner, invitation)
    response = client.post("/auth/signup/", SIGN_UP, follow=True)
    assert response.status_code == 410
    assert "This invitation was revoked" in response.text
    assert "Sign-up is closed" in client.get("/auth/signup/").text
    assert not User.objects.filter(email="new@example.com").exists()


def test_markup_in_names_is_shown_as_text(client, owner, invitation):
    User.objects.filter(pk=owner.pk).update(name="<img src=x>")
    team_services.rename(owner, invitation.team, "<script>alert(1)</script>")
    for page in (client.get(path_of(invitation)).text, client.get("/auth/signup/").text):
        assert "<img src=x" not in page
        assert "<script>alert" not in page


@pytest.mark.django_db(transaction=True)
def test_concurrent_sign_ups_with_one_link_create_one_account(owner, team, invitation, monkeypatch):
    barrier, answers, save = threading.Barrier(2), [], AccountAdapter.save_user

    def save_at_once(*args, **options):
        """Both have been let in to the form by now; the first one closes the link for the second."""
        barrier.wait(10)
        return save(*args, **options)

    monkeypatch.setattr(AccountAdapter, "save_user", save_at_once)

    def visit(number: int) -> None:
        browser = Client()
        browser.get(path_of(invitation))
        answers.append(browser.post("/auth/signup/", {**SIGN_UP, "email": f"{number}@example.com"}))
        connections.close_all()

    visitors = [threading.Thread(target=visit, args=(n,)) for n in range(2)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert sorted(answer.headers["Location"] for answer in answers) == sorted([home_of(team), path_of(invitation)])
    assert team.people.count() == 4
    assert User.objects.count() == 4
