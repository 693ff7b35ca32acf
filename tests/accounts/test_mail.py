"""What the studio writes to people: in their own language, in our words, as plain text."""

import re
import socket
import threading

import pytest
from django.conf import settings
from django.core import mail

from omnistudio.accounts.models import User
from omnistudio.accounts.teams import mail as team_mail
from omnistudio.accounts.teams import services as team_services

LANGUAGES = ["en", "th", "zh-hans"]
RESET = {
    "en": ("Choose a new password for OmniStudio", "Hello Nok Srisai,", "works once, for 3 days"),
    "th": ("ตั้งรหัสผ่านใหม่สำหรับ OmniStudio", "สวัสดี Nok Srisai", "ใช้ได้ครั้งเดียวภายใน 3 วัน"),
    "zh-hans": ("重设 OmniStudio 的密码", "Nok Srisai，你好：", "链接只能使用一次，3 天内有效"),
}
UNKNOWN = {
    "en": ("No OmniStudio account with this email", "there is no account with this email."),
    "th": ("ไม่มีบัญชี OmniStudio ที่ใช้อีเมลนี้", "ไม่มีบัญชีที่ใช้อีเมลนี้"),
    "zh-hans": ("没有使用这个邮箱的 OmniStudio 账号", "没有账号使用这个邮箱"),
}
INVITED = {
    "en": ("Nok Srisai invites you to Atelier Srisai", "Open this link to join:", "Your role: Member."),
    "th": ("Nok Srisai เชิญคุณเข้าร่วม Atelier Srisai", "เปิดลิงก์นี้เพื่อเข้าร่วม:", "บทบาทของคุณ: สมาชิก"),
    "zh-hans": ("Nok Srisai 邀请你加入 Atelier Srisai", "打开这个链接加入：", "你的角色：成员。"),
}
ENGLISH = re.compile(r"[a-z]{3,} [a-z]{2,}")


@pytest.fixture(autouse=True)
def can_send(settings):
    settings.CAN_SEND_EMAIL = True


def the_message() -> tuple[str, str]:
    (sent,) = mail.outbox
    assert not getattr(sent, "alternatives", [])
    assert "\n\n\n" not in sent.body
    assert "&" not in sent.body
    return sent.subject, sent.body


def is_in_one_language(text: str, language: str) -> bool:
    return language == "en" or not ENGLISH.search(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_password_is_chosen_in_the_readers_language(client, owner, language):
    """Whatever language the page is in that somebody asks on."""
    User.objects.filter(pk=owner.pk).update(language=language)
    other = {"en": "th", "th": "zh-hans", "zh-hans": "en"}[language]
    client.post("/auth/password/reset/", {"email": owner.email}, headers={"Accept-Language": other})
    subject, body = the_message()
    heading, greeting, how_long = RESET[language]
    assert subject == heading
    assert body.startswith(greeting)
    assert how_long in body
    assert owner.email in body
    assert is_in_one_language(body, language)
    link = re.search(rf"^{re.escape(settings.PUBLIC_URL)}(/auth/password/reset/key/\S+/)$", body, re.M)
    assert link
    assert client.get(link[1], follow=True).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_without_an_account_hears_so_in_the_language_of_the_page(client, db, language):
    client.post("/auth/password/reset/", {"email": "june@example.com"}, headers={"Accept-Language": language})
    subject, body = the_message()
    heading, says = UNKNOWN[language]
    assert subject == heading
    assert says in body
    assert "signup" not in body  # people come in by invitation
    assert is_in_one_language(body, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invitation_speaks_the_readers_language_where_there_is_an_account(owner, stranger, team, language):
    User.objects.filter(pk=stranger.pk).update(language=language)
    User.objects.filter(pk=owner.pk).update(language="en" if language == "th" else "th")
    owner.refresh_from_db()
    assert team_mail.send_invitation(team_services.invite(owner, team, role="member", email=stranger.email))
    subject, body = the_message()
    heading, asks, role = INVITED[language]
    assert subject == heading
    assert asks in body
    assert role in body
    assert is_in_one_language(body, language)


@pytest.fixture
def mail_is_away(settings) -> None:
    """A real way to a mail server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


@pytest.mark.parametrize("whose", ["the owner's", "nobody's"])
def test_an_unreachable_mail_server_is_reported_at_password_reset(client, owner, mail_is_away, whose):
    """In the same words for an address without an account: it tells nothing of who is here."""
    email = owner.email if whose == "the owner's" else "nobody@example.com"
    response = client.post("/auth/password/reset/", {"email": email})
    assert response.status_code == 503
    assert "The mail server does not answer, so no email was sent." in response.text
    assert f'value="{email}"' in response.text
    assert client.get("/auth/password/reset/").status_code == 200


def test_a_mail_server_that_refuses_is_reported(client, owner, settings):
    """One that hangs up at once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 5
        threading.Thread(target=lambda: server.accept()[0].close(), daemon=True).start()
        response = client.post("/auth/password/reset/", {"email": owner.email})
    assert (response.status_code, "The mail server does not answer" in response.text) == (503, True)
