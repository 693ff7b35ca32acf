"""What every command of ours begins with: a look whether the database is prepared, and a line that says how to."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection

from omnistudio.core import readiness

NOT_PREPARED = "The database is not prepared. Run: {commands}. (manage.py up does that by itself.)"


class StudioCommand(BaseCommand):
    """A command that needs the tables of the studio."""

    prepares_empty = False
    """Whether it makes the tables in a database that has none, because it is among the first that one runs."""
    may_wait = False
    """Whether it starts, and tries again, where the database does not answer yet."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        self._require_database()
        return super().execute(*args, **options)

    def _require_database(self) -> None:
        """Raises `CommandError`: the database does not answer, or what is to be run first."""
        try:
            if self.prepares_empty and not connection.introspection.table_names():
                prepare()
            missing = missing_commands()
        except (DatabaseError, InterfaceError) as error:
            connection.close()
            if self.may_wait:
                return
            raise CommandError(f"The database does not answer: {str(error).splitlines()[0]}") from error
        if missing:
            raise CommandError(not_prepared(missing))


def prepare() -> None:
    """Make or change all tables."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def missing_commands() -> list[str]:
    """Which commands have to be run before the tables can be used. Raises `DatabaseError` where it is away."""
    if not readiness.missing_migrations():
        return []
    return ["migrate", "createcachetable"] if readiness.cache_is_missing() else ["migrate"]


def not_prepared(missing: list[str]) -> str:
    """The sentence that names the commands."""
    return NOT_PREPARED.format(commands=" and ".join(f"manage.py {name}" for name in missing))


def explained(error: BaseException) -> str:
    """The same for a command of Django's that broke off with `error`; empty where it is something else."""
    try:
        missing = missing_commands() if isinstance(error, DatabaseError) else []
    except (DatabaseError, InterfaceError):
        return ""
    return not_prepared(missing) if missing else ""
