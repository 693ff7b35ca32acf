"""The built-in API over its own document, and any bytes at all: it keeps its word, and answers in its envelope.

The client's parser, which reads what any service answers: tests/openapi_client/test_any_answer.py.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CheckContext

from omnistudio.openapi_server.models import Job
from omnistudio.openapi_server.services import credits, keys
from omnistudio.openapi_server.throttle import throttle
from tests.security.conftest import QUICK

application = get_wsgi_application()


@pytest.fixture
def secret(owner) -> str:
    credits.grant(owner, 10_000_000, "fuzz")
    return keys.make_key(owner, "Fuzz")[1]


@pytest.fixture
def one_connection():
    """A request ends with its connection, which is the test's here; Django's own test client knows that."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def document(secret, settings, one_connection):
    settings.OPENAPI_SERVER = {**settings.OPENAPI_SERVER, "REQUESTS_PER_MINUTE": 1_000_000}
    throttle._total.clear()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    # The contract says no with HTTP 200 and code 0; `says_no_to_what_is_wrong` looks at the code.
    schema.config.checks.negative_data_rejection.expected_statuses = ["200", "400", "401", "404", "405", "414"]
    return schema


@schemathesis.check
def says_no_to_what_is_wrong(ctx: CheckContext, response: Any, case: Any) -> None:
    """A request that the document does not allow is answered with another code than 200."""
    meta = case.meta
    body_is_wrong = meta is not None and any(
        component.mode is GenerationMode.NEGATIVE for place, component in meta.components.items() if place == "body"
    )
    if body_is_wrong and response.status_code == 200:
        assert response.json()["code"] != 200, response.text


@schemathesis.check
def is_always_the_envelope(ctx: CheckContext, response: Any, case: Any) -> None:
    answer = response.json()
    assert answer["code"] in (0, 200, 401)
    assert isinstance(answer["msg"], str)
    assert (answer["data"] is None) is (answer["code"] != 200)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        ("POST", "/tasks/create", GenerationMode.POSITIVE),
        ("POST", "/tasks/create", GenerationMode.NEGATIVE),
        ("GET", "/tasks/{task_id}", GenerationMode.POSITIVE),  # any text is a task's id: there is no wrong one
    ],
)
def test_the_api_keeps_its_word(document, secret, method, path, mode):
    """Every check of schemathesis, and ours, over what the document allows and what it does not."""

    @given(case=document[path][method].as_strategy(generation_mode=mode))
    @bounds(max_examples=100, **QUICK)
    def ask(case):
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})

    ask()


@pytest.mark.parametrize("depth", [10, 100, 300, *range(900, 1000, 3), 5000, 100_000])
def test_no_depth_of_a_body_breaks_the_api(secret, depth):
    browser = Client(headers={"Authorization": f"Bearer {secret}"})
    for inner in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        for body in (inner, f'{{"model_id": "gpt-image-2", "prompt": "x", "more": {inner}}}'):
            response = browser.post("/api/v1/tasks/create", body, content_type="application/json")
            assert response.status_code == 200
            assert response.json()["code"] in (0, 200)


@given(body=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@bounds(max_examples=100, **QUICK)
def test_any_body_is_answered_in_the_envelope(secret, body):
    browser = Client(headers={"Authorization": f"Bearer {secret}"})
    response = browser.post("/api/v1/tasks/create", body, content_type="application/json")
    assert response.json()["code"] == 0
    assert not Job.objects.exists()


@given(key=st.text(st.characters(min_codepoint=0, max_codepoint=0xFF), max_size=300))
@bounds(max_examples=60, **QUICK)
def test_any_header_is_answered_in_the_envelope(secret, key):
    key = key.replace("\n", "").replace("\r", "")
    for headers in ({"Authorization": f"Bearer {secret}", "Idempotency-Key": key}, {"Authorization": key}):
        fields = {"model_id": "gpt-image-2", "prompt": "x"}
        answer = Client(headers=headers).post("/api/v1/tasks/create", json.dumps(fields), "application/json")
        assert answer.status_code in (200, 401)
        assert answer.json()["code"] in (0, 200, 401)
