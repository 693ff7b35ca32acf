"""References: pictures that prompts work from."""

from __future__ import annotations

from django.conf import settings
from django.db import models


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
        indexes = [models.Index(fields=["sha256"], name="reference_sum")]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}, {self.sha256[:8]}"

    @property
    def extension(self) -> str:
        return str(self.file.name).rpartition(".")[2]
