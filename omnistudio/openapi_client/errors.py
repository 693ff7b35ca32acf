"""The errors of calls to an Open API service, and what may be done after each.

::

    OpenAPIError
    ├── NotSent           the request certainly never left this machine
    ├── AnswerLost      * the request may have arrived; no answer was read
    ├── ServerTrouble   * 5xx (not 503) without a readable envelope
    ├── ProtocolError   * an answer that can't be used: not JSON, too large, a required field is missing
    ├── Unauthorized      401: the key is wrong, or missing
    ├── TurnedAway        429 or 503: not now; ``retry_after`` says when, if the service did
    └── Refused           a failed transaction: an envelope whose ``code`` is not 200; 4xx without an envelope
        └── Redirected  * 3xx; never followed. The star is for 303 alone

Only the kinds with a star may set ``may_have_been_processed``, and only for a create, because it spends credits
and is not idempotent by contract (``OPEN-API.md``, "The rule about money"). For a query, which spends nothing, it
is always false.

=======================  =========================================================================
outcome of a create      what may be done
=======================  =========================================================================
NotSent, TurnedAway      send it again automatically
Unauthorized             hold it until there is another key
Refused                  nothing: it failed, the service says why in ``msg``, and created nothing
may_have_been_processed  never send it again automatically: a person decides
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
    """Base class of the errors that this package raises for failed calls.

    No text in it ever contains a key: ``str(error)``, ``msg`` and ``raw`` are redacted. The errors of the HTTP
    library are described in the message but not chained, because they quote what the service sent.
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
        #: True if the service may have acted on a create and taken credits for it.
        self.may_have_been_processed = may_have_been_processed
        #: The HTTP status; None if no answer came.
        self.status_code = status_code
        #: ``code`` of the envelope; None if there was no envelope.
        self.code = code
        #: ``msg`` of the answer: the service's own words, in any language.
        self.msg = msg
        #: The field of the answer that could not be used, such as ``data.task_id``.
        self.field = field
        #: Seconds to wait, from ``Retry-After``, 0 to 3,600; None if the service named none.
        self.retry_after = retry_after
        #: The answer for the record, redacted, at most ``answers.MAX_RAW`` characters; empty if none was read.
        self.raw = raw

    @property
    def looked_for_a_task(self) -> bool:
        """Whether the service accepted the key, looked for the task, and has none with that id.

        True for a refusal in an envelope, unless its ``code`` is 401 or 5xx: then the service did not get as far as
        looking.
        """
        refused = isinstance(self, Refused) and not isinstance(self, Redirected)
        return refused and self.code is not None and self.code != 401 and self.code < 500


class NotSent(OpenAPIError):
    """The request was never sent: the name was not resolved, the connection was refused or not made in time, no
    connection was free, the TLS handshake failed, a proxy would not connect. Always safe to send again."""


class AnswerLost(OpenAPIError):
    """The request was sent at least in part, and no answer could be read: a time-out, a reset, a connection that
    was closed. Whether the service acted on it is unknown."""


class ServerTrouble(OpenAPIError):
    """5xx other than 503, without an envelope. A gateway says 502 or 504 when it lost the service behind it,
    at any moment, so a create may have been processed."""


class ProtocolError(OpenAPIError):
    """An answer can't be used: it is HTML, half a JSON document or more than a mebibyte, or says ``code`` 200
    without a required field, which ``field`` names. After a create it may be a success that can't be read."""


class Unauthorized(OpenAPIError):
    """HTTP 401: the key is wrong or missing. The body of a 401 is ignored, and nothing was processed."""


class TurnedAway(OpenAPIError):
    """HTTP 429 or 503: turned away before it was processed, to be sent again later. The status takes precedence
    over a ``code`` other than 200 in the body, because rate limits come in an envelope, too."""


class Refused(OpenAPIError):
    """A failed transaction: the envelope has a ``code`` other than 200, whatever the HTTP status; or a 4xx
    came without an envelope. Nothing was processed."""


class Redirected(Refused):
    """A redirect. It is never followed, because the key would be sent to an address that nobody configured. Nothing
    was processed, except after 303: it says that a POST was acted on and that the result is elsewhere."""
