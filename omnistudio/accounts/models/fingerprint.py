"""Record which secrets the database is used with."""

from __future__ import annotations

from django.db import models


class Fingerprint(models.Model):
    """A keyed hash of a secret, so that a machine with a different secret is noticed before it does harm."""

    name = models.CharField(max_length=32, unique=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name
