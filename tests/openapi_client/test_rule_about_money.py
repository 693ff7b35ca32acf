"""The rule about money: which create may be sent again by a program, and which only a person may decide about."""

from __future__ import annotations

import time

import pytest

from omnistudio.openapi_client import (
    AnswerLost,
    OpenAPIError,
    ProtocolError,
    Redirected,
    Refused,
    ServerTrouble,
    TurnedAway,
    Unauthorized,
)
from tests.openapi_client.helpers import PATIENT, QUICK, create, failure, look
from tests.scripted_service import (
    Behaviour,
    Exchange,
    ScriptedService,
    answer,
    charged,
    close_silently,
    envelope,
    half_json,
    hang,
    html,
    huge_body,
    json,
    redirect,
    reset_after_request,
    reset_before_reading,
    status,
    too_many,
    trickle,
    truncated,
    unauthorized,
)

UNPROCESSED = [
    pytest.param(unauthorized(), Unauthorized, id="401"),
    pytest.param(status(401), Unauthorized, id="401 without an envelope"),
    pytest.param(envelope(200, status=401, data={"task_id": "a"}), Unauthorized, id="401 that says success"),
    pytest.param(too_many(2), TurnedAway, id="429 in an envelope"),
    pytest.param(status(429), TurnedAway, id="429"),
    pytest.param(status(503), TurnedAway, id="503"),
    pytest.param(too_many(status=503), TurnedAway, id="503 in an envelope"),
    pytest.param(envelope(0, "no credits"), Refused, id="code 0"),
    pytest.param(envelope(0, "no credits", status=500), Refused, id="code 0 under 500"),
    pytest.param(envelope(0, "no credits", status=400), Refused, id="code 0 under 400"),
    pytest.param(envelope(500, "inner", status=500), Refused, id="code 500 under 500"),
    pytest.param(envelope(401, "key?"), Refused, id="code 401 under 200"),
    pytest.param(json({"code": "0", "msg": "no"}), Refused, id="code 0 as text"),
    pytest.param(status(400), Refused, id="400"),
    pytest.param(status(403), Refused, id="403"),
    pytest.param(status(404), Refused, id="404"),
    pytest.param(json({"detail": "?"}, 422), Refused, id="422 without an envelope"),
    pytest.param(redirect("https://elsewhere.example/", 301), Redirected, id="301"),
    pytest.param(redirect("/api/v1/tasks/create", 308), Redirected, id="308 to itself"),
    pytest.param(redirect("https://[::1", 302), Redirected, id="302 to nowhere"),
]

UNKNOWN = [
    pytest.param(reset_after_request(), AnswerLost, id="reset after the request"),
    pytest.param(reset_before_reading(), AnswerLost, id="reset before reading"),
    pytest.param(close_silently(), AnswerLost, id="closed without an answer"),
    pytest.param(hang(), AnswerLost, id="no answer in time"),
    pytest.param(trickle(seconds=0.2), AnswerLost, id="an answer that never ends"),
    pytest.param(truncated(b'{"code": 200, "data": {"task_'), AnswerLost, id="an answer that broke off"),
    pytest.param(charged(status(500)), ServerTrouble, id="500"),
    pytest.param(charged(status(502)), ServerTrouble, id="502"),
    pytest.param(charged(status(504, b"")), ServerTrouble, id="504 without a body"),
    pytest.param(charged(json({"error": "boom"}, 500)), ServerTrouble, id="500 in JSON that is no envelope"),
    pytest.param(charged(status(520)), ServerTrouble, id="520"),
    pytest.param(charged(html()), ProtocolError, id="HTML"),
    pytest.param(charged(answer(b"")), ProtocolError, id="nothing"),
    pytest.param(half_json(), ProtocolError, id="half a document"),
    pytest.param(charged(huge_body()), ProtocolError, id="a body of 2 MB"),
    pytest.param(
        charged(answer(b"no gzip", content_encoding="gzip")),
        ProtocolError,
        id="a body that can't be unpacked",
    ),
    pytest.param(charged(json([1, 2])), ProtocolError, id="a list"),
    pytest.param(charged(json({"msg": "ok"})), ProtocolError, id="neither code nor task_id"),
    pytest.param(charged(json({"task_id": "a"}, 500)), ServerTrouble, id="500 that names a task"),
    pytest.param(charged(json({"code": True, "task_id": "a"})), ProtocolError, id="a code that is none"),
    pytest.param(charged(envelope(200)), ProtocolError, id="data null"),
    pytest.param(charged(envelope(200, data={"credits": 15})), ProtocolError, id="no task_id"),
    pytest.param(charged(envelope(200, data={"task_id": ""})), ProtocolError, id="an empty task_id"),
    pytest.param(charged(envelope(200, data={"task_id": ["a"]})), ProtocolError, id="a list as task_id"),
    pytest.param(charged(envelope(200, data={"task_id": "a\0b"})), ProtocolError, id="NUL in task_id"),
    pytest.param(charged(envelope(200, data={"task_id": "a" * 256})), ProtocolError, id="a long task_id"),
    pytest.param(charged(envelope(200, status=503, data={})), ProtocolError, id="503 that says success"),
    pytest.param(charged(redirect("/api/v1/tasks/abc", 303)), Redirected, id="303, see the result"),
]


