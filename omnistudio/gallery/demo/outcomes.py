"""How the tasks of the demo ended: most well, some not, with the credits and times that go with it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from omnistudio.gallery.demo.pictures import Medium
from omnistudio.gallery.models import Task

Status, Reason = Task.Status, Task.Reason

_CREDITS = {"image": 15, "video": 60}
_SECONDS = {"image": (7, 38), "video": (55, 240)}
_STATUSES = (Status.SUCCEEDED, Status.FAILED, Status.UNCONFIRMED, Status.CANCELLED)
_WEIGHTS = (92, 5, 1, 2)
_SAID = (
    "The prompt was declined by the safety check.",
    "No capacity was left for this model.",
    "The model gave no picture.",
    "Internal error, please try again.",
)


def outcome(chance: random.Random, medium: Medium, at: datetime) -> dict[str, Any]:
    """The fields of a task that was made at `at` and ended one way or the other."""
    status = chance.choices(_STATUSES, _WEIGHTS)[0]
    sent = at + timedelta(seconds=chance.uniform(0.2, 1.5))
    ended = sent + timedelta(seconds=chance.uniform(*_SECONDS[medium.kind]))
    fields: dict[str, Any] = {"status": status, "finished_at": ended, "revision": 5, "key_last_four": "demo"}
    match status:
        case Status.CANCELLED:
            return {**fields, "revision": 2, "finished_at": sent, "key_last_four": ""}
        case Status.UNCONFIRMED:
            return {**fields, "revision": 3, "sent_at": sent, "attempts": 1, "reason": Reason.ANSWER_LOST}
    number = chance.getrandbits(48)
    price = _CREDITS[medium.kind]
    fields |= {
        "remote_id": f"task-{number:012x}",
        "request_id": f"req-{number ^ 0x5A5A5A5A5A5A:012x}",
        "credits": price,
        "sent_at": sent,
        "accepted_at": sent + timedelta(seconds=0.4),
        "started_at": sent + timedelta(seconds=1.5),
        "followed_since": sent + timedelta(seconds=0.4),
    }
    if status == Status.FAILED:
        refunded = price if chance.random() < 0.8 else None
        said = {"reason": Reason.SERVICE_FAILED, "reason_words": chance.choice(_SAID)}
        return {**fields, **said, "refunded": refunded}
    return {**fields, **medium.fields, "stored_at": ended}
