from __future__ import annotations

import csv
import io
from typing import Any

from django.test import Client

from omnistudio.accounts.models import User
from omnistudio.openapi_server.services import credits
from tests.openapi_server.conftest import Api

PAGE = "/open-api/ledger.csv"


def rows(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_it_has_every_entry_with_the_balance_after_it(as_owner: Client, api: Api, secret: str) -> None:
    job = api.make()
    head, first, second = rows(as_owner.get(PAGE))
    assert head == ["time", "kind", "what", "task_id", "key", "credits", "balance"]
    assert first[1:] == ["grant", "Welcome credits", "", "", "100", "100"]
    assert second[1:] == ["charge", "ChatGPT Image 2, 1 image", job.task_id, f"sk-…{secret[-4:]}", "-15", "85"]


def test_a_spreadsheet_takes_no_text_for_a_formula(as_owner: Client, owner: User) -> None:
    credits.grant(owner, 1, "=HYPERLINK(1)")
    assert rows(as_owner.get(PAGE))[1][2] == "'=HYPERLINK(1)"


def test_it_contains_nothing_of_others(client: Client, stranger: User, api: Api) -> None:
    api.create()
    client.force_login(stranger)
    assert len(rows(client.get(PAGE))) == 1


def test_a_visitor_is_asked_to_sign_in(db: None, client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/auth/login/")
