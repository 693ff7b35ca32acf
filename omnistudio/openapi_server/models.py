"""Models of keys, jobs and the ledger of credits."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omnistudio.accounts.models import User
from omnistudio.core.leases import Leased
from omnistudio.openapi_server import catalogue

_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
_UNFINISHED = Q(finished_at__isnull=True)


class KeyQuerySet(models.QuerySet["Key"]):
    def live(self) -> Self:
        """Return the keys that are valid: not revoked, and with an active owner."""
        return self.filter(revoked_at__isnull=True, owner__is_active=True)

    def of(self, owner: User) -> Self:
        return self.filter(owner=owner)


class Key(models.Model):
    """A bearer key of the API. Only its SHA-256 is stored; the key itself is shown once, when it is created."""

    MAX_A_PERSON = 50

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="openapi_keys")
    name = models.CharField(_("Name"), max_length=80)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    last_four = models.CharField(max_length=4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = KeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.masked})"

    @property
    def masked(self) -> str:
        """Return the form in which a key is shown after its creation, such as `sk-…a1b2`."""
        return f"sk-…{self.last_four}"


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> Self:
        """Return queued and running jobs.

        Selected by `finished_at`, not by status: only then does SQLite use the partial index.
        """
        return self.filter(_UNFINISHED)

    def held(self, holder: str) -> Self:
        """Return the unfinished jobs that `holder` has a lease on."""
        return self.unfinished().filter(holder=holder)

    def expired(self) -> Self:
        """Return the jobs whose result has expired and was not deleted yet."""
        return self.filter(expires_at__lte=timezone.now())


class Job(Leased):
    """One task of the API: the request, its outcome and its price.

    `status`, `task_id` and `request_id` are as in the API's answers. The result is public at a URL with
    `result_token`, which can't be guessed from the task's id.
    """

    class Status(models.IntegerChoices):
        QUEUED = 1, _("Queued")
        RUNNING = 2, _("Running")
        SUCCEEDED = 3, _("Succeeded")
        FAILED = 4, _("Failed")

    task_id = models.CharField(max_length=32, unique=True, default=partial(secrets.token_hex, 12), editable=False)
    request_id = models.CharField(max_length=32, editable=False)
    result_token = models.CharField(
        max_length=43, unique=True, default=partial(secrets.token_urlsafe, 24), editable=False
    )
    owner = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="openapi_jobs")
    key = models.ForeignKey(Key, on_delete=models.SET_NULL, null=True, related_name="jobs")
    model_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=5)
    prompt = models.TextField()
    aspect_ratio = models.CharField(max_length=8, blank=True)
    image_urls = models.JSONField(default=list)
    # Random for each job, so that the same request twice gives two variations.
    seed = models.PositiveIntegerField()
    # The language of the request, in which the reason of a failure is given.
    language = models.CharField(max_length=12)
    status = models.PositiveSmallIntegerField(choices=Status.choices, default=Status.QUEUED)
    credits = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    result = models.FileField(max_length=200, blank=True, editable=False)
    content_type = models.CharField(max_length=32, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)
    # NULL if the request had none: NULLs are never equal, so a plain unique index allows many of them.
    idempotency_key = models.CharField(max_length=catalogue.MAX_IDEMPOTENCY_KEY, null=True)  # noqa: DJ001
    body_sha256 = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # When the result will be deleted; NULL if there is none (any more).
    expires_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            # For the renderer, which looks for jobs 4 times a second. It contains only unfinished jobs.
            models.Index(fields=["due_at", "id"], condition=_UNFINISHED, name="openapi_job_unfinished"),
            models.Index(fields=["owner", "credits"], condition=_UNFINISHED, name="openapi_job_held"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="openapi_job_expires"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner", "idempotency_key"], name="openapi_job_idempotency"),
            models.CheckConstraint(
                condition=Q(status__in=(1, 2), finished_at__isnull=True)
                | Q(status__in=(3, 4), finished_at__isnull=False),
                name="openapi_job_finished",
            ),
        ]

    def __str__(self) -> str:
        return self.task_id

    @property
    def folder(self) -> str:
        """The folder of this job's files in the storage."""
        return f"openapi/{self.task_id}"

    @property
    def result_name(self) -> str:
        """The last part of the result's URL, which is also the file name of a download."""
        return f"{self.model_id.replace('/', '-')}-{self.task_id[:8]}.{extension_of(self.content_type)}"


def extension_of(content_type: str) -> str:
    """Return the file extension, such as `png` for `image/png`; empty for a type that results may not have."""
    return _EXTENSIONS.get(content_type, "")


class LedgerEntry(models.Model):
    """One grant, charge or refund of credits. A person's balance is the sum of their entries.

    Constraints of the database allow at most one charge and one refund for each job.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", _("Grant")
        CHARGE = "charge", _("Charge")
        REFUND = "refund", _("Refund")

    class Note(models.TextChoices):
        """The notes of grants that have translations; any other note is shown as it is."""

        WELCOME = "welcome", _("Welcome credits")
        ADDED = "added", _("Added by an administrator")
        COMMAND = "command", _("Added on the command line")

    owner = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="ledger")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    credits = models.IntegerField()
    job = models.ForeignKey(Job, on_delete=models.RESTRICT, null=True, related_name="entries")
    key = models.ForeignKey(Key, on_delete=models.SET_NULL, null=True, db_index=False, related_name="entries")
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        # Both contain the summed column, so that a sum reads only the index.
        indexes = [
            models.Index(fields=["owner", "id", "credits"], name="openapi_ledger_of_owner"),
            models.Index(fields=["key", "credits"], name="openapi_ledger_of_key"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["job"], condition=Q(kind="charge"), name="openapi_one_charge_a_job"),
            models.UniqueConstraint(fields=["job"], condition=Q(kind="refund"), name="openapi_one_refund_a_job"),
            models.CheckConstraint(
                condition=Q(kind="charge", credits__lte=0) | Q(kind__in=("grant", "refund"), credits__gte=0),
                name="openapi_ledger_signs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.credits:+d}"

    @property
    def what(self) -> str:
        """Return a description of the entry for the page, in the reader's language."""
        if self.kind == self.Kind.GRANT:
            return str(dict(self.Note.choices).get(self.note, self.note) or self.get_kind_display())
        model = catalogue.name_of(self.job.model_id) if self.job else "–"
        if self.kind == self.Kind.REFUND:
            return gettext("Refund: %(model)s, task failed") % {"model": model}
        if self.job and self.job.kind == "video":
            return gettext("%(model)s, 1 video") % {"model": model}
        return gettext("%(model)s, 1 image") % {"model": model}
