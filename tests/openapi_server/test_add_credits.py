from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import LedgerEntry

PAGE = "/open-api/credits/"


@pytest.fixture
def administrator(owner: User) -> User:
    owner.is_staff = True
    owner.save()
    return owner


def test_an_administrator_adds_credits_to_themselves(as_owner: Client, administrator: User, left: Any) -> None:
    response = as_owner.post(PAGE, {"credits": "1000"}, follow=True)
    assert "1,000 credits were added." in response.content.decode()
    assert "Added by an administrator" in response.content.decode()
    assert left() == 1000


@pytest.mark.parametrize("amount", ["0", "-5", "1000001", "x", ""])
def test_an_amount_that_makes_no_sense_is_422(as_owner: Client, administrator: User, amount: str) -> None:
    assert as_owner.post(PAGE, {"credits": amount}).status_code == 422
    assert not LedgerEntry.objects.exists()


def test_others_may_not(as_owner: Client) -> None:
    assert "Add credits" not in as_owner.get("/open-api/").content.decode()
    assert as_owner.post(PAGE, {"credits": "1000"}).status_code == 404
    assert not LedgerEntry.objects.exists()


def test_get_is_not_answered(as_owner: Client, administrator: User) -> None:
    assert as_owner.get(PAGE).status_code == 405
