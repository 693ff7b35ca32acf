"""Write the ledger of credits. Only this module does, in the transaction of the change that an entry records."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import Job, Key, LedgerEntry


def lock_owner(owner_id: int) -> None:
    """Keep other transactions from changing this person's credits or keys until this one ends.

    On PostgreSQL this locks the person's row. On SQLite every transaction locks the whole database from its
    beginning (`transaction_mode: IMMEDIATE`).
    """
    list(User.objects.select_for_update(no_key=True).filter(pk=owner_id).values_list("pk"))


def grant(owner: User, credits: int, note: str) -> LedgerEntry:
    """Add credits; `note` is one of `LedgerEntry.Note`, or any other text."""
    return LedgerEntry.objects.create(owner=owner, kind=LedgerEntry.Kind.GRANT, credits=credits, note=note)


def welcome(owner: User) -> LedgerEntry | None:
    """Grant the welcome credits, unless the person has been granted credits before. Atomic."""
    credits: int = settings.OPENAPI_SERVER["WELCOME_CREDITS"]
    with transaction.atomic():
        lock_owner(owner.pk)
        if credits <= 0 or LedgerEntry.objects.filter(owner=owner, kind=LedgerEntry.Kind.GRANT).exists():
            return None
        return grant(owner, credits, LedgerEntry.Note.WELCOME)


def charge(job: Job, key: Key) -> LedgerEntry:
    """Charge the price of a job. Call it in the transaction that creates the job, after `lock_owner`."""
    return LedgerEntry.objects.create(
        owner_id=job.owner_id, kind=LedgerEntry.Kind.CHARGE, credits=-job.credits, job=job, key=key
    )


def refund(job: Job) -> LedgerEntry:
    """Refund the price of a job. Call it in the transaction that marks the job as failed.

    Raises:
        IntegrityError: it was refunded already.
    """
    return LedgerEntry.objects.create(
        owner_id=job.owner_id, kind=LedgerEntry.Kind.REFUND, credits=job.credits, job=job, key_id=job.key_id
    )
