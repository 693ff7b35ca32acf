"""Further results of a task: those that the service named beside the first one."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omnistudio.gallery.models.stored import StoredFile
from omnistudio.gallery.models.task import Task


class Output(StoredFile):
    """One further result; the first one stands in the task's own columns."""

    class Kind(models.TextChoices):
        IMAGE = "image", _("Image")
        VIDEO = "video", _("Video")
        AUDIO = "audio", _("Sound")
        FILE = "file", _("File")

    class State(models.TextChoices):
        WAITING = "waiting"  # named by the service, and not fetched yet
        STORED = "stored"
        LOST = "lost"  # it could not be fetched; `words` say why

    # Without a constraint in the database: the version before this table deletes tasks and knows nothing of it.
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="outputs", db_constraint=False)
    # The task's own is 1.
    position = models.PositiveSmallIntegerField()
    # What the service called it; once it is stored, what its bytes are.
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # Why it could not be fetched, or why it is kept and can't be shown.
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["task", "position"], name="output_position_once_a_task")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.position}"

    @property
    def download_name(self) -> str:
        """The task's, with the place of this result: `2026-11-22_celadon-vase_gpt-image-2_3f9a_2.png`."""
        return self.beside(self.task.download_name)

    def beside(self, name: str) -> str:
        """A name for this file that goes with the `name` of the task's first one."""
        return f"{name.rpartition('.')[0]}_{self.position}.{self.extension}"

    @property
    def file_url(self) -> str:
        return reverse("output", args=[self.task_id, self.position, "file"])

    @property
    def thumbnail_url(self) -> str:
        return reverse("output", args=[self.task_id, self.position, "thumbnail"]) if self.thumbnail else ""

    @property
    def poster_url(self) -> str:
        return reverse("output", args=[self.task_id, self.position, "poster"]) if self.poster else ""
