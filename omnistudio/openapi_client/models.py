"""The data that the client takes and returns, as frozen dataclasses."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from enum import IntEnum, StrEnum
from typing import Literal

from .catalogue import Kind

__all__ = ["CreatedTask", "KeyState", "OutputKind", "RemoteOutput", "RemoteTask", "TaskStatus", "Timeouts"]

OutputKind = Literal["image", "video", "audio"]
"""The kind of a result by the field that names it. Only the file itself tells what it really is."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Time limits in seconds. Raises ``ValueError`` for one that is not a positive, finite number.

    ``connect``, ``read``, ``write`` and ``pool`` each limit one wait: for a connection (and again for its
    TLS handshake), for the next bytes to arrive, for bytes to be sent, for a free connection. ``total`` limits a
    whole call, and a task's lease must last longer than that. It is needed because a service that sends a byte now
    and then never exceeds the other limits.
    """

    connect: float = 5.0
    read: float = 30.0
    write: float = 30.0
    pool: float = 10.0
    total: float = 60.0

    def __post_init__(self) -> None:
        for bound in fields(self):
            seconds = getattr(self, bound.name)
            if not (seconds > 0 and math.isfinite(seconds)):
                raise ValueError(f"{bound.name}: a positive number of seconds, not {seconds!r}")


class TaskStatus(IntEnum):
    """``task_status`` of the contract."""

    QUEUED = 1
    RUNNING = 2
    SUCCEEDED = 3
    FAILED = 4


class KeyState(StrEnum):
    """The result of ``check_key``. UNKNOWN means that the key could not be checked; it may be valid."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CreatedTask:
    """The answer to a create. Credits were taken, and only ``task_id`` leads to the result."""

    task_id: str
    """1 to 255 characters; a number in the answer becomes its digits."""
    request_id: str | None
    credits: int | None
    """What it cost; None if the answer has no readable price."""
    status: TaskStatus | int
    """QUEUED if the answer has none; the contract's page shows none."""
    raw: str = field(repr=False)
    """The answer for the record, redacted, at most ``answers.MAX_RAW`` characters."""

    @property
    def known(self) -> bool:
        """Whether the contract defines ``status``."""
        return isinstance(self.status, TaskStatus)


@dataclass(frozen=True, slots=True)
class RemoteOutput:
    """One result of a task. The link is left out of ``repr``: anybody who has a signed link can get the file."""

    kind: OutputKind
    url: str = field(repr=False)
    """The link as received, without white space around it. It may be any text: check it before fetching."""


@dataclass(frozen=True, slots=True)
class RemoteTask:
    """A task as the service describes it now."""

    task_id: str
    status: TaskStatus | int
    """A plain number if the contract does not define it: see ``known``."""
    kind: Kind | None
    model_id: str | None
    outputs: tuple[RemoteOutput, ...]
    """Its results, the one of the requested kind first. Empty for a success whose links can't be read."""
    credits: int | None
    created_at: int | None
    """Unix seconds."""
    reason: str | None
    """Why it FAILED, in the service's own words; None in every other status."""
    raw: str = field(repr=False)
    """The answer for the record, redacted, at most ``answers.MAX_RAW`` characters."""

    @property
    def known(self) -> bool:
        """Whether the contract defines ``status``. Any other means neither success nor failure: ask again later."""
        return isinstance(self.status, TaskStatus)

    @property
    def finished(self) -> bool:
        """Whether it succeeded or failed, and so will not change any more."""
        return self.status in (TaskStatus.SUCCEEDED, TaskStatus.FAILED)

    @property
    def result_url(self) -> str | None:
        """The link of the first result; None if there is none."""
        return self.outputs[0].url if self.outputs else None
