"""429 and 503: when to come back, by ``Retry-After``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from omnistudio.openapi_client import ServerTrouble, TurnedAway
from tests.openapi_client.helpers import create, failure, look
from tests.scripted_service import ScriptedService, answer, json, too_many

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [429, 503])
def test_the_service_says_when_and_why(service: ScriptedService, status: int) -> None:
    service.on_create(too_many(7, status))
    error = failure(create, service.url)
    assert isinstance(error, TurnedAway)
    assert (error.retry_after, error.status_code, error.code, error.msg) == (7.0, status, 0, "slow down")
    assert "slow down" in str(error)


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 12 ", 12.0),
        ("1.5", 1.5),
        ("3600", 3600.0),
        ("86400", 3600.0),
        ("9" * 400, 3600.0),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("soon", None),
        ("", None),
        ("Wed, 99 Nowember 2025", None),
    ],
)
def test_seconds_are_read_and_bounded(service: ScriptedService, sent: str | None, seconds: float | None) -> None:
    service.on_create(too_many(sent))
    assert failure(create, service.url).retry_after == seconds


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [(timedelta(seconds=90), 90.0), (timedelta(days=2), 3600.0), (timedelta(hours=-1), 0.0)],
)
def test_a_date_counts_from_the_date_of_the_answer(service: ScriptedService, wait: timedelta, seconds: float) -> None:
    then = format_datetime(NOON + wait, usegmt=True)
    service.on_create(answer(b"", 429, retry_after=then, date=format_datetime(NOON, usegmt=True)))
    assert failure(create, service.url).retry_after == seconds


def test_a_date_counts_from_now_where_the_answer_has_none(service: ScriptedService) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    service.on_create(answer(b"", 503, retry_after=then))
    seconds = failure(create, service.url).retry_after
    assert seconds is not None
    assert 50 <= seconds <= 60


def test_other_errors_carry_it_too(service: ScriptedService) -> None:
    service.on_get(json({"oops": 1}, 500, retry_after="3"))
    error = failure(look, service.url)
    assert isinstance(error, ServerTrouble)
    assert error.retry_after == 3.0
