"""Interpret the answers of the service: pure functions over what was read, without network access.

Required fields are checked strictly, all others leniently (``OPEN-API.md``, "Left open by the page, and how we read
it"). An answer is judged in this order:

1. 401 is ``Unauthorized`` and 3xx is ``Redirected``; the body is not read.
2. A readable envelope with ``code`` 200 is a success under any HTTP status. That includes 429 and 503: an
   envelope that says "accepted" must never lead to a second create. A 2xx without a ``code`` is a success
   if it names the task: by ``task_id`` after a create, by ``task_status`` after a query. Every published client
   of the service (``omnivideo-sdk`` 0.1.0 among them) treats it as one. Any other answer to a create that names
   a task contradicts itself, so the create may have been processed: ``ProtocolError``. An exception is a 5xx
   other than 503, which rules 4 and 5 decide.
3. 429 and 503 are ``TurnedAway``, even if an envelope says 0: rate limits come in an envelope, too.
4. A readable envelope with any other ``code`` is ``Refused``, under any HTTP status.
5. Without an envelope the status decides: 4xx is ``Refused``, 5xx ``ServerTrouble``; anything else should have
   been an envelope and is ``ProtocolError``, or ``AnswerLost`` if the body broke off.

A body that broke off is used if the part that arrived is a complete JSON document: nothing after its last
brace could change what it says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .catalogue import Kind
from .errors import (
    AnswerLost,
    OpenAPIError,
    ProtocolError,
    Redirected,
    Refused,
    ServerTrouble,
    TurnedAway,
    Unauthorized,
)
from .models import CreatedTask, RemoteTask, TaskStatus
from .outputs import outputs_in
from .reasons import reason_in
from .redaction import redact
from .values import clean, integer, retry_after, text

MAX_BODY = 1024 * 1024
"""The most bytes of an answer that are read."""
MAX_RAW = 8_000
"""The most characters of an answer that are kept for the record."""
MAX_WORDS = 1_000
"""The most characters that are kept of the service's own words."""
MAX_TASK_ID = 255

_INT32 = 2**31 - 1
_YEAR_9999 = 253_402_300_799

_ASCII_ESCAPE = re.compile(r"\\u00([2-7][0-9A-Fa-f])")


@dataclass
class Answer:
    """What was received. It is filled while reading, so that what was read before a failure is not lost."""

    key: str = field(repr=False)
    """The key that was sent; it is removed from every text that is passed on."""
    creating: bool
    """Whether this answers a create, the one request that spends credits."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By lower-case name."""
    location: str = ""
    body: bytearray = field(default_factory=bytearray, repr=False)
    lost: str = ""
    """Why the body broke off; empty if it is complete."""
    too_large: bool = False

    @property
    def body_matters(self) -> bool:
        """Whether the body is to be read; that of a 401 or a redirect is ignored."""
        return self.status is not None and self.status != 401 and not 300 <= self.status < 400

    @cached_property
    def document(self) -> Any:
        """Return the body as JSON, or None if it is not JSON. Bytes that are not UTF-8 become U+FFFD."""
        try:
            return json.loads(self._decoded)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def raw(self) -> str:
        """Return the answer for the record, redacted, of at most ``MAX_RAW`` characters.

        JSON is serialised again without escapes, so that a key that is written with escapes is found, too.
        """
        written = None
        if self.document is not None:
            with suppress(RecursionError):
                written = json.dumps(self.document, ensure_ascii=False)
        if written is None:
            written = _ASCII_ESCAPE.sub(lambda found: chr(int(found[1], 16)), self._decoded)
        return self.words(written, MAX_RAW)

    @property
    def _decoded(self) -> str:
        return self.body.decode("utf-8-sig", "replace")

    def words(self, said: str, limit: int = MAX_WORDS) -> str:
        """Return the service's text ``said`` redacted, fit for storing, and cut to ``limit`` characters."""
        return redact(clean(said), self.key)[:limit]

    def error(self, kind: type[OpenAPIError], message: str, *, unsure: bool = False, **more: Any) -> OpenAPIError:
        """Return an error of ``kind`` about this answer. With ``unsure``, a create may have been processed."""
        return kind(
            self.words(message),
            may_have_been_processed=unsure and self.creating,
            status_code=self.status,
            retry_after=retry_after(self.headers),
            raw=self.raw,
            **more,
        )

    def unusable(self, where: str, what: str) -> OpenAPIError:
        """Return the ``ProtocolError`` for the field ``where``; ``what`` says what is wrong with it."""
        message = f"The service's answer can't be used: {where} {what}"
        return self.error(ProtocolError, message, unsure=True, field=where)


