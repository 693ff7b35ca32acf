"""Create jobs and change their states, each by a conditional write that happens only once."""

from __future__ import annotations

import secrets
import string
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from omnistudio.core import leases
from omnistudio.openapi_server import queries
from omnistudio.openapi_server.engines import Artifact
from omnistudio.openapi_server.models import Job, Key
from omnistudio.openapi_server.request_body import Refused, TaskOrder
from omnistudio.openapi_server.services import credits

EXPIRE_AT_ONCE = 200


def create_job(key: Key, order: TaskOrder, *, idempotency_key: str = "", language: str) -> Job:
    """Create a job and charge its owner for it.

    Atomic, with the owner locked: the balance is checked, the job created and the charge written together or not at
    all. If the owner has used `idempotency_key` for the same body before, the job created then is returned and
    nothing is charged.

    Raises:
        Refused: too few credits, or the idempotency key was used for another body.
    """
    with transaction.atomic():
        credits.lock_owner(key.owner_id)
        if idempotency_key:
            before = Job.objects.filter(owner_id=key.owner_id, idempotency_key=idempotency_key).first()
            if before and before.body_sha256 != order.body_sha256:
                raise Refused(_("This Idempotency-Key was used for another request."))
            if before:
                return before
        price, there = order.model.credits, queries.balance(key.owner_id)
        if there < price:
            raise Refused(
                _("This needs %(price)d credits, but you have %(there)d.") % {"price": price, "there": there}
            )
        job = Job.objects.create(
            owner_id=key.owner_id,
            key=key,
            request_id=_request_id(),
            model_id=order.model.id,
            kind=order.model.kind,
            prompt=order.prompt,
            aspect_ratio=order.aspect_ratio,
            image_urls=order.image_urls,
            seed=secrets.randbelow(2**31),
            language=language,
            credits=price,
            idempotency_key=idempotency_key or None,
            body_sha256=order.body_sha256,
        )
        credits.charge(job, key)
    return job


def _request_id() -> str:
    return "omni_" + "".join(secrets.choice(string.ascii_lowercase + string.digits) for _i in range(12))


_something_due = leases.Look(lambda now: Job.objects.unfinished().filter(leases.due(now)))


def claim_next(holder: str, seconds: float) -> Job | None:
    """Lease the job that has been due the longest, for `seconds`; return None if nothing is due."""
    if not _something_due.finds_any():
        return None
    waiting = Job.objects.unfinished().order_by("due_at", "id")
    taken = leases.claim(waiting, holder=holder, seconds=seconds, limit=1)
    return Job.objects.get(pk=taken[0]) if taken else None


def keep_hold(holder: str, job_id: int, seconds: float) -> None:
    """Extend the lease of the job that `holder` is working on. Leases of its other jobs are left to expire."""
    Job.objects.held(holder).filter(pk=job_id).update(lease_until=timezone.now() + timedelta(seconds=seconds))


def start(job: Job, holder: str) -> bool:
    """Mark the job as running and count an attempt. It is committed before the engine begins.

    Returns whether `holder` still had the job; the same is returned by the functions below.
    """
    now = timezone.now()
    return _step(
        job,
        holder,
        status=Job.Status.RUNNING,
        attempts=F("attempts") + 1,
        started_at=Coalesce(F("started_at"), Value(now)),
    )


def give_back(job: Job, holder: str) -> bool:
    """Put a job back in the queue without counting the attempt: the renderer ends, or can't store anything."""
    return _step(
        job,
        holder,
        status=Job.Status.QUEUED,
        attempts=Greatest(F("attempts") - 1, Value(0)),
        due_at=timezone.now(),
        holder="",
        lease_until=None,
    )


def try_again(job: Job, holder: str, after: float) -> bool:
    """Release a job whose attempt crashed, to be tried again in `after` seconds."""
    return _step(job, holder, due_at=timezone.now() + timedelta(seconds=after), holder="", lease_until=None)


def succeed(job: Job, holder: str, artifact: Artifact) -> bool:
    """Store the file and mark the job as succeeded.

    The file is stored before the job refers to it, and deleted again if `holder` no longer has the job. Returns
    whether the job was changed.

    Raises:
        OSError: the file could not be stored; the job is unchanged.
    """
    job.content_type = artifact.content_type
    with Path(artifact.path).open("rb") as file:
        # Each attempt uses a different name: if two renderers hold the job one after the other, the one that comes
        # too late deletes its own file and not that of the other.
        name = f"{secrets.token_hex(4)}-{job.result_name}"
        stored = default_storage.save(f"{job.folder}/{name}", File(file))
    now = timezone.now()
    ended = _step(
        job,
        holder,
        status=Job.Status.SUCCEEDED,
        result=stored,
        content_type=artifact.content_type,
        width=artifact.width,
        height=artifact.height,
        seconds=artifact.seconds,
        finished_at=now,
        expires_at=now + timedelta(days=settings.OPENAPI_SERVER["RESULT_DAYS"]),
        holder="",
        lease_until=None,
    )
    if not ended:
        default_storage.delete(stored)
    return ended


def fail(job: Job, holder: str, reason: str) -> bool:
    """Mark the job as failed and refund its credits. Atomic. Returns whether the job was changed."""
    with transaction.atomic():
        ended = _step(
            job,
            holder,
            status=Job.Status.FAILED,
            reason=reason,
            finished_at=timezone.now(),
            holder="",
            lease_until=None,
        )
        if ended:
            credits.refund(job)
    return ended


def expire_results() -> int:
    """Delete expired results, at most `EXPIRE_AT_ONCE`, files first. Safe to repeat. Returns how many."""
    jobs = list(Job.objects.expired().order_by("expires_at")[:EXPIRE_AT_ONCE])
    for job in jobs:
        delete_files(job)
        Job.objects.filter(pk=job.pk).update(result="", expires_at=None)
    return len(jobs)


def delete_files(job: Job) -> None:
    """Delete everything in the job's folder, also what a crashed attempt has left there."""
    try:
        _folders, names = default_storage.listdir(job.folder)
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{job.folder}/{name}")
    with suppress(OSError):  # the folder itself, if the storage has folders
        default_storage.delete(job.folder)


def _step(job: Job, holder: str, /, **changes: object) -> bool:
    return bool(Job.objects.held(holder).filter(pk=job.pk).update(**changes))
