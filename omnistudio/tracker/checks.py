"""A check of the tracker's times when anything starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def leases_outlive_calls(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A lease must outlast a call: else a task whose create still waits for its answer would become unconfirmed."""
    lease, call = settings.TRACKER["LEASE_SECONDS"], settings.TRACKER["CALL_SECONDS"]
    if lease > call:
        return []
    return [
        Error(
            f"TRACKER_LEASE_SECONDS is {lease:g}, and a call may take TRACKER_CALL_SECONDS: {call:g}.",
            hint=f"Make the lease longer than a call, with room for a slow database: {call + 15:g}.",
            id="omnistudio.E011",
        )
    ]
