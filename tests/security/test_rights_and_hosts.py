"""Who gives rights, what a request may say of where the studio is, and what is a public address."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site
from django.contrib.auth.models import Group, Permission
from django.test import Client, RequestFactory

from omnistudio.accounts.models import User
from omnistudio.core.fetch import safe_fetch
from omnistudio.core.middleware import bounded_bodies
from tests.browser.servers import free_port
from tests.security.conftest import browser_of
from tests.security.test_deployment import manage

ROOT = Path(site.BASE_DIR)


# ------------------------------------------------------------------ rights
@pytest.fixture
def staff(stranger: User) -> User:
    """Somebody on staff with every permission that there is, and not an administrator."""
    stranger.is_staff = True
    stranger.save()
    stranger.user_permissions.set(Permission.objects.all())
    return stranger


def test_groups_and_permissions_are_not_administered(staff: User) -> None:
    group = Group.objects.create(name="editors")
    staff.groups.add(group)
    browser = browser_of(staff)
    assert browser.get("/admin/auth/group/").status_code == 404
    assert browser.get(f"/admin/auth/group/{group.pk}/change/").status_code == 404
    path = f"/admin/accounts/user/{staff.pk}/change/"
    page = browser.get(path).text
    assert 'name="user_permissions"' not in page
    assert 'name="groups"' not in page
    before = set(staff.user_permissions.all())
    form = {"email": staff.email, "name": "x", "theme": "system", "language": "", "is_active": "on"}
    more = {"is_superuser": "on", "groups": [], "user_permissions": [1]}
    assert browser.post(path, {**form, **more}).status_code == 302
    staff.refresh_from_db()
    assert staff.name == "x"
    assert (staff.is_superuser, set(staff.user_permissions.all()), list(staff.groups.all())) == (
        False,
        before,
        [group],
    )


def test_administrators_do_not_see_them_either(staff: User) -> None:
    page = browser_of(User.objects.create_superuser("boss@example.com", "x"))
    shown = page.get(f"/admin/accounts/user/{staff.pk}/change/").text
    assert 'name="is_superuser"' in shown
    assert 'name="user_permissions"' not in shown


def test_nobody_on_staff_sends_the_new_password_of_others_with_rights_elsewhere(staff: User, teammate: User) -> None:
    """By another address of the account, or by another row of allauth's that says where it gets its mail."""
    User.objects.filter(pk=teammate.pk).update(is_staff=True)
    browser = browser_of(staff)
    form = {"email": "mine@example.com", "name": "x", "theme": "system", "language": "", "is_active": "on"}
    assert browser.post(f"/admin/accounts/user/{teammate.pk}/change/", form).status_code == 403
    assert (
        browser.post("/admin/account/emailaddress/add/", {"user": teammate.pk, "email": "a@b.example"}).status_code
        == 404
    )
    assert not EmailAddress.objects.filter(email="a@b.example").exists()


# ------------------------------------------------------------------ where the studio is
def test_the_links_of_messages_lead_to_the_public_address(owner: User, settings, mailoutbox) -> None:
    settings.PUBLIC_URL, settings.CAN_SEND_EMAIL = "https://studio.example.com", True
    settings.ALLOWED_HOSTS = ["studio.example.com", "localhost"]
    for host in ("studio.example.com:8443", "localhost:9999"):
        Client(headers={"Host": host}).post("/auth/password/reset/", {"email": owner.email})
        Client(headers={"Host": host}).post("/auth/password/reset/", {"email": "nobody@example.com"})
    assert len(mailoutbox) == 4
    for message in mailoutbox:
        assert "8443" not in message.body
        assert "localhost" not in message.body
        assert "studio.example.com" in message.body
    links = re.findall(r"https?://\S+", mailoutbox[0].body)
    assert [link.startswith("https://studio.example.com/auth/password/reset/key/") for link in links] == [True]


