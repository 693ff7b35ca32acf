"""The OpenAPI document tells the truth: real answers are held against its schemas."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from omnistudio.openapi_server import catalogue
from omnistudio.openapi_server.render.renderer import Renderer
from tests.openapi_server.conftest import Api

TYPES = {
    "string": str,
    "integer": int,
    "object": dict,
    "array": list,
    "null": type(None),
}


@pytest.fixture
def document(db: None) -> Any:
    return Client().get("/api/v1/openapi.json").json()


def fits(value: Any, schema: dict[str, Any], document: Any) -> bool:
    """Whether a value is as a schema says, of the words of JSON Schema that the document uses; nothing extra."""
    if "$ref" in schema:
        *_path, name = schema["$ref"].split("/")
        return fits(value, document["components"]["schemas"][name], document)
    if "oneOf" in schema:
        return sum(fits(value, one, document) for one in schema["oneOf"]) == 1
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = schema.get("type", [])
    if kinds and not isinstance(value, tuple(TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))):
        return False
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return False
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        inside = all(fits(value[name], known[name], document) for name in value if name in known)
        return set(schema["required"]) <= set(value) and set(value) <= set(known) and inside
    return True


def schema_of(document: Any, path: str, method: str, status: str = "200") -> Any:
    answer = document["paths"][path][method]["responses"][status]
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return answer["content"]["application/json"]["schema"]


def test_it_describes_the_two_endpoints_of_the_contract(document: Any) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "http://testserver/api/v1"}]
    assert {path: list(item) for path, item in document["paths"].items()} == {
        "/tasks/create": ["post"],
        "/tasks/{task_id}": ["get"],
    }


def test_created_and_refused_answers_fit(document: Any, api: Api) -> None:
    schema = schema_of(document, "/tasks/create", "post")
    assert fits(api.create().json(), schema, document)
    assert fits(api.create(prompt="").json(), schema, document)
    assert not fits({**api.create().json(), "extra": 1}, schema, document)


def test_answers_about_tasks_fit_in_every_state(document: Any, api: Api, renderer: Renderer) -> None:
    schema = schema_of(document, "/tasks/{task_id}", "get")
    made = [api.make(), api.make(model_id="seedance-2"), api.make(prompt="[[fail]]")]
    assert all(fits(api.get(job.task_id).json(), schema, document) for job in made)
    renderer.run_once()
    assert {api.get(job.task_id).json()["task_status"] for job in made} == {3, 4}
    assert all(fits(api.get(job.task_id).json(), schema, document) for job in made)
    assert fits(api.get("").json(), schema, document)


def test_the_other_answers_fit(document: Any, api: Api, settings: Any) -> None:
    nobody = api.create(headers={"Authorization": ""})
    assert fits(nobody.json(), schema_of(document, "/tasks/create", "post", "401"), document)
    settings.OPENAPI_SERVER["REQUESTS_PER_MINUTE"] = 0
    assert fits(api.get("").json(), schema_of(document, "/tasks/{task_id}", "get", "429"), document)


def test_what_it_says_of_requests_is_what_is_taken(document: Any, api: Api, owner: Any) -> None:
    from omnistudio.openapi_server.services import credits

    credits.grant(owner, 10_000, "")
    fields = document["components"]["schemas"]["TaskRequest"]["properties"]
    for name in ("model_id", "aspect_ratio"):
        for value in fields[name]["enum"]:
            assert api.create(**{name: value}).json()["code"] == 200, (name, value)
    longest = fields["prompt"]["maxLength"]
    assert longest == catalogue.MAX_PROMPT
    assert api.create(prompt="x" * longest).json()["code"] == 200
    assert api.create(image_urls=["https://e.com/a.png"] * fields["image_urls"]["maxItems"]).json()["code"] == 200


def test_it_is_linked_on_the_page(db: None, client: Client) -> None:
    assert 'href="/api/v1/openapi.json"' in client.get("/open-api/").content.decode()
