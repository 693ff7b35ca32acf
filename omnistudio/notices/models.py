"""What tells a person's pages that something has happened."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class PersonRevision(models.Model):
    """One row a person, and a number in it that rises with whatever concerns them; a page that waits reads it alone.

    A person without a row has the number 0: nothing has happened yet.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="revision"
    )
    revision = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"person {self.user_id}: {self.revision}"
