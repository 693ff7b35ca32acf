from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.services import keep_key
from omnistudio.core.models import Heartbeat
from omnistudio.openapi_server.models import Key, LedgerEntry
from omnistudio.openapi_server.services import credits, keys
from tests.openapi_server.conftest import Api

PAGE = "/open-api/"

CREATE = """curl -X POST http://testserver/api/v1/tasks/create \\
  -H "Authorization: Bearer sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model_id": "gpt-image-2",
    "prompt": "a serene zen garden at sunrise",
    "aspect_ratio": "16:9"
  }'"""
QUERY = """curl http://testserver/api/v1/tasks/abcdef123456 \\
  -H "Authorization: Bearer sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\""""


def code(response: Any, id_: str) -> str:
    """The text of a code block, as the copy button copies it."""
    block = re.search(rf'<pre id="{id_}"[^>]*>(.*?)</pre>', response.content.decode(), re.DOTALL)
    assert block
    return html.unescape(re.sub(r"<[^>]+>", "", block[1])).strip()


def test_anybody_may_read_how_to_use_the_api(db: None, client: Client) -> None:
    response = client.get(PAGE)
    text = response.content.decode()
    assert response.status_code == 200
    assert "<h1>Open API</h1>" in text
    assert "<title>Open API" in text
    assert "Sign in to create a key" in text
    assert "New key" not in text


def test_it_has_the_two_commands_of_the_contract_on_this_host(db: None, client: Client) -> None:
    response = client.get(PAGE)
    assert code(response, "code-create") == CREATE
    assert code(response, "code-query") == QUERY
    assert code(response, "code-header") == "Authorization: Bearer sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"


def test_it_lists_the_models_with_what_they_cost(db: None, client: Client, settings: Any) -> None:
    settings.OMNI_MODELS = "omni-flash:Omni Flash:video"
    settings.OPENAPI_SERVER["CREDITS_IMAGE"] = 17
    text = client.get(PAGE).content.decode()
    for words in ("seedance-2", "ChatGPT Image 2, image", "Omni Flash, video", ">17<", ">60<"):
        assert words in text


def test_it_names_the_drawing_engine(db: None, client: Client, settings: Any) -> None:
    assert "An engine chosen by the operator of this server." in client.get(PAGE).content.decode()
    settings.OPENAPI_SERVER["ENGINE"] = "omnistudio.openapi_server.engines.drawing.DrawingEngine"
    text = client.get(PAGE).content.decode()
    assert "A drawing engine and not an AI model" in text
    assert "[[fail]]" in text


def test_it_shows_own_keys_only(as_owner: Client, secret: str, strangers_api: Api) -> None:
    text = as_owner.get(PAGE).content.decode()
    assert "Render farm" in text
    assert f"sk-…{secret[-4:]}" in text
    assert secret not in text
    assert "Theirs" not in text


def test_it_does_not_show_revoked_keys(as_owner: Client, secret: str) -> None:
    Key.objects.update(revoked_at=timezone.now())
    assert "Render farm" not in as_owner.get(PAGE).content.decode()


def test_it_shows_what_a_key_has_spent(as_owner: Client, api: Api) -> None:
    api.create()
    api.create(model_id="seedance-2")
    assert '<td class="num" data-th="Spent">75</td>' in as_owner.get(PAGE).content.decode()


def test_it_shows_the_balance_and_what_unfinished_tasks_hold(as_owner: Client, api: Api) -> None:
    assert "100 <span> credits </span>" in " ".join(as_owner.get(PAGE).text.split())
    api.create()
    page = " ".join(as_owner.get(PAGE).text.split())
    assert "85 <span> credits, and 15 in tasks that are not finished </span>" in page


def test_it_shows_the_ledger_with_what_was_left_after_each_entry(as_owner: Client, api: Api) -> None:
    api.create()
    api.create(model_id="seedance-2")
    text = as_owner.get(PAGE).content.decode()
    shown = re.findall(r'td--lead">([^<]+)<.*?num[^>]*">([^<]+)</td>.*?Balance">([^<]+)<', text, re.DOTALL)
    assert shown == [
        ("Seedance 2.0, 1 video", "−60", "25"),
        ("ChatGPT Image 2, 1 image", "−15", "85"),
        ("Welcome credits", "+100", "100"),
    ]


def test_the_ledger_is_cut_into_pages(as_owner: Client, owner: User) -> None:
    for number in range(1, 14):
        credits.grant(owner, number, f"grant {number}")
    first = as_owner.get(PAGE).content.decode()
    assert re.findall(r"grant (\d+)<", first) == [str(n) for n in range(13, 3, -1)]
    earlier = re.search(r'href="([^"]*before=\d+)#ledger"', first)
    assert earlier
    second = as_owner.get(earlier[1]).content.decode()
    assert re.findall(r"grant (\d+)<", second) == ["3", "2", "1"]
    assert "Earlier entries" not in second
    assert "Newest entries" in second
    assert 'Balance">6<' in second


@pytest.mark.parametrize("before", ["", "x", "-1", "0", "9" * 30, "²"])
def test_a_wrong_place_in_the_ledger_is_no_accident(as_owner: Client, secret: str, before: str) -> None:
    assert as_owner.get(PAGE, {"before": before}).status_code == 200


def test_it_says_when_nothing_renders(as_owner: Client) -> None:
    assert "manage.py render" in as_owner.get(PAGE).content.decode()
    Heartbeat.beat(Heartbeat.Role.RENDERER, "renderer@here:1")
    assert "manage.py render" not in as_owner.get(PAGE).content.decode()


def test_it_says_when_the_studio_uses_another_service(as_owner: Client, settings: Any) -> None:
    assert "This studio uses another service" not in as_owner.get(PAGE).content.decode()
    settings.OMNI_API_IS_BUILT_IN, settings.OMNI_API_URL = False, "https://api.example.com"
    assert "This studio uses another service, https://api.example.com." in as_owner.get(PAGE).content.decode()


def test_it_marks_the_key_that_the_studio_uses(as_owner: Client, owner: User, secret: str) -> None:
    assert "used by your studio" not in as_owner.get(PAGE).content.decode()
    keep_key(owner, secret, ApiKey.State.VERIFIED)
    assert "used by your studio" in as_owner.get(PAGE).content.decode()


def test_its_queries_do_not_grow_with_the_rows(
    as_owner: Client, owner: User, api: Api, django_assert_max_num_queries: Any
) -> None:
    as_owner.get(PAGE)
    for number in range(8):
        keys.make_key(owner, f"Key {number}")
        credits.grant(owner, 100, LedgerEntry.Note.ADDED)
        api.create()
    with django_assert_max_num_queries(10):
        as_owner.get(PAGE)


def test_user_input_is_escaped(as_owner: Client, owner: User) -> None:
    keys.make_key(owner, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in as_owner.get(PAGE).content.decode()
