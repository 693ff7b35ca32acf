"""Sealed texts: secrets that the database keeps and nobody can read without the studio's own keys.

MultiFernet (AES-128-CBC with HMAC-SHA256, the newest key first). The keys are never `SECRET_KEY`, so that
either can be changed alone. The owner's id is inside the sealed text: a ciphertext that is moved into
somebody else's row does not open.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from omnistudio.core.storage import secret_files


class CannotOpen(Exception):
    """The sealed text was made with a key that is gone, was changed, or belongs to somebody else."""


def seal(owner_id: int, secret: str) -> str:
    """Return the ciphertext of `secret`, bound to its owner."""
    return _cipher().encrypt(f"{owner_id}:{secret}".encode()).decode()


def unseal(owner_id: int, sealed: str) -> str:
    """Return the secret.

    Raises:
        CannotOpen: never hands out the ciphertext instead.
    """
    try:
        owner, _, secret = _cipher().decrypt(sealed.encode()).decode().partition(":")
    except InvalidToken as error:
        raise CannotOpen from error
    if owner != str(owner_id):
        raise CannotOpen
    return secret


def resealed(sealed: str) -> str:
    """Return the same secret under the newest key.

    Raises:
        CannotOpen: when no key fits.
    """
    try:
        return _cipher().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen from error


def keys_in_force() -> tuple[str, ...]:
    """The newest first. The file is looked at each time, so that running processes see a rotation."""
    if settings.ENCRYPTION_KEYS:
        return tuple(settings.ENCRYPTION_KEYS)
    path = Path(settings.ENCRYPTION_KEYS_FILE)
    return tuple(secret_files.read_or_make(path, secret_files.new_encryption_key).split())


def _cipher() -> MultiFernet:
    return _multi_fernet(keys_in_force())


@lru_cache(maxsize=4)
def _multi_fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
