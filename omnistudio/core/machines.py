"""What each process says of the machine it runs on: how much room its disk has, and how far its clock is off.

Leases and due times are moments of the clock of whoever writes them. Machines whose clocks differ by three minutes
make each task wait three minutes, so a difference is said: at the start, by `/healthz`, in `/metrics`.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from omnistudio.core.models import Machine

EVERY_SECONDS = 60.0
FORGOTTEN_AFTER = timedelta(hours=1)
# A lease outlives its longest call by some seconds, and NTP keeps clocks within a fraction of one.
CLOCK_TOLERANCE_SECONDS = 5.0

_lock = threading.Lock()
_role = ""
_noted_at = float("-inf")


def is_one_of(role: str) -> None:
    """Say once what this process is; without it `note` does nothing."""
    global _role
    _role = role


def free_bytes() -> int:
    """Of the data folder or of the folder for temporary files, whichever has less."""
    return min(shutil.disk_usage(folder).free for folder in (settings.DATA_DIR, tempfile.gettempdir()))


def clock_off() -> float | None:
    """Seconds by which this machine's clock is ahead of the database's; None where both have the same clock."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
        after = datetime.now(UTC)
    # The database looked at its clock somewhere between the two: within that, nobody is wrong.
    if before <= theirs <= after:
        return 0.0
    return ((before if theirs < before else after) - theirs).total_seconds()


def what_is_wrong_with_the_clock(seconds: float | None) -> str:
    """A line for an operator; empty where the clock is right."""
    if seconds is None or abs(seconds) <= CLOCK_TOLERANCE_SECONDS:
        return ""
    way = "ahead of" if seconds > 0 else "behind"
    return (
        f"This machine's clock is {abs(seconds):.0f} s {way} the database's, and tasks wait that long. "
        "Set both by NTP (timedatectl set-ntp true)."
    )


def note() -> None:
    """Write the machine down, once a minute at most. Raises what the database raises."""
    global _noted_at
    with _lock:
        if not _role or time.monotonic() - _noted_at < EVERY_SECONDS:
            return
        _noted_at = time.monotonic()
    now = timezone.now()
    told = {"seen_at": now, "free_bytes": free_bytes(), "clock_off_seconds": clock_off()}
    Machine.objects.update_or_create(name=f"{_role}@{socket.gethostname()[:80]}", defaults=told)
    Machine.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()
