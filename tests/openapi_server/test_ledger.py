"""The promises of the ledger that the database keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import LedgerEntry
from omnistudio.openapi_server.queries import balance
from omnistudio.openapi_server.services import credits, jobs
from tests.openapi_server.conftest import Api


def refused(**fields: Any) -> bool:
    try:
        with transaction.atomic():
            LedgerEntry.objects.create(**fields)
    except IntegrityError:
        return True
    return False


def test_a_job_is_charged_once(api: Api, owner: User) -> None:
    job = api.make()
    assert refused(owner=owner, kind="charge", credits=-15, job=job)


def test_a_job_is_refunded_once(api: Api, owner: User) -> None:
    job = api.make()
    credits.refund(job)
    assert refused(owner=owner, kind="refund", credits=15, job=job)


@pytest.mark.parametrize(("kind", "amount"), [("charge", 15), ("refund", -15), ("grant", -1)])
def test_charges_take_and_the_rest_gives(owner: User, kind: str, amount: int) -> None:
    assert refused(owner=owner, kind=kind, credits=amount)


def test_grants_are_many(owner: User) -> None:
    credits.grant(owner, 1, "one")
    credits.grant(owner, 2, "two")
    assert balance(owner.pk) == 3


def test_a_balance_is_the_sum_of_ones_own_entries(owner: User, stranger: User) -> None:
    credits.grant(owner, 10, "")
    credits.grant(stranger, 100, "")
    assert (balance(owner.pk), balance(stranger.pk)) == (10, 100)


def test_a_job_that_can_not_be_refunded_stays_as_it_is(api: Api) -> None:
    job = api.make()
    jobs.claim_next("me", 60)
    credits.refund(job)
    with pytest.raises(IntegrityError), transaction.atomic():
        jobs.fail(job, "me", "twice")
    job.refresh_from_db()
    assert job.status == job.Status.QUEUED


def test_the_welcome_is_given_once(owner: User) -> None:
    assert credits.welcome(owner) is not None
    assert credits.welcome(owner) is None
    assert balance(owner.pk) == 10_000


def test_a_granted_person_gets_no_welcome_credits(owner: User) -> None:
    credits.grant(owner, 5, "")
    assert credits.welcome(owner) is None


def test_entries_have_descriptions(api: Api, owner: User) -> None:
    job = api.make()
    jobs.claim_next("me", 60)
    jobs.fail(job, "me", "why")
    said = [entry.what for entry in LedgerEntry.objects.order_by("id")]
    assert said == ["Welcome credits", "ChatGPT Image 2, 1 image", "Refund: ChatGPT Image 2, task failed"]
    assert LedgerEntry(kind="grant", note="Thanks", credits=1).what == "Thanks"
    assert LedgerEntry(kind="grant", credits=1).what == "Grant"
