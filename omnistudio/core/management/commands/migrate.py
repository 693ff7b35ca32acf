"""Django's `migrate`, which under traffic waits for no lock for long and tries again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import Error as DatabaseError
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from omnistudio.core import trouble

# While a migration waits for a table's lock, everybody else waits behind it: better to let go and come back.
LOCK_SECONDS = 4
TRIES = 8
PAUSE_SECONDS, MAX_PAUSE_SECONDS = 1.0, 15.0


@contextmanager
def _patient_for(seconds: int, connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait so long for a lock, on PostgreSQL; SQLite has its own `timeout`."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        bound = f"{seconds}s"
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [bound])
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # the pool hands this connection on
            cursor.execute("RESET lock_timeout")


class Command(migrate.Command):
    """Each migration is a transaction of its own on PostgreSQL, so a try goes on where the one before broke off."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        for attempt in range(1, TRIES + 1):
            try:
                with _patient_for(LOCK_SECONDS, connection):
                    super().handle(*args, **options)
            except OperationalError as error:
                if trouble.kind_of(error) is not trouble.Kind.LOCKED:
                    raise
                self._wait(attempt, error)
            else:
                break

    def _wait(self, attempt: int, error: OperationalError) -> None:
        first = str(error).strip().splitlines()[0]
        if attempt == TRIES:
            raise CommandError(
                f"The database was too busy {TRIES} times in a row ({first}). What was migrated stays so; "
                "run manage.py migrate again, at a quieter time or with fewer processes."
            ) from error
        pause = min(MAX_PAUSE_SECONDS, PAUSE_SECONDS * 2 ** (attempt - 1))
        self.stderr.write(f"The database is busy ({first}); once more in {pause:.0f} s.")
        time.sleep(pause)
