"""Checking a key: what each answer says about it, and that it costs nothing."""

from __future__ import annotations

import time

import pytest

from omnistudio.openapi_client import KeyState, Timeouts
from tests.openapi_client.helpers import KEY, QUICK, check
from tests.scripted_service import (
    Behaviour,
    ScriptedService,
    envelope,
    half_json,
    hang,
    html,
    json,
    redirect,
    reset_after_request,
    status,
    too_many,
    trickle,
    unauthorized,
)


def test_a_service_that_does_not_know_the_task_knows_the_key(service: ScriptedService) -> None:
    assert check(service.url) is KeyState.VERIFIED


def test_it_asks_for_a_task_with_the_key_and_spends_nothing(service: ScriptedService) -> None:
    check(service.url)
    [sent] = service.requests
    assert (sent.method, sent.key) == ("GET", KEY)
    assert sent.path.startswith("/api/v1/tasks/")
    assert service.charges == 0


def test_a_rejected_key_is_rejected(service: ScriptedService) -> None:
    service.rejected_keys.add(KEY)
    assert check(service.url) is KeyState.REJECTED


@pytest.mark.parametrize("rejection", [unauthorized(), status(401), html(401)])
def test_any_401_rejects(service: ScriptedService, rejection: Behaviour) -> None:
    service.on_get(rejection)
    assert check(service.url) is KeyState.REJECTED


@pytest.mark.parametrize(
    "well_formed",
    [
        envelope(0, "no such task"),
        envelope(0, "no such task", status=404),
        envelope(0, "no such task", status=500),
        envelope(200, "ok"),
        envelope(200, "ok", data={"task_status": 1}),
        envelope(404, "no such task"),
        json({"code": "0"}),
        json({"task_status": 1}),
    ],
)
def test_any_well_formed_envelope_verifies(service: ScriptedService, well_formed: Behaviour) -> None:
    service.on_get(well_formed)
    assert check(service.url) is KeyState.VERIFIED


@pytest.mark.parametrize(
    "unclear",
    [
        html(),
        half_json(),
        status(404),
        status(403),
        status(500),
        status(502),
        status(503),
        too_many(1),
        envelope(401, "who are you?"),
        envelope(500, "inner error", status=500),
        redirect("https://elsewhere.example/"),
        reset_after_request(),
    ],
)
def test_anything_else_could_not_be_checked(service: ScriptedService, unclear: Behaviour) -> None:
    service.on_get(unclear)
    assert check(service.url) is KeyState.UNKNOWN


@pytest.mark.parametrize("slowness", [hang(), trickle(seconds=0.1)])
def test_a_service_that_is_too_slow_could_not_be_checked(service: ScriptedService, slowness: Behaviour) -> None:
    service.on_get(slowness)
    assert check(service.url, timeouts=QUICK) is KeyState.UNKNOWN


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://nowhere.invalid", "https://127.0.0.1:1"])
def test_a_service_that_is_not_there_could_not_be_checked(url: str) -> None:
    assert check(url) is KeyState.UNKNOWN


def test_a_check_takes_five_seconds_at_most(service: ScriptedService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omnistudio.openapi_client.client.KEY_CHECK_SECONDS", 0.3)
    service.on_get(hang())
    started = time.monotonic()
    assert check(service.url, timeouts=Timeouts()) is KeyState.UNKNOWN
    assert time.monotonic() - started < 2
