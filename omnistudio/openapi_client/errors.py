"""What can go wrong between OmniStudio and an Open API service.

::

    OpenAPIError
    ├── NotSent           the request certainly never left this machine
    ├── AnswerLost      * the request may have arrived; no answer was read
    ├── ServerTrouble   * 5xx (not 503) without a readable envelope
    ├── ProtocolError   * an answer that can't be used: not JSON, too large, a field that we need is missing
    ├── Unauthorized      401: the key is wrong, or missing
    ├── TurnedAway        429 or 503: not now; ``retry_after`` says when, where the service did
    └── Refused           a failed transaction: an envelope whose ``code`` is not 200; 4xx without an envelope
        └── Redirected  * 3xx; never followed. The star is for 303 alone

Only the kinds with a star may set ``may_have_been_processed``, and only for a create: that one spends credits
and is not idempotent by contract (``OPEN-API.md``, "The rule about money"). Asking for a task spends nothing,
so there it is always false.

=======================  =========================================================================
what a create came to    what may be done
=======================  =========================================================================
NotSent, TurnedAway      send it again, by itself
Unauthorized             keep it until there is another key
Refused                  it failed; the service says why in ``msg``, and nothing was kept of it
may_have_been_processed  never again by a program: a person decides
=======================  =========================================================================
"""

from __future__ import annotations

__all__ = [
    "AnswerLost",
    "NotSent",
    "OpenAPIError",
    "ProtocolError",
    "Redirected",
    "Refused",
    "ServerTrouble",
    "TurnedAway",
    "Unauthorized",
]


class OpenAPIError(Exception):
    """The base of everything that this package raises for remote trouble.

    No text in it ever holds a key: ``str(error)``, ``msg`` and ``raw`` were redacted before they were put
    here. The errors of the HTTP library are described in the message and not chained, because they quote
    what the service sent.
    """

    def __init__(
        self,
        message: str,
        *,
        may_have_been_processed: bool = False,
        status_code: int | None = None,
        code: int | None = None,
        msg: str | None = None,
        field: str | None = None,
        retry_after: float | None = None,
        raw: str = "",
    ) -> None:
        super().__init__(message)
        #: True where the service may have acted on a create and taken credits for it.
        self.may_have_been_processed = may_have_been_processed
        #: The HTTP status; None where no answer came.
        self.status_code = status_code
        #: ``code`` of the envelope; None where there was no envelope.
        self.code = code
        #: ``msg`` of the answer: the service's own words, in whatever language they came.
        self.msg = msg
        #: The field of the answer that could not be used, such as ``data.task_id``.
        self.field = field
        #: Seconds to wait, from ``Retry-After``, 0 to 3,600; None where the service named none.
        self.retry_after = retry_after
        #: The answer for the record, redacted and cut to a bounded length; empty where none was read.
        self.raw = raw

    @property
    def looked_for_a_task(self) -> bool:
        """Whether this is a service that took the key, looked for the task and has none of that id.

        A refusal in an envelope; one that says 401 or 5xx by its ``code`` did not get as far as to look.
        """
        refused = isinstance(self, Refused) and not isinstance(self, Redirected)
        return refused and self.code is not None and self.code != 401 and self.code < 500


class NotSent(OpenAPIError):
    """The request never left: the name was not resolved, the connection was refused or not made in time, no
    connection was free, the TLS handshake failed, a proxy would not connect. Always safe to send again."""


class AnswerLost(OpenAPIError):
    """The request went out, or part of it did, and no answer could be read: a time-out, a reset, a connection
    that closed. Whether the service acted on it can't be known from here."""


class ServerTrouble(OpenAPIError):
    """5xx other than 503, without an envelope. A gateway says 502 or 504 when it lost the service behind it,
    at any moment, so a create may have been processed."""


class ProtocolError(OpenAPIError):
    """An answer came and is no use: HTML, half a JSON document, more than a mebibyte, or ``code`` 200
    without what we need. ``field`` names the offending field. On a create it may well be a success that
    can't be read."""


class Unauthorized(OpenAPIError):
    """HTTP 401: the key is wrong or missing. The body of a 401 is ignored, and nothing was processed."""


class TurnedAway(OpenAPIError):
    """HTTP 429 or 503: turned away before it was processed. The status outranks a ``code`` other than 200 in
    the body, since a rate limit comes in an envelope too, and means "later" and not "no"."""


class Refused(OpenAPIError):
    """A failed transaction: the envelope has a ``code`` other than 200, whatever the HTTP status; or a 4xx
    came without an envelope. Nothing was processed."""


class Redirected(Refused):
    """A redirect, which is never followed: the key would travel to an address that nobody configured. Nothing
    was processed, but for 303, the answer to a POST that was acted on and whose result is elsewhere."""
