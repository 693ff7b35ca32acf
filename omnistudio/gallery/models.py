"""The record: runs, tasks, prompts, references, media."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from omnistudio.claims import Leased
from omnistudio.openapi_client.catalogue import ratio_value


class Prompt(models.Model):
    """A text, once, whoever wrote it; `search_text` is what searches look into."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    text = models.TextField()
    search_text = models.TextField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.text[:80]

    @staticmethod
    def normalised(text: str) -> str:
        """The text as it is kept and compared: composed characters, no spaces at the ends of lines."""
        composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\x00", "")
        return "\n".join(line.rstrip() for line in composed.split("\n")).strip()

    @classmethod
    def of(cls, text: str) -> Prompt:
        """The one row of this text."""
        text = cls.normalised(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        search_text = unicodedata.normalize("NFKC", text).casefold()
        return cls.objects.get_or_create(digest=digest, defaults={"text": text, "search_text": search_text})[0]


def reference_path(reference: Reference, filename: str) -> str:
    return f"references/{reference.owner_id}/{reference.sha256}/{filename}"


class Reference(models.Model):
    """A picture that prompts work from: uploaded or fetched once, and used in any number of tasks."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="references")
    file = models.FileField(upload_to=reference_path, max_length=255)
    thumbnail = models.FileField(upload_to=reference_path, max_length=255)
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=32)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "sha256"], name="reference_once_a_person")]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}, {self.sha256[:8]}"

    @property
    def extension(self) -> str:
        return str(self.file.name).rpartition(".")[2]


class Run(models.Model):
    """One submission of the composer: one to four tasks that differ only in their variation."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="runs")
    # Made by the page that submits: the same form sent twice is one run.
    submission = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "submission"], name="run_once_a_submission")]
        indexes = [models.Index(fields=["owner", "-id"])]

    def __str__(self) -> str:
        return f"run {self.pk}"


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: Any) -> TaskQuerySet:
        """What the person may see: their own tasks that are not in the trash."""
        return self.filter(owner_id=user.pk, deleted_at__isnull=True)

    def unfinished(self) -> TaskQuerySet:
        return self.filter(status__in=Task.UNFINISHED)


def media_path(task: Task, filename: str) -> str:
    day = task.created_at
    return f"media/{day:%Y/%m}/{task.uuid}/{filename}"


