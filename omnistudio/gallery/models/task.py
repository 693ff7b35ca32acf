"""Tasks."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from omnistudio.accounts.models import Membership, Team
from omnistudio.core.leases import Leased
from omnistudio.core.partial_indexes import is_one_of
from omnistudio.gallery.models.prompt import Prompt
from omnistudio.gallery.models.reference import Reference
from omnistudio.gallery.models.run import Run
from omnistudio.gallery.models.stored import StoredFile
from omnistudio.gallery.models.stored import media_path as media_path  # by this name in migrations
from omnistudio.openapi_client.catalogue import ratio_value

# `deleted_at` of items that are being removed: their files may be gone already. It is past every deadline, so that
# the next purge takes what an interrupted one left.
PURGING = datetime(1970, 1, 1, tzinfo=UTC)


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, user: Any) -> TaskQuerySet:
        """What the person may see: their own tasks, and what a team of theirs shares; not the trash."""
        theirs = Membership.objects.filter(user_id=user.pk).values("team_id")
        return self.not_trashed().filter(models.Q(owner_id=user.pk) | models.Q(team_id__in=theirs))

    def not_trashed(self) -> TaskQuerySet:
        """Tasks that are not in the trash."""
        return self.filter(deleted_at__isnull=True)

    def trashed(self) -> TaskQuerySet:
        """Tasks in the trash, from which they can be brought back; not those that are being removed."""
        return self.filter(deleted_at__gt=PURGING)

    def unfinished(self) -> TaskQuerySet:
        return self.filter(is_one_of("status", Task.UNFINISHED))


def _words_of(text: str) -> str:
    """The first words as a file may be named; marks stay, without which a Thai word is another one."""
    kept = (char if unicodedata.category(char)[0] in "LMN" else "-" for char in text[:60].lower())
    return re.sub("--+", "-", "".join(kept))[:40].strip("-")


def recipe_of(model_id: str, prompt_id: int, aspect_ratio: str, references: Iterable[str]) -> str:
    """What makes two tasks the same request, as one hash; `references` are the pictures' SHA-256, in any order."""
    return hashlib.sha256(
        "|".join([model_id, str(prompt_id), aspect_ratio, *sorted(references)]).encode()
    ).hexdigest()


class Task(StoredFile, Leased):
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
        RESULT_BAD = "result_bad"  # what was fetched is no result, or half of one
        NOT_SHOWN = "not_shown"  # of one that succeeded: the file is kept, and can't be shown
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
    # Null: private. Whoever is in the team sees the task then.
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="tasks")
    shared_at = models.DateTimeField(null=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tasks")
    variation = models.PositiveSmallIntegerField(default=1)
    retry_of = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="retry")
    # The item that this one was made from: edited, remixed, animated, run again.
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="children")
    # Equal where model, prompt, ratio and references are: see `recipe_of`.
    recipe = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="tasks")
    model_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    aspect_ratio = models.CharField(max_length=8)
    references = models.ManyToManyField(Reference, through="gallery.TaskReference", related_name="tasks")

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
    downloaded_at = models.DateTimeField(null=True)  # the first time, by anybody who sees it

    # Of tasks made before sounds were kept: where the service has the sound. `result_url` is set while a task is
    # running: its result is being saved.
    audio_url = models.TextField(blank=True)

    # Of the tasks of its model; whoever shows a running one has looked it up.
    usual_time: timedelta | None = None

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-id"]),
            models.Index(fields=["owner", "-run", "variation"]),
            # The galleries: each list is a scan of one of these, newest first.
            models.Index(
                fields=["team", "-id"],
                name="task_team",
                condition=models.Q(team__isnull=False, deleted_at__isnull=True),
            ),
            models.Index(
                fields=["team", "status", "-id"],
                name="task_team_status",
                condition=models.Q(team__isnull=False, deleted_at__isnull=True),
            ),
            models.Index(
                fields=["team", "owner", "-id"],
                name="task_team_person",
                condition=models.Q(team__isnull=False, deleted_at__isnull=True),
            ),
            models.Index(
                fields=["team", "model_id", "-id"],
                name="task_team_model",
                condition=models.Q(team__isnull=False, deleted_at__isnull=True),
            ),
            models.Index(
                fields=["owner", "status", "-id"],
                name="task_owner_status",
                condition=models.Q(deleted_at__isnull=True),
            ),
            models.Index(fields=["owner", "model_id", "-id"], name="task_owner_model"),
            # A prompt's items in one scope: the strips and pages of the history.
            models.Index(fields=["prompt", "owner", "-id"], name="task_prompt_owner"),
            models.Index(
                fields=["prompt", "team", "-id"], name="task_prompt_team", condition=models.Q(team__isnull=False)
            ),
            models.Index(fields=["recipe", "-id"], name="task_recipe"),
            models.Index(fields=["created_at"], name="task_created"),
            models.Index(fields=["owner", "-id"], name="task_trash", condition=models.Q(deleted_at__isnull=False)),
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
            # What a person spent in a month, from the index alone. Not `include`: SQLite has no such thing.
            models.Index(
                fields=["owner", "created_at", "credits", "refunded"],
                name="task_spent",
                condition=models.Q(credits__isnull=False),
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
        """The service has made it, and only a file is missing: asking for it again costs nothing."""
        if self.status == self.Status.SUCCEEDED:
            return any(output.state != output.State.STORED for output in self.outputs.all())
        lost = (self.Reason.RESULT_LOST, self.Reason.RESULT_BAD, self.Reason.NO_END)
        return self.status == self.Status.FAILED and self.reason in lost and bool(self.remote_id)

    @property
    def ratio(self) -> float:
        """Width by height of the box that the task has on a page, known before there is a picture.

        Between 1:5 and 5:1, whatever the service made: a line of 60,000 × 1 must not push everything else aside.
        """
        if self.width and self.height:
            return round(min(5.0, max(0.2, self.width / self.height)), 4)
        return ratio_value(self.aspect_ratio, self.kind)

    @property
    def elapsed(self) -> timedelta:
        """How long the person waits, or had to wait: of what is fetched again, since they asked for that."""
        if self.status not in self.UNFINISHED:
            return (self.finished_at or timezone.now()) - self.created_at
        began = self.created_at
        if self.followed_since and self.accepted_at and self.followed_since > self.accepted_at:
            began = self.followed_since
        return timezone.now() - began

    @property
    def sound_url(self) -> str:
        """The service's address of the sound, where it is one that a link may lead to; `javascript:` is none."""
        return self.audio_url if self.audio_url.lower().startswith(("http://", "https://")) else ""

    @property
    def file_url(self) -> str:
        return reverse("media", args=[self.pk, "file"])

    @property
    def thumbnail_url(self) -> str:
        return reverse("media", args=[self.pk, "thumbnail"]) if self.thumbnail else ""

    @property
    def poster_url(self) -> str:
        return reverse("media", args=[self.pk, "poster"]) if self.poster else ""

    @property
    def download_name(self) -> str:
        """`2026-11-22_celadon-vase_gpt-image-2_3f9a.png`: when, what, by which model, which.

        The day is that of the page, in the studio's time zone.
        """
        words = _words_of(self.prompt.text) or "untitled"
        day = timezone.localdate(self.created_at)
        return f"{day:%Y-%m-%d}_{words}_{self.model_id}_{self.uuid.hex[:4]}.{self.extension}"
