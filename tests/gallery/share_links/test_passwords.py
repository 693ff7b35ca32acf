"""A link with a password."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from omnistudio.gallery.models import ShareLink
from omnistudio.gallery.share_links import services as share_links
from tests.conftest import read
from tests.gallery.share_links.test_public_pages import media


def test_the_cookie_is_for_this_link_and_out_of_reach_for_scripts(client, link):
    client.post(f"/s/{link.token}/seen/")
    cookie = client.cookies[settings.LINK_COOKIE_NAME]
    assert cookie["path"] == f"/s/{link.token}/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == "", "until the browser is closed"


class TestAPassword:
    @pytest.fixture
    def locked(self, owner, item) -> ShareLink:
        return share_links.make(owner, item, password="open sesame", show_prompt=True, allow_download=True)

    def test_a_locked_link_shows_only_the_form(self, client, locked, item):
        response = client.get(f"/s/{locked.token}/")
        page = response.content.decode()
        assert response.status_code == 200
        assert 'name="password"' in page
        assert "celadon" not in page
        assert media(locked, item) not in page
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Referrer-Policy"] == "same-origin", "or the form would come with `Origin: null`"
        for path in (media(locked, item), f"/s/{locked.token}/{item.pk}/"):
            assert client.get(path).status_code == 404
        locked.refresh_from_db()
        assert locked.views == 0

    def test_the_right_password_opens_only_its_link(self, client, locked, owner, item):
        other = share_links.make(owner, item, password="another")
        response = client.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"})
        assert (response.status_code, response.headers["Location"]) == (302, f"/s/{locked.token}/")
        assert "celadon" in client.get(f"/s/{locked.token}/").content.decode()
        assert read(client.get(media(locked, item)))
        assert "celadon" not in client.get(f"/s/{other.token}/").content.decode()

    def test_a_wrong_password_is_422(self, client, locked):
        for wrong in ("open", "Open Sesame", "open sesame "):
            response = client.post(f"/s/{locked.token}/unlock/", {"password": wrong})
            assert response.status_code == 422
            assert "This password is not correct." in response.content.decode()
        assert client.post(f"/s/{locked.token}/unlock/", {}).status_code == 422
        assert client.get(f"/s/{locked.token}/unlock/").headers["Location"] == f"/s/{locked.token}/"
        assert client.post(f"/s/{locked.token}/unlock/", {"password": "x" * 10_000}).status_code == 422

    def test_after_ten_wrong_passwords_the_right_one_waits_too(self, client, locked):
        for _ in range(10):
            assert client.post(f"/s/{locked.token}/unlock/", {"password": "x"}).status_code == 422
        response = client.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"})
        assert response.status_code == 429
        assert "ten minutes" in response.content.decode()
        elsewhere = client.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"}, REMOTE_ADDR="192.0.2.7")
        assert elsewhere.status_code == 302

    def test_an_ipv6_network_counts_as_one_address(self, client, locked):
        for number in range(10):
            client.post(f"/s/{locked.token}/unlock/", {"password": "x"}, REMOTE_ADDR=f"2001:db8::{number + 1}")
        path = f"/s/{locked.token}/unlock/"
        assert client.post(path, {"password": "x"}, REMOTE_ADDR="2001:db8::ff").status_code == 429
        assert client.post(path, {"password": "x"}, REMOTE_ADDR="2001:db8:0:1::ff").status_code == 422

    def test_right_passwords_are_not_counted(self, client, locked):
        for _ in range(12):
            assert client.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"}).status_code == 302

    def test_a_forged_cookie_and_one_of_another_link_open_nothing(self, locked, owner, item):
        other = share_links.make(owner, item, password="another")
        browser = Client()
        browser.post(f"/s/{other.token}/unlock/", {"password": "another"})
        stolen = browser.cookies[settings.LINK_COOKIE_NAME].value
        for value in (stolen, stolen[:-3] + "xxx", "", "[1,true,true]", "a:b"):
            thief = Client()
            thief.cookies[settings.LINK_COOKIE_NAME] = value
            assert "celadon" not in thief.get(f"/s/{locked.token}/").content.decode()
            assert thief.get(media(locked, item)).status_code == 404

    def test_the_form_is_protected_and_works_from_a_real_page(self, locked):
        browser = Client(enforce_csrf_checks=True)
        browser.get(f"/s/{locked.token}/")
        assert browser.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"}).status_code == 403
        token = browser.cookies[next(name for name in browser.cookies if "csrf" in name)].value
        sent = {"password": "open sesame", "csrfmiddlewaretoken": token}
        assert browser.post(f"/s/{locked.token}/unlock/", sent).status_code == 302
