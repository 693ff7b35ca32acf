"""Back up the instance's two secrets: encrypted with a passphrase, or in a separate file."""

from __future__ import annotations

import base64
import getpass
import json
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings
from django.core.management.base import CommandError

from omnistudio.core.storage import secret_files

# Parameters of scrypt: each guess costs 128 MB and about half a second (RFC 7914; OWASP's first choice).
COST, BLOCK, PARALLEL = 2**17, 8, 1
SHORTEST = 12


class WrongPassphrase(Exception):
    """The secrets can't be decrypted with this passphrase."""


def in_force() -> dict[str, str]:
    """Return the secrets that this instance uses, from its environment or its data folder."""
    keys = settings.ENCRYPTION_KEYS
    if not keys:
        made = secret_files.read_or_make(Path(settings.ENCRYPTION_KEYS_FILE), secret_files.new_encryption_key)
        keys = made.split()
    return {"secret_key": settings.SECRET_KEY, "encryption_keys": "\n".join(keys)}


def sealed(passphrase: str) -> bytes:
    """Return the secrets as JSON, encrypted with the passphrase."""
    salt = os.urandom(16)
    token = _cipher(passphrase, salt).encrypt(json.dumps(in_force()).encode())
    return json.dumps({"salt": base64.b64encode(salt).decode(), "sealed": token.decode()}).encode()


def opened(content: bytes, passphrase: str) -> dict[str, str]:
    """Return the secrets that `sealed` encrypted.

    Raises:
        WrongPassphrase: they were encrypted with another one.
    """
    parts = json.loads(content)
    try:
        plain = _cipher(passphrase, base64.b64decode(parts["salt"])).decrypt(parts["sealed"].encode())
    except InvalidToken as error:
        raise WrongPassphrase from error
    found: dict[str, str] = json.loads(plain)
    return found


def _cipher(passphrase: str, salt: bytes) -> Fernet:
    key = Scrypt(salt=salt, length=32, n=COST, r=BLOCK, p=PARALLEL).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def asked(question: str) -> str:
    """Ask for a passphrase at the terminal, without showing what is typed.

    Raises:
        CommandError: there is no terminal to ask at.
    """
    try:
        return getpass.getpass(question)
    except EOFError as error:
        text = "There is no terminal to ask for the passphrase at. Set BACKUP_PASSPHRASE instead."
        raise CommandError(text) from error


def write_apart(path: Path) -> None:
    """Write the secrets, not encrypted, into a new file that only its owner can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(in_force(), file)


def put_in_place(found: dict[str, str]) -> None:
    """Write the secrets into the data folder. Settings of the environment still take precedence."""
    secret_files.replace(settings.DATA_DIR / "secret_key", found["secret_key"])
    secret_files.replace(Path(settings.ENCRYPTION_KEYS_FILE), found["encryption_keys"])


def overruled(found: dict[str, str]) -> list[str]:
    """Return the names of settings in the environment whose secrets differ from these."""
    names = []
    if os.environ.get("SECRET_KEY", found["secret_key"]) != found["secret_key"]:
        names.append("SECRET_KEY")
    if settings.ENCRYPTION_KEYS and not set(found["encryption_keys"].split()) <= set(settings.ENCRYPTION_KEYS):
        names.append("ENCRYPTION_KEYS")
    return names
