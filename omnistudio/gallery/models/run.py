"""Runs."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Run(models.Model):
    """One to four tasks of one submission that differ only in their variation: one prompt, one model, one ratio."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="runs")
    # Made by the page that submits: the same form sent twice is one run.
    submission = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "submission"], name="run_once_a_submission")]
        indexes = [models.Index(fields=["owner", "-id"])]

    def __str__(self) -> str:
        return f"run {self.pk}"
