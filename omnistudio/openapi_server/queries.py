"""Every read of the Open API's server."""

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
    """What is kept of a key: it is 190 random bits long, so that one round of SHA-256 can't be searched."""
    return sha256(secret.encode()).hexdigest()


def key_for(authorization: str) -> Key | None:
    """The live key of an `Authorization` header, or None; looked up by its hash, which gives nothing away."""
    scheme, _space, secret = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not _KEY.fullmatch(secret.strip()):
        return None
    return Key.objects.live().filter(sha256=digest(secret.strip())).first()


def job_of(owner_id: int, task_id: str) -> Job | None:
    """The owner's job by its public id, or None; somebody else's is None too."""
    if not _TASK_ID.fullmatch(task_id):
        return None
    return Job.objects.filter(owner_id=owner_id, task_id=task_id).first()


def job_with_result(token: str) -> Job | None:
    """The job whose result is up at `token`."""
    if not _TOKEN.fullmatch(token):
        return None
    return Job.objects.filter(result_token=token, expires_at__gt=timezone.now()).first()


def keys_of(owner: User) -> QuerySet[Key]:
    """The person's keys that work, the newest first, each with `spent`: credits charged less credits refunded."""
    spent = Coalesce(Sum("entries__credits"), Value(0)) * Value(-1)
    return Key.objects.of(owner).live().annotate(spent=spent).order_by("-id")


def balance(owner_id: int, upto: int | None = None) -> int:
    """The sum of a person's entries: of all, or of those up to one entry's id."""
    entries = LedgerEntry.objects.filter(owner_id=owner_id)
    if upto is not None:
        entries = entries.filter(id__lte=upto)
    return entries.aggregate(sum=Coalesce(Sum("credits"), Value(0)))["sum"]


def held(owner: User) -> int:
    """Credits in tasks that are not finished: they come back where a task fails."""
    return owner.openapi_jobs.unfinished().aggregate(sum=Coalesce(Sum("credits"), Value(0)))["sum"]


@dataclass(frozen=True)
class LedgerRow:
    """An entry, and what there was after it."""

    entry: LedgerEntry
    balance: int


@dataclass(frozen=True)
class LedgerPage:
    """Some entries of a ledger, the newest first. `earlier`: the next page has those before this id."""

    rows: list[LedgerRow]
    earlier: int | None


def ledger_page(owner: User, before: int | None = None) -> LedgerPage:
    """A page of the ledger, cut by key."""
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
    """The whole ledger from its beginning, read in pieces."""
    running = 0
    entries = LedgerEntry.objects.filter(owner=owner).select_related("job", "key").order_by("id")
    for entry in entries.iterator(chunk_size=500):
        running += entry.credits
        yield LedgerRow(entry, running)


def studios_key(owner: User) -> str:
    """The last four characters of the key that the studio uses for this person; nothing where it uses another API."""
    kept = key_of(owner.pk) if settings.OMNI_API_IS_BUILT_IN else None
    return kept.last_four if kept else ""


def is_the_studios(key: Key) -> bool:
    """Whether revoking this key stops its owner's studio."""
    return key.last_four == studios_key(key.owner)


def nobody_renders() -> bool:
    """Whether no renderer is alive, so that tasks wait."""
    return not Heartbeat.objects.alive(Heartbeat.Role.RENDERER).exists()
