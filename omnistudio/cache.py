"""The cache in the database, which says where it can't be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.cache.backends import db
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.db import InterfaceError, OperationalError, connections, router

from omnistudio.trouble import CacheAway


class DatabaseCache(db.DatabaseCache):
    """Django's, but for one thing: a write that failed is an error.

    Django's own says False then, as for a name that is taken. Limits are counted by `add`, so a locked database or a
    full disk would say “Too many tries” to somebody with the right password.
    """

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        """As Django's.

        Raises:
            OperationalError, InterfaceError: the database could not do it.
            CacheAway: the same, where what it said is lost.
        """
        connection: Any = connections[router.db_for_write(self.cache_model_class)]
        said: list[Exception] = []

        def listen(execute: Callable[..., Any], *statement: Any) -> Any:
            try:
                return execute(*statement)
            except (OperationalError, InterfaceError) as error:
                said.append(error)
                raise

        # Django sets this for errors of a statement and of a commit, but not for a name that is taken.
        before, connection.errors_occurred = connection.errors_occurred, False
        try:
            with connection.execute_wrapper(listen):
                done: bool = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]
            # A full disk ends SQLite's transaction and with it the connection, which then knows of no error.
            failed = bool(said) or connection.errors_occurred
        finally:
            # It is kept for the end of the request, when a connection with trouble is closed.
            connection.errors_occurred = connection.errors_occurred or before
        if failed:
            raise said[0] if said else CacheAway("The cache in the database could not be written.")
        return done
