"""Signing in and out."""

from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from omnistudio.core.http.redirects import MAX_ADDRESS
from tests.conftest import PASSWORD


def test_a_wrong_password_is_reported_and_the_email_stays(client, owner):
    response = client.post("/auth/login/", {"login": owner.email, "password": "wrong"})
    assert response.status_code == 200
    assert "not correct" in response.text
    assert owner.email in response.text


def test_the_right_password_opens_the_studio(client, owner):
    response = client.post("/auth/login/", {"login": owner.email.upper(), "password": PASSWORD})
    assert response.headers["Location"] == "/"


def test_the_next_url_is_followed_on_our_site_only(client, owner):
    form = {"login": owner.email, "password": PASSWORD}
    assert client.post("/auth/login/", {**form, "next": "/account/"}).headers["Location"] == "/account/"
    client.logout()
    assert client.post("/auth/login/", {**form, "next": "https://evil.example/"}).headers["Location"] == "/"


def test_the_language_of_the_account_speaks_after_signing_in(client, owner):
    owner.language = "th"
    owner.save()
    client.post("/auth/login/", {"login": owner.email, "password": PASSWORD})
    assert '<html lang="th"' in client.get("/").text


def test_a_fragment_without_a_session_sends_the_whole_page_to_sign_in(client, owner):
    response = client.post("/runs/", {}, headers={"HX-Request": "true"})
    assert response.status_code == 204
    assert response.headers["HX-Redirect"].startswith("/auth/login/")


def test_signing_out_ends_the_session(as_owner):
    assert as_owner.post("/auth/logout/").status_code == 302
    assert as_owner.get("/").status_code == 302


def test_a_long_search_in_thai_stays_an_address_that_a_server_takes(client, owner):
    asked = "/gallery/?" + urlencode({"q": "เ" * 300})
    for headers in ({}, {"HX-Request": "true", "HX-Current-URL": f"http://testserver{asked}"}):
        response = client.get(asked, headers=headers)
        address = response.headers.get("Location") or response.headers["HX-Redirect"]
        assert len(address) <= MAX_ADDRESS
        page = client.get(address)
        assert page.status_code == 200
        # What is in the form leads back to the same search.
        form = {"login": owner.email, "password": PASSWORD, "next": parse_qs(urlsplit(address).query)["next"][0]}
        assert unquote(client.post("/auth/login/", form).headers["Location"]) == unquote(asked)
        client.logout()


def test_a_next_url_that_is_too_long_loses_its_query(client):
    address = client.get("/gallery/?" + urlencode({"q": "เ" * 600})).headers["Location"]
    assert address == "/auth/login/?next=/gallery/"
    assert client.get("/" + "a" * 5000 + "/").status_code == 404
