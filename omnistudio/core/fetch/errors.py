"""Why a file could not be fetched, in words for a person."""

from __future__ import annotations

import ssl

import httpx
from django.utils.translation import gettext as _

# X.509 verify codes of OpenSSL for "its issuer is not one that we know": what a certificate authority of one's
# own looks like, and what a setting can mend. Others (expired, another host's) are the host's own to mend.
_UNKNOWN_ISSUER = {18, 19, 20, 21}


class FetchError(Exception):
    """The file can't be had; the text says why, for a person.

    Attributes:
        permanent: asking again won't help (a wrong address, too large), unlike a time-out.
        status_code: the HTTP status of the answer, where there was one.
    """

    def __init__(self, message: str, *, permanent: bool = False, status_code: int | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.status_code = status_code


def unreachable(host: str, error: Exception, *, by_proxy: bool) -> FetchError:
    """The `FetchError` for an exchange with `host` that ended in `error` before an answer's head came."""
    fault = tls_fault(error)
    if isinstance(fault, ssl.SSLCertVerificationError):
        return FetchError(_untrusted(host, fault))
    if fault is not None:
        why = fault.reason or str(fault)
        return FetchError(_("No secure connection to %(host)s could be made (%(why)s).") % {"host": host, "why": why})
    if isinstance(error, httpx.ProxyError):
        words = _("The studio’s proxy did not connect it to %(host)s (%(why)s).")
        return FetchError(words % {"host": host, "why": str(error)[:200]})
    if by_proxy and isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return FetchError(_("The studio’s proxy does not answer, so %(host)s can’t be reached.") % {"host": host})
    return FetchError(_("%(host)s does not answer.") % {"host": host})


def _untrusted(host: str, fault: ssl.SSLCertVerificationError) -> str:
    about = {"host": host, "why": fault.verify_message}
    if fault.verify_code in _UNKNOWN_ISSUER:
        return (
            _(
                "%(host)s presented a certificate that this machine does not trust (%(why)s). The operator can name "
                "the certificate authority’s file in SSL_CERT_FILE."
            )
            % about
        )
    return _("%(host)s presented a certificate that this machine does not trust (%(why)s).") % about


def tls_fault(error: BaseException | None) -> ssl.SSLError | None:
    """The fault of TLS that `error` goes back to, if it does."""
    while error is not None:
        # Waiting for the other side is an SSLError, too, and stands behind every time-out of a handshake.
        if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLWantReadError | ssl.SSLWantWriteError):
            return error
        error = error.__cause__ or error.__context__
    return None