@pytest.mark.parametrize(("behaviour", "kind"), UNPROCESSED)
def test_a_create_that_was_turned_away_was_not_processed(
    service: ScriptedService, behaviour: Behaviour, kind: type[OpenAPIError]
) -> None:
    service.on_create(behaviour)
    error = failure(create, service.url)
    assert type(error) is kind
    assert error.may_have_been_processed is False
    assert service.charges == 0
    assert len(service.requests) == 1


@pytest.mark.parametrize(("behaviour", "kind"), UNKNOWN)
def test_a_create_whose_outcome_is_unknown_may_have_been_processed(
    service: ScriptedService, behaviour: Behaviour, kind: type[OpenAPIError]
) -> None:
    service.on_create(behaviour)
    error = failure(create, service.url, timeouts=QUICK if kind is AnswerLost else PATIENT)
    assert type(error) is kind
    assert error.may_have_been_processed is True
    assert len(service.requests) == 1, "sent again, though nobody can know what became of it"


@pytest.mark.parametrize("status_code", [429, 503, 201, 400])
@pytest.mark.parametrize(
    "body",
    [
        {"task_id": "a"},
        {"code": None, "data": {"task_id": "a"}},
        {"code": "", "task_id": "a"},
        {"code": "ok", "data": {"task_id": "a"}},
        {"code": 429, "data": {"task_id": "a"}},
    ],
)
def test_a_create_that_is_not_taken_on_and_names_a_task_may_have_been_processed(
    service: ScriptedService, status_code: int, body: dict[str, object]
) -> None:
    if status_code == 201 and body.get("code") is None:
        pytest.skip("that is a success")
    service.on_create(charged(json(body, status_code)))
    error = failure(create, service.url)
    assert type(error) is ProtocolError
    assert error.may_have_been_processed is True


@pytest.mark.parametrize(("behaviour", "kind"), [*UNPROCESSED, *UNKNOWN])
def test_a_poll_costs_nothing_whatever_its_answer(
    service: ScriptedService, behaviour: Behaviour, kind: type[OpenAPIError]
) -> None:
    service.on_get(behaviour)
    error = failure(look, service.url, timeouts=QUICK if kind is AnswerLost else PATIENT)
    assert type(error) is kind
    assert error.may_have_been_processed is False


def test_a_whole_envelope_counts_though_the_connection_broke_off_after_it(service: ScriptedService) -> None:
    service.on_create(truncated(b'{"code": 200, "data": {"task_id": "abc"}}'))
    assert create(service.url).task_id == "abc"


def test_the_body_of_a_401_is_not_waited_for(service: ScriptedService) -> None:
    async def promise_a_body(exchange: Exchange) -> None:
        await exchange.send(b"", 401, length=100)
        await hang()(exchange)

    service.on_create(promise_a_body)
    started = time.monotonic()
    assert type(failure(create, service.url)) is Unauthorized
    assert time.monotonic() - started < 2
