"""What holds when many ask at once: the web server has two processes, and a thread a request."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import Job, LedgerEntry
from omnistudio.openapi_server.queries import balance
from omnistudio.openapi_server.services import credits, jobs


def at_once(times: int, what: Callable[[int], Any]) -> list[Any]:
    """Call `what` in as many threads at the same moment."""
    ready = Barrier(times)

    def call(number: int) -> Any:
        ready.wait()
        try:
            return what(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(call, range(times)))


def test_no_more_credits_are_spent_than_there_are(create: Callable[..., Any], payer: User) -> None:
    LedgerEntry.objects.all().delete()
    credits.grant(payer, 3 * 15 + 14, LedgerEntry.Note.ADDED)
    answers = at_once(8, lambda _number: create())
    assert sorted(answer["code"] for answer in answers) == [0] * 5 + [200] * 3
    assert {answer["msg"] for answer in answers if answer["code"] == 0} == {"This needs 15 credits, but you have 14."}
    assert Job.objects.count() == LedgerEntry.objects.filter(kind="charge").count() == 3
    assert balance(payer.pk) == 14


def test_one_idempotency_key_is_one_task_and_one_charge(create: Callable[..., Any], payer: User) -> None:
    answers = at_once(8, lambda _number: create(headers={"Idempotency-Key": "one"}))
    assert {answer["code"] for answer in answers} == {200}
    assert len({answer["task_id"] for answer in answers}) == 1
    assert Job.objects.count() == 1
    assert balance(payer.pk) == 985


def test_a_welcome_is_given_once(transactional_db: None, settings: Any) -> None:
    settings.OPENAPI_SERVER = {**settings.OPENAPI_SERVER, "WELCOME_CREDITS": 50}
    person = User.objects.create_user("new@example.com")
    given = at_once(4, lambda _number: credits.welcome(person))
    assert sum(entry is not None for entry in given) == 1
    assert balance(person.pk) == 50


def test_a_job_has_one_holder(create: Callable[..., Any]) -> None:
    create()
    create()
    claimed = at_once(6, lambda number: jobs.claim_next(f"renderer {number}", 60))
    held = [job.pk for job in claimed if job]
    assert len(held) == len(set(held)) <= 2
    assert Job.objects.exclude(holder="").count() == len(held)
    assert held


def test_a_job_that_two_end_is_refunded_once(create: Callable[..., Any], payer: User) -> None:
    create()
    job = jobs.claim_next("renderer", 60)
    assert job
    ended = at_once(4, lambda number: jobs.fail(job, "renderer", f"reason {number}"))
    assert sorted(ended) == [False, False, False, True]
    assert LedgerEntry.objects.filter(kind="refund").count() == 1
    assert balance(payer.pk) == 1000
