"""What the client takes and gives back: plain frozen dataclasses, no behaviour beyond reading them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from enum import IntEnum, StrEnum
from typing import Literal

from .catalogue import Kind

__all__ = ["CreatedTask", "KeyState", "OutputKind", "RemoteOutput", "RemoteTask", "TaskStatus", "Timeouts"]

OutputKind = Literal["image", "video", "audio"]
"""What the field in which a result is named says of it; what it is stands in its bytes alone."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Bounds in seconds. Raises ``ValueError`` for one that is not a positive, finite number.

    ``connect``, ``read``, ``write`` and ``pool`` each bound one wait: for a connection (and again for its
    TLS handshake), for the next bytes to come, for bytes to leave, for a free connection. ``total`` bounds a
    whole call, and is what a lease has to outlive: a service that sends a byte now and then keeps every
    other bound happy for ever.
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
    """What ``check_key`` found out. UNKNOWN is "could not check": it says nothing against the key."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CreatedTask:
    """The answer to a create. Credits were taken; ``task_id`` is the only handle on what they bought."""

    task_id: str
    """1 to 255 characters; a number on the wire becomes its digits."""
    request_id: str | None
    credits: int | None
    """What it cost; None where the service did not say so in a way that can be read."""
    status: TaskStatus | int
    """QUEUED where the answer has none, as it has none on the contract's page."""
    raw: str = field(repr=False)
    """The answer for the record, redacted, at most ``answers.MAX_RAW`` characters."""

    @property
    def known(self) -> bool:
        """Whether ``status`` is one of the contract's."""
        return isinstance(self.status, TaskStatus)


@dataclass(frozen=True, slots=True)
class RemoteOutput:
    """One result of a task. The link is left out of ``repr``: whoever has a signed link has the file."""

    kind: OutputKind
    url: str = field(repr=False)
    """As it came, without the white space around it; any text, so whoever fetches it checks it."""


@dataclass(frozen=True, slots=True)
class RemoteTask:
    """A task as the service sees it now."""

    task_id: str
    status: TaskStatus | int
    """A status that the contract does not have stays the number that it was: see ``known``."""
    kind: Kind | None
    model_id: str | None
    outputs: tuple[RemoteOutput, ...]
    """Its results, the one that was asked for first. Empty for a success whose links can't be read."""
    credits: int | None
    created_at: int | None
    """Unix seconds."""
    reason: str | None
    """Why it FAILED, in the service's own words; None in every other status."""
    raw: str = field(repr=False)
    """The answer for the record, redacted, at most ``answers.MAX_RAW`` characters."""

    @property
    def known(self) -> bool:
        """Whether ``status`` is one of the contract's. Another is neither an end nor an error: ask again."""
        return isinstance(self.status, TaskStatus)

    @property
    def finished(self) -> bool:
        """Whether it will not change any more."""
        return self.status in (TaskStatus.SUCCEEDED, TaskStatus.FAILED)

    @property
    def result_url(self) -> str | None:
        """Where the first result is."""
        return self.outputs[0].url if self.outputs else None
