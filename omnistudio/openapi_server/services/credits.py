"""Credits: the ledger is written here and nowhere else, in the transaction of what it tells."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import Job, Key, LedgerEntry


def lock_owner(owner_id: int) -> None:
    """Let no other transaction touch this person's credits or keys until this one ends.

    On PostgreSQL by the person's row; on SQLite every transaction holds the whole database from its
    beginning (`transaction_mode: IMMEDIATE`).
    """
    list(User.objects.select_for_update(no_key=True).filter(pk=owner_id).values_list("pk"))


def grant(owner: User, credits: int, note: str) -> LedgerEntry:
    """Add credits; `note` is one of `LedgerEntry.Note`, or words of one's own."""
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
    """Take the price of a job; inside the transaction that makes it, after `lock_owner`."""
    return LedgerEntry.objects.create(
        owner_id=job.owner_id, kind=LedgerEntry.Kind.CHARGE, credits=-job.credits, job=job, key=key
    )


def refund(job: Job) -> LedgerEntry:
    """Give the price of a job back; inside the transaction that makes it a failed one.

    Raises:
        IntegrityError: it was given back already.
    """
    return LedgerEntry.objects.create(
        owner_id=job.owner_id, kind=LedgerEntry.Kind.REFUND, credits=job.credits, job=job, key_id=job.key_id
    )
