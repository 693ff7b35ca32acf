"""The first visitor founds the studio, and nobody after."""

import threading

import pytest
from django.db import connections
from django.test import Client

from omnistudio.accounts import queries
from omnistudio.accounts.models import ApiKey, User
from tests.conftest import PASSWORD

FORM = {"email": "first@example.com", "password1": PASSWORD}


@pytest.mark.django_db
def test_an_empty_instance_redirects_to_sign_up(client):
    response = client.get("/", follow=True)
    assert response.request["PATH_INFO"] == "/auth/signup/"
    assert "Create account" in response.text


@pytest.mark.django_db
def test_the_first_account_becomes_the_administrator_and_has_a_key(client):
    response = client.post("/auth/signup/", FORM)
    assert response.status_code == 302
    user = User.objects.get()
    assert (user.email, user.is_staff, user.is_superuser) == ("first@example.com", True, True)
    assert user.api_key.state == ApiKey.State.VERIFIED


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "shown"), [(" Nok Srisai ", "Nok Srisai"), ("", "first"), (None, "first")])
def test_the_first_account_may_say_its_name(client, name, shown):
    assert '<input type="text" name="name"' in client.get("/auth/signup/").text
    client.post("/auth/signup/", FORM if name is None else {**FORM, "name": name})
    assert User.objects.get().display_name == shown


@pytest.mark.django_db
def test_a_name_that_is_too_long_is_refused_at_its_field(client):
    response = client.post("/auth/signup/", {**FORM, "name": "n" * 81})
    assert 'aria-describedby="id_name_hint id_name_error"' in response.text
    assert not User.objects.exists()


@pytest.mark.django_db
def test_with_a_service_elsewhere_the_first_account_has_no_key(client, settings):
    settings.OMNI_API_IS_BUILT_IN = False
    client.post("/auth/signup/", FORM)
    assert not ApiKey.objects.exists()


def test_sign_up_is_closed_after_the_first_account(client, owner):
    response = client.post("/auth/signup/", FORM)
    assert "Sign-up is closed" in response.text
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({**FORM, "email": "no address"}, "Enter a valid email address."),
        ({**FORM, "password1": "short"}, "at least 10 characters"),
        ({**FORM, "email": ""}, "This field is required."),
    ],
)
def test_errors_are_shown_at_the_field_and_the_email_stays(client, form, says):
    response = client.post("/auth/signup/", form)
    assert says in response.text
    assert f'value="{form["email"]}"' in response.text or not form["email"]
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_api_only_person_does_not_close_sign_up(client):
    User.objects.create_user("robot@example.com")
    assert client.get("/", follow=True).request["PATH_INFO"] == "/auth/signup/"
    assert client.post("/auth/signup/", FORM).headers["Location"] == "/"


@pytest.mark.django_db(transaction=True)
def test_of_two_first_visitors_one_founds_the_studio():
    barrier, answers = threading.Barrier(2), []

    def visit(number: int) -> None:
        browser = Client()
        browser.get("/auth/signup/")
        barrier.wait()
        answers.append(browser.post("/auth/signup/", {**FORM, "email": f"{number}@example.com"}))
        connections.close_all()

    visitors = [threading.Thread(target=visit, args=(n,)) for n in range(2)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert User.objects.count() == 1
    assert [answer.headers.get("Location") for answer in answers].count("/") == 1


@pytest.mark.django_db
def test_the_second_visitor_cannot_sign_up(client, monkeypatch):
    User.objects.create_user("founder@example.com", is_founder=True)
    monkeypatch.setattr(queries, "has_no_accounts", lambda: True)
    response = client.post("/auth/signup/", FORM)
    assert response.headers["Location"] == "/auth/signup/"
    assert User.objects.count() == 1
