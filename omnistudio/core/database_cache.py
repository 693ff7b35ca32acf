"""The cache that all processes share, in the database: what it holds stays until its time is over.

The limits count in it: wrong passwords, tries at links, requests with a key. Django's own holds 300 entries
and throws out whichever come first when there are more, so that guesses of many accounts made the counts of
others vanish. To hold more, it counts all of them before it writes one. Here nothing is thrown out before its
time: what is over goes in small portions, faster than new ones come. So there are as many as requests are
answered in the longest time that one is kept.
"""

from __future__ import annotations

import base64
import pickle
import threading
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache as DjangosCache
from django.db import DatabaseError, InterfaceError, OperationalError, connections, router, transaction
from django.utils import timezone

from omnistudio.core.trouble import CacheAway

# After so many writes of a process, so many entries go whose time is over.
EVERY, PORTION = 100, 500
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


class DatabaseCache(DjangosCache):
    """Django's, in the same table, without a bound on the number of entries."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(table, params)
        self._lock = threading.Lock()
        self._writes = 0

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        """Write one entry, in one statement; `add` only where there is none whose time is not over.

        Django's own says False where the database could not do it, as for a name that is taken. Limits are counted by
        `add`, so a locked database or a full disk would say “Too many tries” to somebody with the right password.

        Returns:
            Whether it was written.

        Raises:
            OperationalError, InterfaceError: the database could not do it.
            CacheAway: any other error of the database, such as a table that is missing.
        """
        connection = connections[router.db_for_write(self.cache_model_class)]
        seconds = self.get_backend_timeout(timeout)
        until = _FAR if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
        now, expires = (connection.ops.adapt_datetimefield_value(when) for when in (timezone.now(), until))
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        if mode == "touch":
            statement = f"UPDATE {table} SET expires = %s WHERE cache_key = %s AND expires >= %s"  # noqa: S608
            values = [expires, key, now]
        else:
            packed = base64.b64encode(pickle.dumps(value, self.pickle_protocol)).decode("ascii")
            only = f" WHERE {table}.expires < %s" if mode == "add" else ""
            statement = (
                f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s) "  # noqa: S608 (our own name)
                f"ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires{only}"
            )
            values = [key, packed, expires, *([now] if only else [])]
        try:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                cursor.execute(statement, values)
                is_written = cursor.rowcount > 0
                if self._is_time_to_tidy():
                    self._tidy(cursor, table, now)
        except (OperationalError, InterfaceError):
            raise
        except DatabaseError as error:
            raise CacheAway("The cache in the database could not be written.") from error
        return is_written

    def _is_time_to_tidy(self) -> bool:
        with self._lock:
            self._writes += 1
            return self._writes % EVERY == 0

    def _tidy(self, cursor: Any, table: str, now: Any) -> None:
        over = f"SELECT cache_key FROM {table} WHERE expires < %s ORDER BY expires LIMIT {PORTION}"  # noqa: S608
        statement = f"DELETE FROM {table} WHERE cache_key IN ({over})"  # noqa: S608
        cursor.execute(statement, [now])
