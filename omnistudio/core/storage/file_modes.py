"""File permissions: nobody else on this machine reads what the studio keeps.

The database holds the keys of sessions and the hashes of passwords: whoever can read it is administrator. With
`MEDIA_X_ACCEL` nginx reads the media as a member of our group; the database and the secrets are closed to it as well.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OWNER_ONLY, WITH_GROUP = 0o077, 0o027
FILE = 0o600
_DATABASE_FILES = ("", "-wal", "-shm", "-journal")


def umask_for(*, group_reads: bool) -> int:
    """The umask of every process of the studio; `group_reads` where nginx sends the media."""
    return WITH_GROUP if group_reads else OWNER_ONLY


def open_private(path: Path) -> int:
    """Create a file that its owner alone can read, in place of what is there; returns its descriptor.

    Never into an existing file: that would keep its permissions, and its owner.
    """
    path.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE)


@dataclass(frozen=True)
class Kept:
    """What the studio keeps in files: its folder, its secrets, and its database where that is SQLite."""

    folder: Path
    secrets: tuple[Path, ...]
    database: Path | None
    group_reads: bool
    program: Path  # the folder that the code is in

    @property
    def folder_mode(self) -> int:
        return 0o750 if self.group_reads else 0o700

    def files(self) -> Iterator[Path]:
        """The files that are their owner's alone, whatever nginx may read."""
        yield from self.secrets
        if self.database:
            yield from (self.database.with_name(self.database.name + end) for end in _DATABASE_FILES)

    def tighten(self) -> Iterator[str]:
        """Take from others what they should not have; yields a sentence for whatever was too open.

        A folder that other programs use as well, such as /tmp, is left as it is.
        """
        self._begin_database()
        changed = []
        for path, mode in ((self.folder, self.folder_mode), *((file, FILE) for file in self.files())):
            found = _mode_of(path)
            if found is None or found == mode or (path != self.folder and not found & ~mode):
                continue
            if path == self.folder and self._is_shared():
                if found & OWNER_ONLY:
                    yield (
                        f"{path} is also used by other programs and may be read by others ({found:04o}): "
                        "give the studio a folder of its own with OMNISTUDIO_DATA_DIR."
                    )
            elif _change(path, mode):
                changed.append(f"{path} (was {found:04o}, is {mode:04o})")
            else:
                yield f"{path} may be read by others ({found:04o}) and is not ours to change: chmod {mode:o} {path}"
        if changed:
            yield f"File permissions corrected, so that no other account reads it: {', '.join(changed)}."

    def _is_shared(self) -> bool:
        is_sticky = bool(self.folder.stat().st_mode & stat.S_ISVTX)
        return is_sticky or self.program.is_relative_to(self.folder) or self.folder == Path.home()

    def _begin_database(self) -> None:
        """SQLite's other files take the permissions of the first, which SQLite would make with those of the umask."""
        if self.group_reads and self.database and self.database.parent.is_dir() and not self.database.exists():
            os.close(os.open(self.database, os.O_WRONLY | os.O_CREAT, FILE))


def _mode_of(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode) & 0o777
    except FileNotFoundError:
        return None


def _change(path: Path, mode: int) -> bool:
    try:
        path.chmod(mode | stat.S_IMODE(path.stat().st_mode) & ~0o777)
    except FileNotFoundError:  # SQLite takes its -wal away with its last connection
        return True
    except PermissionError:
        return False
    return True