@pytest.fixture
def server(tmp_path: Path):
    """gunicorn as it is served, on loopback."""
    port = free_port()
    assert manage(tmp_path, "migrate").returncode == 0
    assert manage(tmp_path, "createcachetable").returncode == 0
    assert manage(tmp_path, "collectstatic", "--no-input").returncode == 0
    environment = {
        "PATH": "/usr/bin:/bin",
        "OMNISTUDIO_DATA_DIR": str(tmp_path),
        "PORT": str(port),
        "WEB_WORKERS": "1",
    }
    web = subprocess.Popen([sys.executable, "manage.py", "web"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.2)
    yield port
    web.terminate()
    web.wait(30)


def status_of(port: int, *lines: str) -> int:
    with socket.create_connection(("127.0.0.1", port), 20) as wire:
        wire.sendall("\r\n".join([*lines, "Host: localhost", "Connection: close", "", ""]).encode())
        return int(wire.makefile("rb").readline().split()[1])


@pytest.mark.slow
def test_no_header_says_that_a_path_is_below_another(server: int) -> None:
    """`/api/runs/` below `/api` would be the form of the composer, without the bound of its body."""
    body = "Content-Length: 900000000"
    assert status_of(server, "POST /runs/ HTTP/1.1", body) == 413
    assert status_of(server, "GET /api/help/ HTTP/1.1") == 404
    for header in ("SCRIPT_NAME", "script_name", "SCRIPT-NAME", "PATH_INFO"):
        assert status_of(server, "GET /api/help/ HTTP/1.1", f"{header}: /api") == 404
        assert status_of(server, "POST /runs/ HTTP/1.1", body, f"{header}: /runs") == 413


def test_the_bound_of_a_body_is_that_of_the_view_wherever_the_studio_is_mounted(owner: User) -> None:
    request = RequestFactory().post("/runs/", SCRIPT_NAME="/api", CONTENT_LENGTH="900000000")
    request.user = owner
    assert request.path.startswith("/api/")
    response = bounded_bodies(lambda _request: pytest.fail("it was let in"))(request)  # type: ignore[arg-type]
    assert response.status_code == 413


# ------------------------------------------------------------------ names
MESSAGE = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import RequestFactory
def view(request):
    messages.success(request, "It was saved.")
    return HttpResponse()
response = SessionMiddleware(MessageMiddleware(view))(RequestFactory().get("/"))
(name, cookie), = response.cookies.items()
print(name, cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"] or "-", cookie["samesite"])
"""


def test_the_cookie_of_messages_is_of_this_host_alone(tmp_path: Path) -> None:
    environment = {
        "OMNISTUDIO_DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://studio.example.com",
        "DJANGO_SETTINGS_MODULE": "omnistudio.settings",
    }
    command = [sys.executable, "-c", MESSAGE]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__Host-omnistudio_messages", "True", "True", "/", "-", "Lax"]


def test_a_message_still_arrives_on_the_next_page(as_owner: Client) -> None:
    page = as_owner.post("/account/name/", {"name": "Nok"}, follow=True)
    assert "Your name was saved." in page.text
    assert "Your name was saved." not in as_owner.get("/account/").text


# ------------------------------------------------------------------ public addresses
@pytest.mark.parametrize(
    "address",
    ["168.63.129.16", "192.0.0.9", "192.0.0.10", "192.0.0.192", "192.31.196.1", "192.52.193.1", "192.88.99.1",
     "192.175.48.1", "2001:1::1", "2001:3::1", "2001:4:112::1", "2001:20::1", "2001:30::1", "2620:4f:8000::1",
     "3fff::1", "5f00::1", "::ffff:168.63.129.16", "64:ff9b::168.63.129.16", "2002:a83f:8110::1"],
)  # fmt: skip
def test_special_addresses_are_not_public(address: str) -> None:
    assert not safe_fetch.is_public(address)


@pytest.mark.parametrize("address", ["168.63.129.17", "192.0.1.1", "2001:200::1", "2001:4860:4860::8888", "1.1.1.1"])
def test_their_neighbours_are(address: str) -> None:
    assert safe_fetch.is_public(address)
