from __future__ import annotations

import pytest
from django.test import Client

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.services import keep_key
from omnistudio.openapi_server.models import Job, Key
from omnistudio.openapi_server.render.renderer import Renderer
from tests.openapi_server.conftest import Api


@pytest.fixture
def url(secret: str) -> str:
    return f"/open-api/keys/{Key.objects.get().pk}/revoke/"


def test_it_asks_first(as_owner: Client, api: Api, url: str) -> None:
    assert "Revoke “Render farm”?" in as_owner.get(url).content.decode()
    assert api.get("").status_code == 200


def test_a_revoked_key_opens_nothing(as_owner: Client, api: Api, url: str) -> None:
    response = as_owner.post(url, follow=True)
    assert "“Render farm” was revoked." in response.content.decode()
    assert api.get("").status_code == 401


def test_tasks_of_a_revoked_key_continue(as_owner: Client, api: Api, url: str, renderer: Renderer) -> None:
    job = api.make()
    as_owner.post(url)
    renderer.run_once()
    job.refresh_from_db()
    assert job.status == Job.Status.SUCCEEDED


def test_spending_of_a_revoked_key_stays_in_the_ledger(as_owner: Client, api: Api, url: str, secret: str) -> None:
    api.create()
    as_owner.post(url)
    assert f"sk-…{secret[-4:]}" in as_owner.get("/open-api/").content.decode()


def test_it_warns_where_the_studio_uses_the_key(as_owner: Client, owner: User, secret: str, url: str) -> None:
    assert "Your studio uses this key." not in as_owner.get(url).content.decode()
    keep_key(owner, secret, ApiKey.State.VERIFIED)
    assert "Your studio uses this key." in as_owner.get(url).content.decode()


def test_a_key_of_others_is_404(client: Client, stranger: User, api: Api, url: str) -> None:
    client.force_login(stranger)
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 404
    assert api.get("").status_code == 200


def test_a_key_is_revoked_once(as_owner: Client, url: str) -> None:
    as_owner.post(url)
    assert as_owner.post(url).status_code == 404
