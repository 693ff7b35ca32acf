"""Check before a restore, while nothing has been written yet, for everything that could stop it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from omnistudio.accounts.models import ApiKey
from omnistudio.core import trouble
from omnistudio.core.storage import availability
from omnistudio.operations import archives, rows, secrets

FORMAT = 1
HEAD, COUNTS, SECRETS = "backup.json", "counts.json", "secrets.json"
# The size of the database by that of the compressed rows: they are about a tenth of the rows, and there are indexes.
UNPACKED = 20


class Refused(Exception):
    """The backup can't be restored here; the text says why, and what to do."""


@dataclass(frozen=True)
class Examined:
    """A backup that can be restored here, with its description and the secrets to restore."""

    path: Path
    head: dict[str, Any]
    secrets: dict[str, str] | None


def head_of(path: Path) -> dict[str, Any]:
    """Return an archive's description (format, time, migrations). Raises `Refused` or `archives.Damaged`."""
    name, content = archives.first(path)
    try:
        head: dict[str, Any] = json.loads(content) if name == HEAD else {}
    except ValueError:
        head = {}
    if "format" not in head:
        raise Refused("This is no backup of OmniStudio.")
    if head["format"] != FORMAT:
        raise Refused(f"This backup has the form {head['format']}, and this version of OmniStudio reads {FORMAT}.")
    return head


def examine(
    path: Path, *, passphrase: str = "", secrets_from: Path | None = None, without_keys: bool = False
) -> Examined:
    """Check that a backup can be restored into this instance. Reads the whole archive and writes nothing.

    Args:
        passphrase: takes the encrypted secrets from the archive.
        secrets_from: takes the secrets from this file instead.
        without_keys: accept that stored API keys can't be decrypted with the available secrets.

    Raises:
        Refused, archives.Damaged, secrets.WrongPassphrase: says what to do.
    """
    head = head_of(path)
    _require_version(set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations), head)
    require_empty()
    packed = archives.check(path)
    _require_room(path, packed)
    found = _secrets_of(path, passphrase, secrets_from)
    if not without_keys and (closed := _keys_that_stay_closed(path, found)):
        raise Refused(
            f"{closed} of the API keys in it do not open with the secrets of this machine. Give the old ones: "
            "--open-secrets, --secrets-from FILE, or ENCRYPTION_KEYS in the environment. Where they are lost: "
            "--without-keys, and people enter their keys again."
        )
    return Examined(path, head, found)


def require_fit(head: dict[str, Any]) -> None:
    """Check the version and the emptiness again, of the database as it is now. Raises `Refused`."""
    applied = {(app, name) for app, _dot, name in (one.partition(".") for one in rows.migrations())}
    _require_version(applied, head)
    require_empty()


def _require_version(here: set[tuple[str, str]], head: dict[str, Any]) -> None:
    ours, theirs = {f"{app}.{name}" for app, name in here}, set(head["migrations"])
    if theirs != ours:
        other = sorted(theirs ^ ours)
        raise Refused(
            f"The backup was made by another version (migrations that differ: {', '.join(other[:5])}). "
            "Restore it with that version, then upgrade."
        )


def require_empty() -> None:
    """Raise `Refused` if somebody has used this instance."""
    if name := rows.first_row():
        raise Refused(
            f"This instance is not empty: it has {name}. A backup is restored into an instance that nobody has used; "
            "set OMNISTUDIO_DATA_DIR or DATABASE_URL to an empty place."
        )


def _require_room(path: Path, packed: int) -> None:
    """Raise `Refused` if the disk has too little room for what is restored to it: the media, the rows, or both."""
    try:
        availability.require()
    except trouble.StorageAway as error:
        raise Refused(f"The storage does not answer: {error}") from error
    needed = 0
    if connection.vendor == "sqlite":
        needed += UNPACKED * packed
    if hasattr(default_storage, "path"):
        needed += path.stat().st_size
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < needed:
        raise Refused(
            f"There is no room: about {needed / 1e6:,.0f} MB are needed in {settings.DATA_DIR}, and "
            f"{free / 1e6:,.0f} MB are free."
        )


def _secrets_of(path: Path, passphrase: str, secrets_from: Path | None) -> dict[str, str] | None:
    found: dict[str, str] | None = None
    if secrets_from is not None:
        found = _read_apart(secrets_from)
    elif passphrase:
        content = next((file.read() for name, file, _size in archives.members(path) if name == SECRETS), None)
        if content is None:
            raise Refused("There are no secrets in this backup.")
        found = secrets.opened(content, passphrase)
    if found and (names := secrets.overruled(found)):
        raise Refused(f"The environment sets {' and '.join(names)} to other secrets. Take that out, or set the same.")
    return found


def _read_apart(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text())
        return {"secret_key": str(found["secret_key"]), "encryption_keys": str(found["encryption_keys"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(f"{path} can't be read as a file of secrets.") from error


def _keys_that_stay_closed(path: Path, found: dict[str, str] | None) -> int:
    """Count the stored API keys that can't be decrypted with the secrets that this instance will have."""
    keys = settings.ENCRYPTION_KEYS or (found["encryption_keys"].split() if found else _keys_here())
    cipher = MultiFernet([Fernet(key) for key in keys]) if keys else None
    wanted = f"rows/{ApiKey._meta.label_lower}.jsonl.gz"
    file = next((file for name, file, _size in archives.members(path) if name == wanted), None)
    told = rows.read(file) if file else iter(())
    # Keys that could not be decrypted before the backup either are not counted.
    sealed = (row["sealed"] for row in told if row["state"] != ApiKey.State.UNREADABLE)
    return sum(1 for text in sealed if not _opens(cipher, text))


def _keys_here() -> list[str]:
    """Return the encryption keys of this data folder, without creating any."""
    file = Path(settings.ENCRYPTION_KEYS_FILE)
    return file.read_text().split() if file.exists() else []


def _opens(cipher: MultiFernet | None, sealed: str) -> bool:
    if cipher is None:
        return False
    try:
        cipher.decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True
