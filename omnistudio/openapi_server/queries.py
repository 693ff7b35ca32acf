"""Database reads of the built-in Open API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db.models import QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.accounts.queries import key_of
from omnistudio.core.models import Heartbeat
from omnistudio.openapi_server.models import Job, Key, LedgerEntry

ENTRIES_A_PAGE = 10
_KEY = re.compile(r"sk-[A-Za-z0-9]{32}")
_TASK_ID = re.compile(r"[a-z0-9]{12,32}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,43}")


def digest(secret: str) -> str:
    """Return the hash of a key that is stored. A key has 190 random bits, so that one round of SHA-256 is enough."""
    return sha256(secret.encode()).hexdigest()


def key_for(authorization: str) -> Key | None:
    """Return the live key of an `Authorization` header, or None.

    It is looked up by its hash, so that the time of the comparison reveals nothing about stored keys.
    """
    scheme, _space, secret = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not _KEY.fullmatch(secret.strip()):
        return None
    return Key.objects.live().filter(sha256=digest(secret.strip())).first()


def job_of(owner_id: int, task_id: str) -> Job | None:
    """Return the job with this public id, or None if there is none or it has another owner."""
    if not _TASK_ID.fullmatch(task_id):
        return None
    return Job.objects.filter(owner_id=owner_id, task_id=task_id).first()


def job_with_result(token: str) -> Job | None:
    """Return the job whose result has this token, or None if there is none or it has expired."""
    if not _TOKEN.fullmatch(token):
        return None
    return Job.objects.filter(result_token=token, expires_at__gt=timezone.now()).first()


def keys_of(owner: User) -> QuerySet[Key]:
    """Return the person's live keys, newest first, each with `spent`: credits charged less credits refunded."""
    spent = Coalesce(Sum("entries__credits"), Value(0)) * Value(-1)
    return Key.objects.of(owner).live().annotate(spent=spent).order_by("-id")


def balance(owner_id: int, upto: int | None = None) -> int:
    """Return a person's credits: the sum of all their ledger entries, or of those up to the id `upto`."""
    entries = LedgerEntry.objects.filter(owner_id=owner_id)
    if upto is not None:
        entries = entries.filter(id__lte=upto)
    return entries.aggregate(sum=Coalesce(Sum("credits"), Value(0)))["sum"]


def held(owner: User) -> int:
    """Return the credits charged for unfinished tasks, which are refunded if the tasks fail."""
    return owner.openapi_jobs.unfinished().aggregate(sum=Coalesce(Sum("credits"), Value(0)))["sum"]


@dataclass(frozen=True)
class LedgerRow:
    """A ledger entry, and the balance after it."""

    entry: LedgerEntry
    balance: int


@dataclass(frozen=True)
class LedgerPage:
    """A page of the ledger, newest entry first. The next page has entries before the id `earlier`, if not None."""

    rows: list[LedgerRow]
    earlier: int | None


def ledger_page(owner: User, before: int | None = None) -> LedgerPage:
    """Return a page of the ledger: the newest entries with ids below `before`."""
    entries = LedgerEntry.objects.filter(owner=owner).select_related("job", "key").order_by("-id")
    if before is not None:
        entries = entries.filter(id__lt=before)
    found = list(entries[: ENTRIES_A_PAGE + 1])
    rows: list[LedgerRow] = []
    running = balance(owner.pk, upto=found[0].pk) if found else 0
    for entry in found[:ENTRIES_A_PAGE]:
        rows.append(LedgerRow(entry, running))
        running -= entry.credits
    return LedgerPage(rows, rows[-1].entry.pk if len(found) > ENTRIES_A_PAGE else None)


def ledger_rows(owner: User) -> Iterator[LedgerRow]:
    """Yield the whole ledger from its beginning, fetched 500 rows at a time."""
    running = 0
    entries = LedgerEntry.objects.filter(owner=owner).select_related("job", "key").order_by("id")
    for entry in entries.iterator(chunk_size=500):
        running += entry.credits
        yield LedgerRow(entry, running)


def studios_key(owner: User) -> str:
    """Return the last four characters of the key that the studio uses for this person.

    Empty if they have none, or if the studio uses another service.
    """
    kept = key_of(owner.pk) if settings.OMNI_API_IS_BUILT_IN else None
    return kept.last_four if kept else ""


def is_the_studios(key: Key) -> bool:
    """Whether the studio uses this key for its owner, whose tasks would wait after it is revoked."""
    return key.last_four == studios_key(key.owner)


def nobody_renders() -> bool:
    """Whether no renderer is running, so that tasks wait."""
    return not Heartbeat.objects.alive(Heartbeat.Role.RENDERER).exists()
