"""What the bar, the notice and the poller show: how many tasks are on their way, and what holds them up."""

from __future__ import annotations

from typing import Any

from omnistudio.accounts.queries import key_of
from omnistudio.studio.feed import queries

POLL_SECONDS, REST_SECONDS = 2, 15


def pace_of(unfinished: int) -> int:
    """Seconds between two polls. It never quite stops: a poll that ends must not disarm a card just added."""
    return POLL_SECONDS if unfinished else REST_SECONDS


def state_of(user_id: int, pending: queries.Pending | None = None, notice: str | None = None) -> dict[str, Any]:
    """The state for templates; what the caller knows already is not read again."""
    if pending is None:
        pending = queries.pending(user_id)
    if notice is None:
        notice = queries.notice(user_id, pending)
    return {
        "running": pending.count,
        "notice": notice,
        "pace": pace_of(pending.count),
        "held_key": key_of(user_id) if notice.startswith("key_") else None,
    }
