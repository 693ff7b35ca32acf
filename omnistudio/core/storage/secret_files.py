"""Secrets that are made on the first start and kept in a file that only its owner can read."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from omnistudio.core.storage.file_modes import open_private


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """Return the text of `path`; where there is none, make it and keep it with mode 0600.

    Of several processes that start at once exactly one makes the file (a hard link appears whole or
    not at all), and all of them return what is in it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(open_private(draft), "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # somebody else was first: theirs stands
        finally:
            draft.unlink()
    return path.read_text().strip()


def replace(path: Path, text: str) -> None:
    """Put `text` in the place of the file at `path`, whole or not at all, with mode 0600."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with os.fdopen(open_private(draft), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def new_secret_key() -> str:
    """A key for Django's signatures: 64 random characters."""
    return secrets.token_urlsafe(48)


def new_encryption_key() -> str:
    """A key for sealed fields, in Fernet's form: 32 random bytes, url-safe base64."""
    return Fernet.generate_key().decode()
