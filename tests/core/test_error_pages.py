"""Error pages: in the design, with a way on, and without a word about the inside."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory


@pytest.mark.django_db
def test_an_address_that_is_not_there_says_so(client):
    response = client.get("/no/such/page/")
    assert response.status_code in (302, 404)


def test_a_signed_in_person_gets_404_with_a_link_back(as_owner):
    response = as_owner.get("/no/such/page/")
    assert response.status_code == 404
    assert "Page not found" in response.text
    assert 'href="/"' in response.text


BAR, DOCK = '<header class="bar">', '<nav class="dock"'


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html"])
def test_error_pages_keep_the_bar_for_who_is_signed_in(owner, name):
    request = RequestFactory().get("/no/such/page/")
    request.user = owner
    page = render_to_string(name, request=request)
    assert BAR in page
    assert DOCK in page
    assert 'id="main"' in page
    request.user = AnonymousUser()
    page = render_to_string(name, request=request)
    assert BAR not in page
    assert DOCK not in page
    assert 'class="auth"' in page


def test_a_missing_page_and_an_expired_form_keep_the_bar(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    for response in (client.get("/no/such/page/"), client.post("/runs/", {"prompt": "x"})):
        assert response.status_code in (403, 404)
        assert BAR in response.text
        assert "Account: " in response.text


def test_a_form_without_its_token_is_refused_with_what_to_do(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    response = client.post("/runs/", {"prompt": "x"})
    assert response.status_code == 403
    assert "This page has expired" in response.text


@pytest.mark.parametrize("name", ["500.html", "400.html", "403.html"])
def test_the_other_pages_need_nothing_that_may_be_broken(name):
    assert "<h1>" in render_to_string(name)


@pytest.mark.parametrize(
    ("public", "origin", "said"),
    [
        # The proxy speaks https, and the studio was not told.
        ("http://127.0.0.1:8000", "https://studio.lan", True),
        # The proxy does not hand the name on.
        ("https://studio.example.com", "https://other.example.com", True),
        # An https studio that was opened by http: browsers keep its cookies from there.
        ("https://studio.example.com", "http://studio.example.com", True),
        # Where the address is right, or the browser does not say, it is not that.
        ("https://studio.example.com", "https://studio.example.com", False),
        ("https://studio.example.com", "null", False),
        ("http://testserver", "http://testserver", False),
    ],
)
def test_a_form_from_another_address_says_which_one_is_right(owner, settings, public, origin, said):
    settings.PUBLIC_URL, settings.CSRF_TRUSTED_ORIGINS = public, [public]
    settings.CSRF_COOKIE_SECURE = public.startswith("https://")
    browser = Client(enforce_csrf_checks=True, headers={"Origin": origin})
    browser.force_login(owner)
    response = browser.post("/runs/", {"prompt": "x"})
    assert response.status_code == 403
    assert ("The studio has another address" in response.text) is said
    assert (f'href="{public}">Open {public}</a>' in response.text) is said
    assert (f"You opened it at {origin}" in response.text) is said
    scripted = browser.post("/runs/", {"prompt": "x"}, headers={"HX-Request": "true"})
    assert scripted.status_code == 403
    assert (f"You opened the studio at {origin}" in scripted.text) is said


def test_an_origin_cannot_be_a_script_url(owner, settings):
    settings.PUBLIC_URL = "https://studio.example.com"
    browser = Client(enforce_csrf_checks=True, headers={"Origin": "https://<b>x</b>:1\"'"})
    response = browser.post("/runs/", {"prompt": "x"})
    assert response.status_code == 403
    assert "<b>x" not in response.text