@dataclass(frozen=True)
class Envelope:
    """The fields of an answer that is a JSON object."""

    answer: Answer
    top: Mapping[str, Any]

    @property
    def data(self) -> Mapping[str, Any]:
        """Return ``data``, or an empty mapping if it is not an object."""
        data = self.top.get("data")
        return data if isinstance(data, dict) else {}

    def find(self, name: str) -> Any:
        """Return a field of the task: from ``data`` or, if it is missing there, from the top level."""
        value = self.data.get(name)
        return self.top.get(name) if value is None else value

    def where(self, name: str) -> str:
        """Return how an error names a field that is missing or can't be used, such as ``data.task_id``."""
        if self.data.get(name) is None and self.top.get(name) is not None:
            return name
        return f"data.{name}" if isinstance(self.top.get("data"), dict) else "data"

    def words(self, name: str) -> str | None:
        """Return a field that is a text, redacted; None if there is none."""
        said = text(self.find(name))
        return None if said is None else self.answer.words(said)

    def task_id(self) -> str | None:
        """Return the task's id as a text, or None if it can't be used, also because it contains our own key."""
        value = self.find("task_id")
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**MAX_TASK_ID:
            value = str(value)
        if text(value, MAX_TASK_ID) is None or not value.isprintable() or self.answer.key in value:
            return None
        return str(value)

    def names_a_task(self) -> bool:
        """Whether it has the field that matters: the id after a create, else the status."""
        return (self.task_id() if self.answer.creating else self.status()) is not None

    def credits(self) -> int | None:
        return integer(self.find("credits"), 0, _INT32)

    def status(self) -> TaskStatus | int | None:
        number = integer(self.find("task_status"), -_INT32, _INT32)
        if number is None:
            return None
        return TaskStatus(number) if number in TaskStatus.__members__.values() else number


def judge(answer: Answer) -> Envelope:
    """Return the envelope of a success, by the rules above.

    Raises ``OpenAPIError``, of the kind that fits, for any other answer.
    """
    status = answer.status
    assert status is not None, "an answer without a status is no answer"
    if status == 401:
        raise answer.error(Unauthorized, "The service does not accept the key (HTTP 401)")
    if 300 <= status < 400:
        target = f" to {answer.location}" if answer.location else ""
        message = f"The service answered with a redirect (HTTP {status}){target}; check OMNI_API_URL"
        raise answer.error(Redirected, message, unsure=status == 303)

    top = answer.document if isinstance(answer.document, dict) else {}
    code = integer(top.get("code"), -_INT32, _INT32)
    envelope = Envelope(answer, top)
    if code == 200:
        return envelope
    if envelope.names_a_task():
        if top.get("code") is None and 200 <= status < 300:
            return envelope
        if answer.creating and (status < 500 or status == 503):  # names a task, but says that it was refused
            raise answer.unusable("code", f"is {top.get('code')!r:.40} under HTTP {status}, and a task is named")

    said = text(top.get("msg")) or text(top.get("message"))
    about: dict[str, Any] = {"code": code, "msg": None if said is None else answer.words(said)}
    number = f"HTTP {status}" if code is None else f"code {code}"
    why = f": {said}" if said else ""
    if status in (429, 503):
        raise answer.error(TurnedAway, f"The service asks to come back later (HTTP {status}){why}", **about)
    if code is not None or 400 <= status < 500:
        raise answer.error(Refused, f"The service refused ({number}){why}", **about)
    if status >= 500:
        raise answer.error(ServerTrouble, f"The service is in trouble ({number}){why}", unsure=True, **about)
    raise _no_envelope(answer)


def _no_envelope(answer: Answer) -> OpenAPIError:
    if answer.lost:
        return answer.error(AnswerLost, f"The answer broke off: {answer.lost}", unsure=True)
    if answer.too_large:
        return answer.unusable("body", f"is larger than {MAX_BODY:,} bytes")
    if isinstance(answer.document, dict):
        return answer.unusable("code", "is missing, or not a number")
    return answer.unusable("body", "is not a JSON object")


def created_task(answer: Answer) -> CreatedTask:
    """Read the answer to a create.

    Raises ``OpenAPIError``: those of ``judge``, and ``ProtocolError`` for a ``task_id`` that is missing.
    """
    envelope = judge(answer)
    task_id = envelope.task_id()
    if task_id is None:
        raise answer.unusable(envelope.where("task_id"), "is missing, or not a task's id")
    status = envelope.status()
    return CreatedTask(
        task_id=task_id,
        request_id=envelope.words("request_id"),
        credits=envelope.credits(),
        status=TaskStatus.QUEUED if status is None else status,
        raw=answer.raw,
    )


def remote_task(answer: Answer, asked: str) -> RemoteTask:
    """Read the answer to a query of the task whose id is ``asked``.

    Raises ``OpenAPIError``: those of ``judge``, and ``ProtocolError`` for a ``task_status`` that is missing.
    """
    envelope = judge(answer)
    status = envelope.status()
    if status is None:
        raise answer.unusable(envelope.where("task_status"), "is missing, or not a number")
    kind = _kind(envelope)
    return RemoteTask(
        task_id=envelope.task_id() or asked,
        status=status,
        kind=kind,
        model_id=envelope.words("model_id"),
        outputs=outputs_in(envelope.find, kind, answer.key),
        credits=envelope.credits(),
        created_at=integer(envelope.find("created_at"), 0, _YEAR_9999),
        reason=_reason(envelope) if status == TaskStatus.FAILED else None,
        raw=answer.raw,
    )


def _kind(envelope: Envelope) -> Kind | None:
    match envelope.find("task_type"):
        case "image":
            return "image"
        case "video":
            return "video"
    return None


def _reason(envelope: Envelope) -> str | None:
    """Return why a task failed, in the service's own words; None if no known field has a reason."""
    reason = reason_in(envelope.top, envelope.data)
    return None if reason is None else envelope.answer.words(reason)
