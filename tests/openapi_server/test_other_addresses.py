from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from omnistudio.openapi_server import api_views
from tests.openapi_server.conftest import Api

ADDRESSES = [
    "",
    "/",
    "/nothing",
    "/tasks",
    "/tasks/create/",
    "/tasks/a/b",
    "/results/",
    "/results/a",
    "/%2e%2e/admin",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_below_api_v1_everything_is_json(db: None, address: str, method: str) -> None:
    response = getattr(Client(), method)(f"/api/v1{address}")
    assert response.status_code in (401, 404, 405)
    assert response["Content-Type"] == "application/json"
    assert response.json()["code"] == 0


def test_an_accident_is_json_too(api: Api, monkeypatch: Any, caplog: Any) -> None:
    def accident(*_args: Any) -> None:
        raise RuntimeError("the cat")

    monkeypatch.setattr(api_views.queries, "job_of", accident)
    response = api.get("x")
    assert response.status_code == 500
    assert response.json() == {"code": 0, "msg": "Something went wrong on this server.", "data": None}
    assert "the cat" in caplog.text
    assert "sk-" not in caplog.text
