from __future__ import annotations

from django.test import Client

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import Key


def test_it_gives_a_key_another_name(as_owner: Client, secret: str) -> None:
    key = Key.objects.get()
    assert 'value="Render farm"' in as_owner.get(f"/open-api/keys/{key.pk}/rename/").content.decode()
    response = as_owner.post(f"/open-api/keys/{key.pk}/rename/", {"name": "Nightly posters"})
    assert response["Location"] == "/open-api/#keys"
    key.refresh_from_db()
    assert key.name == "Nightly posters"


def test_a_name_is_needed(as_owner: Client, secret: str) -> None:
    response = as_owner.post(f"/open-api/keys/{Key.objects.get().pk}/rename/", {"name": ""})
    assert response.status_code == 422
    assert "Give the key a name" in response.content.decode()


def test_a_key_of_others_is_404(client: Client, stranger: User, secret: str) -> None:
    client.force_login(stranger)
    url = f"/open-api/keys/{Key.objects.get().pk}/rename/"
    assert client.get(url).status_code == 404
    assert client.post(url, {"name": "Mine"}).status_code == 404
    assert Key.objects.get().name == "Render farm"
