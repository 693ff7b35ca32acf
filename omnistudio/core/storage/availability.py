"""Whether the storage of files is there at all: a file that is missing in a storage that is away is not lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage, default_storage

from omnistudio.core.trouble import StorageAway


def require(storage: Any = None, *, has_files: bool = False) -> None:
    """Let the caller go on where the storage answers.

    Args:
        storage: the default one, where none is given.
        has_files: it is to be read, and the record knows of files in it. A folder without any is then one that is
            not mounted. Else it is to be written.

    Raises:
        StorageAway: says what is wrong.
    """
    storage = default_storage if storage is None else storage
    if hasattr(storage, "require"):
        storage.require()
    elif isinstance(storage, FileSystemStorage) or hasattr(storage, "location"):
        _require_folder(Path(storage.location), has_files)


def _require_folder(folder: Path, has_files: bool) -> None:
    try:
        is_empty = not any(folder.iterdir())
    except FileNotFoundError as error:
        if has_files:
            raise StorageAway(f"There is no folder {folder}. Is it mounted?") from error
        folder = folder.parent  # it is made with the first file
        is_empty = False
    except OSError as error:
        raise StorageAway(f"{folder} can't be read: {error.strerror or error}") from error
    if is_empty and has_files:
        raise StorageAway(f"The folder {folder} is empty. Is it mounted?")
    if not has_files and not os.access(folder, os.W_OK):
        raise StorageAway(f"The folder {folder} can't be written.")