class Task(Leased):
    """One picture or video that was asked for, from the prompt to the file that is kept."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Failed")
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")
        CANCELLED = "cancelled", _("Cancelled")

    class Kind(models.TextChoices):
        IMAGE = "image", _("Image")
        VIDEO = "video", _("Video")

    class Reason(models.TextChoices):
        """Why a task failed or is unconfirmed; `reason_words` has the words of whoever said so."""

        SERVICE_FAILED = "service_failed"  # the service ended it as failed
        REFUSED = "refused"  # turned away at creation
        UNKNOWN_ID = "unknown_id"  # the id that the person entered is not known to the service
        NO_END = "no_end"  # no end within the deadline
        RESULT_LOST = "result_lost"  # made, but the file can't be fetched
        RESULT_BAD = "result_bad"  # the file is not what it should be
        ANSWER_LOST = "answer_lost"  # sent, and no answer was read
        DISMISSED = "dismissed"  # the person let an unconfirmed one go

    class Trouble(models.TextChoices):
        """What keeps an unfinished task from moving on just now."""

        NONE = ""
        BUSY = "busy"  # the service turned it away for now
        UNREACHABLE = "unreachable"  # the service can't be reached
        STRANGE = "strange"  # the service's answers about it can't be understood
        KEY = "key"  # the service rejects the key, or there is none
        FETCH = "fetch"  # the result is there and can't be fetched yet

    UNFINISHED = (Status.WAITING, Status.SENDING, Status.QUEUED, Status.RUNNING)
    FINISHED = (Status.SUCCEEDED, Status.FAILED, Status.UNCONFIRMED, Status.CANCELLED)

    # Sent to the service as Idempotency-Key.
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tasks")
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tasks")
    variation = models.PositiveSmallIntegerField(default=1)
    retry_of = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="retry")

    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="tasks")
    model_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    aspect_ratio = models.CharField(max_length=8)
    references = models.ManyToManyField(Reference, through="TaskReference", related_name="tasks")

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.WAITING)
    revision = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=16, choices=Reason.choices, blank=True)
    reason_words = models.TextField(blank=True)
    trouble = models.CharField(max_length=16, choices=Trouble.choices, blank=True)
    trouble_words = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    # The service's last answer as it came, the key masked; for whoever has to find out.
    raw_answer = models.TextField(blank=True)

    remote_id = models.CharField(max_length=255, blank=True)
    request_id = models.CharField(max_length=255, blank=True)
    credits = models.PositiveIntegerField(null=True)
    refunded = models.PositiveIntegerField(null=True)
    key_last_four = models.CharField(max_length=4, blank=True)
    # The id was entered by the person, and the service has not confirmed it yet.
    adopted = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    # When the deadline began to run: at the acceptance, and anew when the person asks again.
    followed_since = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    # The address that the service gave. Set while a task is running: its result is being saved.
    result_url = models.TextField(blank=True)
    audio_url = models.TextField(blank=True)
    file = models.FileField(upload_to=media_path, max_length=255, blank=True)
    poster = models.FileField(upload_to=media_path, max_length=255, blank=True)
    thumbnail = models.FileField(upload_to=media_path, max_length=255, blank=True)
    content_type = models.CharField(max_length=32, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    seconds = models.FloatField(null=True)
    bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"]),
            models.Index(fields=["owner", "-run", "variation"]),
            models.Index(
                fields=["owner"],
                name="task_unfinished",
                condition=models.Q(status__in=["waiting", "sending", "queued", "running"]),
            ),
            models.Index(
                fields=["due_at"],
                name="task_due",
                condition=models.Q(status__in=["waiting", "sending", "queued", "running"]),
            ),
            models.Index(
                fields=["model_id", "-id"], name="task_done_by_model", condition=models.Q(status="succeeded")
            ),
            models.Index(
                fields=["model_id", "-id"],
                name="task_cost_by_model",
                condition=models.Q(credits__isnull=False),
                include=["credits"],
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_unfinished(self) -> bool:
        return self.status in self.UNFINISHED

    @property
    def is_saving(self) -> bool:
        """The service is done, and the result is on its way into our storage."""
        return self.status == self.Status.RUNNING and bool(self.result_url)

    @property
    def can_fetch_again(self) -> bool:
        """The service has made it, and only the file is missing: asking for it again costs nothing."""
        lost = (self.Reason.RESULT_LOST, self.Reason.RESULT_BAD, self.Reason.NO_END)
        return self.status == self.Status.FAILED and self.reason in lost and bool(self.remote_id)

    @property
    def ratio(self) -> float:
        """Width by height of the box that the task has on a page, known before there is a picture."""
        if self.width and self.height:
            return round(self.width / self.height, 4)
        return ratio_value(self.aspect_ratio, self.kind)

    @property
    def elapsed(self) -> timedelta:
        """How long the person has been waiting, or had to wait."""
        return (self.finished_at or timezone.now()) - self.created_at

    @property
    def file_url(self) -> str:
        return reverse("media", args=[self.pk, "file"])

    @property
    def thumbnail_url(self) -> str:
        return reverse("media", args=[self.pk, "thumbnail"])

    @property
    def poster_url(self) -> str:
        return reverse("media", args=[self.pk, "poster"]) if self.poster else ""

    @property
    def download_name(self) -> str:
        """`2026-11-22_celadon-vase_gpt-image-2_3f9a.png`: when, what, by which model, which."""
        from django.utils.text import slugify

        words = slugify(self.prompt.text[:60], allow_unicode=True)[:40].strip("-") or "untitled"
        extension = str(self.file.name).rpartition(".")[2]
        return f"{self.created_at:%Y-%m-%d}_{words}_{self.model_id}_{self.uuid.hex[:4]}.{extension}"


class TaskReference(models.Model):
    """A reference of a task, in its place."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="task_references")
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["task", "position"], name="reference_position_once_a_task")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.position}"
