"""Encrypt the secrets that the database stores, so that they can be read only with the studio's encryption keys.

Uses MultiFernet (AES-128-CBC with HMAC-SHA256, newest key first). `SECRET_KEY` is not one of the keys, so that each
can be changed alone. The encrypted text contains the owner's id: a ciphertext copied into another person's row is
not decrypted.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from omnistudio.core.storage import secret_files


class CannotOpen(Exception):
    """The text was encrypted with a key that is gone, was altered, or belongs to another person."""


def seal(owner_id: int, secret: str) -> str:
    """Return the ciphertext of `secret`, bound to its owner."""
    return _cipher().encrypt(f"{owner_id}:{secret}".encode()).decode()


def unseal(owner_id: int, sealed: str) -> str:
    """Return the secret that `seal` encrypted for this owner.

    Raises:
        CannotOpen: no key fits, the text was altered, or it belongs to another owner.
    """
    try:
        owner, _, secret = _cipher().decrypt(sealed.encode()).decode().partition(":")
    except InvalidToken as error:
        raise CannotOpen from error
    if owner != str(owner_id):
        raise CannotOpen
    return secret


def resealed(sealed: str) -> str:
    """Return the ciphertext of the same secret under the newest key.

    Raises:
        CannotOpen: no key fits.
    """
    try:
        return _cipher().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen from error


def keys_in_force() -> tuple[str, ...]:
    """Return the encryption keys, newest first: those of the settings, else those of the file.

    The file is read on each call, so that running processes see a rotation. It is created if it does not exist.
    """
    if settings.ENCRYPTION_KEYS:
        return tuple(settings.ENCRYPTION_KEYS)
    path = Path(settings.ENCRYPTION_KEYS_FILE)
    return tuple(secret_files.read_or_make(path, secret_files.new_encryption_key).split())


def _cipher() -> MultiFernet:
    return _multi_fernet(keys_in_force())


@lru_cache(maxsize=4)
def _multi_fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
