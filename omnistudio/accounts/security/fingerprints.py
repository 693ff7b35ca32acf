"""Check that all machines that share a database also share its secrets.

Secrets that are not configured are created in the data folder on the first start. That is right for a single
machine. A second machine would create different ones: the sessions of one would be invalid on the other, and API
keys encrypted by one could not be decrypted by the other. So the database keeps a hash of each secret, and a process
with a different secret does not start.
"""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils.crypto import salted_hmac

from omnistudio.accounts.models import Fingerprint
from omnistudio.accounts.security import encryption

MISMATCH_HELP = """The database is used with another {name} than this machine has.
Every machine needs the same secrets. Do one of these, then start again:
  - copy secret_key and encryption_keys from the data folder of the first machine into {folder}
  - or set SECRET_KEY and ENCRYPTION_KEYS to the same values on every machine (see docs/security.md)
  - or, where the old secrets are lost for good: manage.py accept_secrets
    (everybody signs in anew, links end, and people enter their keys again)"""


def require() -> None:
    """Stop the process unless its secrets are those that the database is used with; record the first ones.

    A rotation is accepted, because the recorded secret is still among the configured ones (`SECRET_KEY_FALLBACKS`,
    the further `ENCRYPTION_KEYS`); the new one is recorded then. If the database can't be queried, nothing is
    checked and the process may start.

    Raises:
        CommandError: a secret differs; the message says what to do.
    """
    try:
        other = [name for name, digests in _ours().items() if not _known(name, digests)]
    except DatabaseError:
        return
    if other:
        raise CommandError(MISMATCH_HELP.format(name=" and another ".join(other), folder=settings.DATA_DIR))


def accept() -> None:
    """Record the secrets of this machine as those that the database is used with."""
    for name, digests in _ours().items():
        Fingerprint.objects.update_or_create(name=name, defaults={"digest": digests[0]})


def _known(name: str, digests: list[str]) -> bool:
    """Return whether the recorded hash is one of `digests` (newest first), and record the newest if it is.

    If none is recorded yet, the newest is. When two machines start for the first time at once, the unique name
    decides which of them is recorded.
    """
    kept, _new = Fingerprint.objects.get_or_create(name=name, defaults={"digest": digests[0]})
    if kept.digest not in digests:
        return False
    Fingerprint.objects.filter(pk=kept.pk).exclude(digest=digests[0]).update(digest=digests[0])
    return True


def _ours() -> dict[str, list[str]]:
    """Return the hashes of this machine's secrets by name, newest first."""
    return {
        "SECRET_KEY": [_digest(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)],
        "ENCRYPTION_KEYS": [_digest(key) for key in encryption.keys_in_force()],
    }


def _digest(secret: str) -> str:
    return salted_hmac("omnistudio.fingerprint", "", secret=secret, algorithm="sha256").hexdigest()
