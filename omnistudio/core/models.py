"""What processes tell of themselves: heartbeats, and sums that all of them add to."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

from django.db import models
from django.utils import timezone


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def alive(self, role: str) -> HeartbeatQuerySet:
        """Those of `role` that were heard within the last `Heartbeat.SILENCE`."""
        return self.filter(role=role, beat_at__gte=timezone.now() - Heartbeat.SILENCE)


class Heartbeat(models.Model):
    """One row a background process; it writes the time every few seconds."""

    class Role(models.TextChoices):
        TRACKER = "tracker"
        RENDERER = "renderer"

    EVERY = timedelta(seconds=5)
    SILENCE = timedelta(seconds=20)

    role = models.CharField(max_length=16, choices=Role.choices)
    process = models.CharField(max_length=120, unique=True)
    beat_at = models.DateTimeField()
    # What it says of itself, where it has something to say. NULL or a default of the database, so that the code of
    # the release before can write its rows while this one is rolled out.
    at_work = models.PositiveIntegerField(null=True)
    breaker_open = models.BooleanField(default=False, db_default=False)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["role", "beat_at"])]

    def __str__(self) -> str:
        return f"{self.role} {self.process}"

    @property
    def is_alive(self) -> bool:
        return self.beat_at >= timezone.now() - self.SILENCE

    @classmethod
    def beat(cls, role: str, process: str, *, at_work: int | None = None, breaker_open: bool = False) -> None:
        """Say that `process` is alive, and forget the processes of the day before."""
        now = timezone.now()
        told = {"role": role, "beat_at": now, "at_work": at_work, "breaker_open": breaker_open}
        cls.objects.update_or_create(process=process, defaults=told)
        cls.objects.filter(role=role, beat_at__lt=now - timedelta(days=1)).delete()

    @classmethod
    def stop(cls, process: str) -> None:
        """Take the row away when a process ends in an orderly way."""
        cls.objects.filter(process=process).delete()


class Counter(models.Model):
    """A sum that only grows and that all processes add to: `remote_calls|create|ok`. See `counters`."""

    name = models.CharField(max_length=120, unique=True)
    value = models.FloatField(default=0, db_default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value:g}"


class Machine(models.Model):
    """What the processes of one role on one machine say of it: its free disk, and its clock. See `machines`."""

    name = models.CharField(max_length=120, unique=True)  # role@host
    seen_at = models.DateTimeField()
    free_bytes = models.BigIntegerField(null=True)
    clock_off_seconds = models.FloatField(null=True)  # this machine's clock minus that of the database

    def __str__(self) -> str:
        return self.name


def process_name(role: str) -> str:
    """A name for this process that is unique among all machines: role, host, process id."""
    return f"{role}@{socket.gethostname()[:80]}:{os.getpid()}"
