"""Error pages: in the design, with a way on, and without a word about the inside."""

import pytest
from django.template.loader import render_to_string
from django.test import Client


@pytest.mark.django_db
def test_an_address_that_is_not_there_says_so(client):
    response = client.get("/no/such/page/")
    assert response.status_code in (302, 404)


def test_for_somebody_signed_in_it_is_404_with_a_way_back(as_owner):
    response = as_owner.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is nothing here" in response.text
    assert 'href="/"' in response.text


def test_a_form_without_its_token_is_refused_with_what_to_do(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    response = client.post("/runs/", {"prompt": "x"})
    assert response.status_code == 403
    assert "This page was open for too long" in response.text


@pytest.mark.parametrize("name", ["500.html", "400.html", "403.html"])
def test_the_other_pages_need_nothing_that_may_be_broken(name):
    assert "<h1>" in render_to_string(name)
