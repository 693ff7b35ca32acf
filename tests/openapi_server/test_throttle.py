from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from omnistudio.openapi_server import decorators, throttle
from omnistudio.openapi_server.throttle import Throttle
from tests.openapi_server.conftest import Api


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000_000_060.0]
    monkeypatch.setattr(throttle, "time", SimpleNamespace(time=lambda: now[0]))
    return now


def test_too_many_requests_are_429_with_retry_after(api: Api, settings: Any) -> None:
    settings.OPENAPI_SERVER["REQUESTS_PER_MINUTE"] = 3
    assert [api.get("").status_code for _ in range(3)] == [200, 200, 200]
    response = api.get("")
    assert response.status_code == 429
    assert response["Retry-After"] == "20"
    assert response.json() == {"code": 0, "msg": "Too many requests with this key. Try again in 20 s.", "data": None}


def test_the_next_minute_is_a_new_one(api: Api, settings: Any, clock: list[float]) -> None:
    settings.OPENAPI_SERVER["REQUESTS_PER_MINUTE"] = 1
    assert [api.get("").status_code for _ in range(2)] == [200, 429]
    clock[0] += 20
    assert api.get("").status_code == 200


def test_each_key_has_its_own_count(api: Api, strangers_api: Api, settings: Any) -> None:
    settings.OPENAPI_SERVER["REQUESTS_PER_MINUTE"] = 1
    assert [api.get("").status_code for _ in range(2)] == [200, 429]
    assert strangers_api.get("").status_code == 200


def test_processes_count_together(api: Api, settings: Any, monkeypatch: Any) -> None:
    settings.OPENAPI_SERVER["REQUESTS_PER_MINUTE"] = 2
    assert api.get("").status_code == 200
    monkeypatch.setattr(decorators, "throttle", Throttle())
    assert api.get("").status_code == 200
    monkeypatch.setattr(decorators, "throttle", Throttle())
    assert api.get("").status_code == 429


def test_counting_writes_to_the_cache_once_a_piece_only(settings: Any, monkeypatch: Any) -> None:
    settings.OPENAPI_SERVER["REQUESTS_PER_MINUTE"] = 100
    writes: list[int] = []
    real = throttle.cache.incr
    monkeypatch.setattr(throttle.cache, "incr", lambda name, by: writes.append(by) or real(name, by))
    limit = Throttle()
    passed = [limit.seconds_to_wait(1) == 0 for _ in range(120)]
    assert passed == [True] * 100 + [False] * 20
    assert len(writes) <= 51
