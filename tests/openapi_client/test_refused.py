"""A failed transaction, in the service's own words; and redirects, which are never followed."""

from __future__ import annotations

import pytest

from omnistudio.openapi_client import Redirected, Refused
from tests.openapi_client.helpers import create, failure
from tests.scripted_service import ScriptedService, envelope, json, redirect


def test_the_reason_is_the_services_own(service: ScriptedService) -> None:
    service.on_create(envelope(0, "积分不足"))
    error = failure(create, service.url)
    assert isinstance(error, Refused)
    assert (error.code, error.msg, error.status_code) == (0, "积分不足", 200)
    assert "积分不足" in str(error)
    assert '"msg": "积分不足"' in error.raw


@pytest.mark.parametrize("msg", [None, "", "  ", 5, ["no"], {"why": "no"}])
def test_a_reason_that_is_no_text_is_none(service: ScriptedService, msg: object) -> None:
    service.on_create(json({"code": 0, "msg": msg}))
    error = failure(create, service.url)
    assert error.msg is None
    assert "code 0" in str(error)


def test_a_reason_is_bounded_and_fit_for_a_database(service: ScriptedService) -> None:
    service.on_create(envelope(0, "a\0b\ud800" + "x" * 5000))
    error = failure(create, service.url)
    assert error.msg is not None
    assert error.msg.startswith("a\N{REPLACEMENT CHARACTER}b?x")
    assert len(error.msg) == len(str(error)) == 1000
    for text in (error.msg, error.raw, str(error)):
        assert "\0" not in text
        assert text.encode("utf-8")


def test_words_without_an_envelope_are_shown(service: ScriptedService) -> None:
    service.on_create(json({"message": "unknown model"}, 422))
    error = failure(create, service.url)
    assert (error.code, error.msg, error.status_code) == (None, "unknown model", 422)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(service: ScriptedService, code: int) -> None:
    service.on_create(redirect(f"{service.url}/api/v1/tasks/other", code))
    error = failure(create, service.url)
    assert isinstance(error, Redirected)
    assert error.status_code == code
    assert f"{service.url}/api/v1/tasks/other" in str(error)
    assert "OMNI_API_URL" in str(error)
    assert len(service.requests) == 1
