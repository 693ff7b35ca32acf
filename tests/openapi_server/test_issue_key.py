from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from omnistudio.accounts.models import ApiKey, User
from omnistudio.openapi_server.models import Key, LedgerEntry
from omnistudio.openapi_server.queries import balance
from tests.openapi_server.conftest import Api


def issue(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("issue_key", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_prints_a_key_that_works_and_nothing_else(owner: User) -> None:
    out, err = issue("owner@example.com")
    assert re.fullmatch(r"sk-[A-Za-z0-9]{32}\n", out)
    assert "Command line for owner@example.com; 10,000 credits." in err
    assert out.strip() not in err
    assert Api(out.strip()).create().json()["code"] == 200


def test_it_creates_a_missing_person(db: None) -> None:
    _out, err = issue("New@Example.com")
    person = User.objects.get()
    assert (person.email, person.has_usable_password()) == ("new@example.com", False)
    assert "manage.py changepassword new@example.com" in err
    assert Key.objects.count() == 1
    assert not ApiKey.objects.exists()


def test_an_address_in_other_letters_is_the_same_person(owner: User) -> None:
    issue("OWNER@example.com")
    assert User.objects.count() == 1


def test_the_welcome_credits_come_once(owner: User) -> None:
    issue("owner@example.com")
    issue("owner@example.com")
    assert balance(owner.pk) == 10_000


def test_credits_are_granted_as_told(owner: User) -> None:
    issue("owner@example.com", "--credits", "300")
    issue("owner@example.com", "--credits", "20")
    issue("owner@example.com")
    assert balance(owner.pk) == 320
    assert [entry.what for entry in LedgerEntry.objects.all()] == ["Added on the command line"] * 2


def test_no_credits_are_possible(owner: User) -> None:
    issue("owner@example.com", "--credits", "0")
    assert not LedgerEntry.objects.exists()


def test_the_key_has_the_name_that_was_given(owner: User) -> None:
    issue("owner@example.com", "--name", "Nightly posters")
    assert Key.objects.get().name == "Nightly posters"


@pytest.mark.parametrize("arguments", [["nobody"], ["a@example.com", "--credits", "-1"]])
def test_invalid_input_changes_nothing(db: None, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        issue(*arguments)
    assert not User.objects.exists()


def test_with_too_many_keys_nothing_is_granted(owner: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(Key, "MAX_A_PERSON", 0)
    with pytest.raises(CommandError, match="Revoke one first"):
        issue("owner@example.com", "--credits", "5")
    assert balance(owner.pk) == 0
