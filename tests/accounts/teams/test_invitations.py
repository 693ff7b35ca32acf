"""Owners invite by link and by e-mail, send again and revoke."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.utils import timezone

from omnistudio.accounts.models import Invitation, Team, User
from omnistudio.accounts.teams import services as team_services
from omnistudio.accounts.teams.queries import link_of

FORM = {"email": "", "role": "member", "days": "7"}
JUNE = {**FORM, "email": "June@Example.com"}


@pytest.fixture
def can_send(settings):
    settings.CAN_SEND_EMAIL = True


def invite(browser, team, form):
    return browser.post(f"/team/{team.pk}/invite/", form, follow=True)


def test_a_link_is_made_and_shown_with_a_button_that_copies_it(as_owner, team, settings):
    settings.PUBLIC_URL = "https://studio.example.com"
    page = invite(as_owner, team, {**FORM, "role": "viewer"}).text
    made = Invitation.objects.get()
    assert (made.role, made.email, made.is_open) == ("viewer", "", True)
    assert f'<code id="new-link" translate="no">https://studio.example.com/join/{made.token}/</code>' in page
    assert 'data-copy="new-link"' in page
    assert "Anyone with the link" in page
    assert "Expires in 7 days" in page
    assert "opens on this computer only" not in page
    assert mail.outbox == []


@pytest.mark.parametrize(("days", "says"), [("1", "Expires in 1 day"), ("30", "Expires in 30 days")])
def test_an_invitation_expires_as_announced(as_owner, team, days, says):
    assert says in invite(as_owner, team, {**FORM, "days": days}).text
    left = Invitation.objects.get().expires_at - timezone.now()
    assert abs(left - timedelta(days=int(days))) < timedelta(minutes=1)


def test_a_studio_on_this_computer_says_how_far_its_links_reach(as_owner, team, settings):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert "opens on this computer only" in as_owner.get(f"/team/{team.pk}/").text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({**FORM, "email": "no address"}, "Enter a valid email address."),
        ({**FORM, "email": "a@b.co\nBcc: all@example.com"}, "Enter a valid email address."),
        ({**FORM, "email": "x" * 250 + "@example.com"}, "Ensure this value has at most 254 characters"),
        ({**FORM, "email": "Teammate@Example.com"}, "This person is in the team already."),
        ({**FORM, "role": "king"}, "king is not one of the available choices."),
        ({**FORM, "days": "9999"}, "9999 is not one of the available choices."),
        ({}, "This field is required."),
    ],
)
def test_bad_input_is_refused_in_place_and_stays_typed(as_owner, team, form, says):
    response = as_owner.post(f"/team/{team.pk}/invite/", form)
    assert response.status_code == 422
    assert says in response.text
    if form.get("email") and "\n" not in form["email"]:
        assert f'value="{form["email"]}"' in response.text
    assert not Invitation.objects.exists()


def test_an_address_is_invited_once(as_owner, team):
    invite(as_owner, team, JUNE)
    response = invite(as_owner, team, JUNE)
    assert response.status_code == 422
    assert "There is an invitation for this address already." in response.text
    assert Invitation.objects.count() == 1


def test_too_many_invitations_are_refused_with_what_to_do(as_owner, owner, team, monkeypatch):
    monkeypatch.setattr(team_services, "MAX_WAITING", 1)
    team_services.invite(owner, team, role="viewer")
    response = invite(as_owner, team, FORM)
    assert response.status_code == 422
    assert "1 invitations are already waiting. Revoke some first." in response.text


def test_without_a_mail_server_the_page_asks_to_send_the_link(as_owner, team):
    page = invite(as_owner, team, JUNE).text
    assert "Copy its link and send it." in page
    assert "This studio does not send email" in page
    assert mail.outbox == []


def test_an_invitation_is_sent_as_plain_text(as_owner, team, can_send):
    page = invite(as_owner, team, JUNE).text
    assert "The invitation was sent to june@example.com." in page
    (sent,) = mail.outbox
    assert sent.to == ["june@example.com"]
    assert sent.reply_to == ["owner@example.com"]
    assert sent.subject == "Nok Srisai invites you to Atelier Srisai"
    assert link_of(Invitation.objects.get()) in sent.body
    assert "Your role: Member." in sent.body
    assert sent.content_subtype == "plain"
    assert not getattr(sent, "alternatives", [])


def test_the_mail_is_in_the_language_of_the_inviter(as_owner, owner, team, can_send, monkeypatch):
    from omnistudio.accounts.teams import mail as team_mail

    User.objects.filter(pk=owner.pk).update(language="th")
    spoken = []
    real = team_mail.render_to_string
    monkeypatch.setattr(
        team_mail,
        "render_to_string",
        lambda *args: spoken.append(team_mail.translation.get_language()) or real(*args),
    )
    invite(as_owner, team, JUNE)
    assert spoken == ["th", "th"]


def test_names_can_not_add_headers_or_be_escaped(as_owner, owner, team, can_send):
    User.objects.filter(pk=owner.pk).update(name="Nok\r\nBcc: all@example.com")
    Team.objects.filter(pk=team.pk).update(name="A & <B>\nX-Evil: 1")
    invite(as_owner, team, JUNE)
    message = mail.outbox[0].message()
    assert message["Subject"] == "Nok Bcc: all@example.com invites you to A & <B> X-Evil: 1"
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert mail.outbox[0].recipients() == ["june@example.com"]
    assert "&amp;" not in mail.outbox[0].body


@pytest.mark.parametrize("failure", [SMTPServerDisconnected("gone"), ConnectionRefusedError(), TimeoutError()])
def test_when_the_mail_server_fails_the_invitation_stays_and_its_link_is_there(
    as_owner, team, can_send, monkeypatch, failure
):
    def fail(*args, **kwargs):
        raise failure

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    page = invite(as_owner, team, JUNE).text
    assert "The email to june@example.com could not be sent." in page
    assert link_of(Invitation.objects.get()) in page
    assert Invitation.objects.get().is_open


def test_sending_again_makes_a_new_link_and_a_new_time(as_owner, owner, team, can_send):
    invitation = team_services.invite(owner, team, role="member", email="june@example.com")
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert "Expired" in as_owner.get(f"/team/{team.pk}/").text
    page = as_owner.post(f"/team/{team.pk}/invitations/{invitation.pk}/send-again/", follow=True).text
    renewed = Invitation.objects.get()
    assert Invitation.of_token(invitation.token) is None
    assert "Expires in 7 days" in page
    assert link_of(renewed) in page
    assert link_of(renewed) in mail.outbox[0].body


def test_a_revoked_invitation_cannot_be_sent_again(as_owner, team, invitation):
    base = f"/team/{team.pk}/invitations/{invitation.pk}"
    page = as_owner.post(f"{base}/revoke/", follow=True).text
    assert "The invitation was revoked." in page
    assert link_of(invitation) not in page
    assert "Revoked" in page
    assert "used or revoked" in as_owner.post(f"{base}/send-again/", follow=True).text
    assert "used or revoked already" in as_owner.post(f"{base}/revoke/", follow=True).text
    assert not Invitation.objects.get().is_open


def test_a_used_invitation_names_who_used_it(as_owner, team, invitation, stranger):
    team_services.accept(stranger, invitation)
    page = as_owner.get(f"/team/{team.pk}/").text
    assert "Accepted by 林薇" in page
    assert link_of(invitation) not in page


def test_less_than_a_day_is_shown_in_hours(as_owner, team, invitation):
    Invitation.objects.update(expires_at=timezone.now() + timedelta(hours=2, minutes=30))
    assert "Expires in 3 hours" in as_owner.get(f"/team/{team.pk}/").text


@pytest.mark.parametrize("number", ["x", "999999", "-1", "9" * 40])
def test_a_made_up_number_in_the_address_shows_no_link(as_owner, team, number):
    page = as_owner.get(f"/team/{team.pk}/?invited={number}&unsent")
    assert page.status_code == 200
    assert "new-link" not in page.text
