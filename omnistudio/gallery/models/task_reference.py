"""Which references a task has, and in which order."""

from __future__ import annotations

from django.db import models

from omnistudio.gallery.models.reference import Reference


class TaskReference(models.Model):
    """A reference of a task, in its place."""

    task = models.ForeignKey("gallery.Task", on_delete=models.CASCADE, related_name="task_references")
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["task", "position"], name="reference_position_once_a_task")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.position}"
