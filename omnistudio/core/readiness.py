"""What must be there before a process is of use, and the command that makes it where it is missing."""

from __future__ import annotations

import logging
import secrets
from functools import cache as once
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.management.base import CommandError
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from omnistudio.core import machines
from omnistudio.core.trouble import CacheAway

logger = logging.getLogger(__name__)

MIGRATE = "manage.py migrate"
CREATE_CACHE = "manage.py createcachetable"
COLLECT = "manage.py collectstatic --no-input"


@once
def known_migrations() -> frozenset[tuple[str, str]]:
    """All migrations that this code has."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def missing_migrations() -> list[str]:
    """Those that the database has not had yet, as `app.name`. Those of newer code are no trouble."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in known_migrations() - applied.keys())


def missing_static_files() -> list[str]:
    """Our files that are not among the collected ones; none where nothing needs to be collected."""
    collected = getattr(staticfiles_storage, "hashed_files", None)
    if collected is None or settings.DEBUG:
        return []
    return [name for name in _own_static_files() if name not in collected]


@once
def _own_static_files() -> list[str]:
    folders = [Path(folder) for folder in settings.STATICFILES_DIRS]
    return sorted(
        path.relative_to(folder).as_posix() for folder in folders for path in folder.rglob("*") if path.is_file()
    )


def cache_is_missing() -> bool:
    """Whether the cache is to be in the database, and has no table there."""
    cache = caches["default"]
    if not isinstance(cache, BaseDatabaseCache):
        return False
    table: str = cache._table  # type: ignore[attr-defined]
    return table not in connection.introspection.table_names()


def write_to_cache() -> None:
    """Write into the cache and read it again. Raises what the cache raises, or `CacheAway`."""
    cache = caches["default"]
    name, value = f"readiness:{secrets.token_hex(4)}", secrets.token_hex(8)
    cache.set(name, value, timeout=60)
    found = cache.get(name)
    cache.delete(name)
    if found != value:
        raise CacheAway("What was written into the cache is not in it.")


def require(*, serves_pages: bool = False) -> None:
    """Let a process start where everything that it needs is there.

    A database that does not answer yet says nothing against a start. A clock that is off is said in the log.

    Raises:
        CommandError: names the commands that are missing.
    """
    wanted = [f"{COLLECT}  ({_some(missing)})"] if serves_pages and (missing := missing_static_files()) else []
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        logger.warning("the database does not answer yet: %s", type(error).__name__)
    else:
        if serves_pages and cache_is_missing():
            wanted.insert(0, CREATE_CACHE)
        if missing := missing_migrations():
            wanted.insert(0, f"{MIGRATE}  ({_some(missing)})")
        if wrong := machines.what_is_wrong_with_the_clock(machines.clock_off()):
            logger.warning(wrong)
    if wanted:
        raise CommandError("Something is missing. Run this first:\n" + "\n".join(f"  {line}" for line in wanted))


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
