from __future__ import annotations

import re

from django.test import Client

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import Key
from omnistudio.openapi_server.services import keys
from tests.openapi_server.conftest import Api

PAGE = "/open-api/keys/"


def test_it_shows_the_key_once(as_owner: Client) -> None:
    response = as_owner.post(PAGE, {"name": " Render farm "})
    text = response.content.decode()
    shown = re.search(r'<code id="new-key"[^>]*>(sk-[A-Za-z0-9]{32})</code>', text)
    assert shown
    assert "“Render farm” is ready." in text
    assert "no-store" in response["Cache-Control"]
    assert shown[1] not in as_owner.get("/open-api/").content.decode()
    assert Api(shown[1]).get("").status_code == 200


def test_the_key_itself_is_not_stored(as_owner: Client) -> None:
    text = as_owner.post(PAGE, {"name": "Render farm"}).content.decode()
    secret = re.findall(r"sk-[A-Za-z0-9]{32}", text)[0]
    key = Key.objects.get()
    assert key.last_four == secret[-4:]
    assert re.fullmatch(r"[0-9a-f]{64}", key.sha256)
    assert secret not in repr(key.__dict__)


def test_a_key_needs_a_name(as_owner: Client) -> None:
    response = as_owner.post(PAGE, {"name": "  "})
    assert response.status_code == 422
    assert "Give the key a name" in response.content.decode()
    assert "open" in re.findall(r'<details class="reveal"([^>]*)>', response.content.decode())[0]
    assert not Key.objects.exists()


def test_a_person_has_at_most_fifty_keys(as_owner: Client, owner: User, monkeypatch: object) -> None:
    for number in range(Key.MAX_A_PERSON):
        keys.make_key(owner, f"Key {number}")
    response = as_owner.post(PAGE, {"name": "One more"})
    assert response.status_code == 422
    assert "You have 50 keys. Revoke one first." in response.content.decode()
    keys.revoke_key(Key.objects.of(owner)[0])
    assert as_owner.post(PAGE, {"name": "One more"}).status_code == 200


def test_its_url_redirects_to_the_page(as_owner: Client) -> None:
    assert as_owner.get(PAGE)["Location"] == "/open-api/#keys"


def test_a_visitor_is_asked_to_sign_in(db: None, client: Client) -> None:
    assert client.post(PAGE, {"name": "Mine"})["Location"].startswith("/auth/login/")
    assert not Key.objects.exists()
