"""Machines that share a database must share its secrets.

Secrets that nobody gave are made on the first start, in the data folder. That is right for one machine, whatever its
database. A second machine would make others: nobody it signs in is known to the first, and keys sealed by the one
can't be opened by the other, which would ask people for them again. So the database keeps a sum of each secret, and
a process with another secret does not start.
"""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils.crypto import salted_hmac

from omnistudio.accounts.models import Fingerprint
from omnistudio.accounts.security import encryption

WAY_OUT = """The database is used with another {name} than this machine has.
Every machine needs the same secrets. Do one of these, then start again:
  - copy secret_key and encryption_keys from the data folder of the first machine into {folder}
  - or set SECRET_KEY and ENCRYPTION_KEYS to the same values on every machine (see docs/security.md)
  - or, where the old secrets are lost for good: manage.py accept_secrets
    (everybody signs in anew, links end, and people enter their keys again)"""


def require() -> None:
    """Let a process go on where its secrets are those of the database, or the first there are.

    A rotation is no other secret: the old one still stands beside the new one (`SECRET_KEY_FALLBACKS`, the further
    `ENCRYPTION_KEYS`), and the new one is noted. A database that does not answer yet says nothing against a start.

    Raises:
        CommandError: with the way out.
    """
    try:
        other = [name for name, digests in _ours().items() if not _known(name, digests)]
    except DatabaseError:
        return
    if other:
        raise CommandError(WAY_OUT.format(name=" and another ".join(other), folder=settings.DATA_DIR))


def accept() -> None:
    """Use the database with the secrets of this machine from now on."""
    for name, digests in _ours().items():
        Fingerprint.objects.update_or_create(name=name, defaults={"digest": digests[0]})


def _known(name: str, digests: list[str]) -> bool:
    """Whether the database knows one of the secrets; the newest is noted. Of two first starts it takes one."""
    kept, _new = Fingerprint.objects.get_or_create(name=name, defaults={"digest": digests[0]})
    if kept.digest not in digests:
        return False
    Fingerprint.objects.filter(pk=kept.pk).exclude(digest=digests[0]).update(digest=digests[0])
    return True


def _ours() -> dict[str, list[str]]:
    """The sums of this machine's secrets, the newest first."""
    return {
        "SECRET_KEY": [_sum(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)],
        "ENCRYPTION_KEYS": [_sum(key) for key in encryption.keys_in_force()],
    }


def _sum(secret: str) -> str:
    return salted_hmac("omnistudio.fingerprint", "", secret=secret, algorithm="sha256").hexdigest()
