"""The database as lines of JSON: a table a file, a row a line, the same for SQLite and PostgreSQL."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import IO, Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.duration import duration_iso_string

# What is worth nothing in another place or at another time: who is signed in, which processes are alive.
LEFT_OUT = {"sessions.session", "usersessions.usersession", "omnistudio.heartbeat", "omnistudio.machine"}
# What an empty instance has already.
MADE_BY_MIGRATE = {"contenttypes.contenttype", "auth.permission"}
# What processes have written where they were started once, and nobody came.
MADE_BY_A_START = {"accounts.fingerprint", "omnistudio.counter"}
BATCH = 500
Model = type[models.Model]


def tables() -> list[Model]:
    """All models whose rows are kept, the links of many-to-many fields among them."""
    everything = apps.get_models(include_auto_created=True)
    ours = (model for model in everything if model._meta.managed and not model._meta.proxy)
    return sorted((model for model in ours if model._meta.label_lower not in LEFT_OUT), key=_label)


def _label(model: Model) -> str:
    return model._meta.label_lower


def migrations() -> list[str]:
    """What has been migrated, as `app.name`."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that reads, and sees the database as it is at its beginning, while others go on writing.

    Not `atomic()` on SQLite, whose transactions here take the lock for writing at their beginning.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def dump(model: Model, into: IO[bytes]) -> int:
    """Write a table, compressed: its columns, then its rows. Returns how many rows it has."""
    names = [field.attname for field in model._meta.concrete_fields if not field.generated]
    count = 0
    with gzip.GzipFile(fileobj=into, mode="wb", compresslevel=5, mtime=0) as file:
        file.write(_line(names))
        rows = model._base_manager.order_by("pk").values_list(*names)
        for row in rows.iterator(chunk_size=2000):
            file.write(_line(row))
            count += 1
    return count


def _line(values: Any) -> bytes:
    return json.dumps(values, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain(value: Any) -> str:
    if isinstance(value, date):  # and datetime, to the microsecond
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} in the database can't be written down")


def load(model: Model, source: IO[bytes]) -> int:
    """Put a dumped table into the database; return how many rows it has. To be called in a transaction.

    Straight into the table: saving through the model would give times of creation anew.
    """
    count = 0
    with gzip.GzipFile(fileobj=source, mode="rb") as file:
        lines = iter(file)
        fields: list[Any] = [model._meta.get_field(name) for name in json.loads(next(lines))]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in fields)
        places = ", ".join(["%s"] * len(fields))
        # Names of tables and columns come from the models, values are bound.
        statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
        with connection.cursor() as cursor:
            while batch := [_bound(fields, json.loads(line)) for line in islice(lines, BATCH)]:
                cursor.executemany(statement, batch)
                count += len(batch)
    return count


def read(source: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The rows of a dumped table as they were written down, by the names of their columns."""
    with gzip.GzipFile(fileobj=source, mode="rb") as file:
        lines = iter(file)
        names = json.loads(next(lines))
        for line in lines:
            yield dict(zip(names, json.loads(line), strict=True))


def _bound(fields: list[Any], values: list[Any]) -> list[Any]:
    pairs = zip(fields, values, strict=True)
    return [field.get_db_prep_save(field.to_python(value), connection) for field, value in pairs]


def clear_what_a_start_made() -> None:
    """Make room for the rows of the archive that an empty instance has under other numbers."""
    for model in tables():
        if model._meta.label_lower in MADE_BY_MIGRATE | MADE_BY_A_START:
            model._base_manager.all()._raw_delete("default")


def continue_numbering() -> None:
    """Have the next row of each table get a number of its own."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def first_row() -> str:
    """The name of a table that has rows already; empty where the instance is, or has no tables yet."""
    there = set(connection.introspection.table_names())
    for model in tables():
        is_ours = model._meta.label_lower not in MADE_BY_MIGRATE | MADE_BY_A_START
        if is_ours and model._meta.db_table in there and model._base_manager.exists():
            return str(model._meta.verbose_name_plural)
    return ""


def stored_names() -> Iterator[str]:
    """The names of all stored files that the record knows, each once a field."""
    for model in tables():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                names = model._base_manager.exclude(**{field.name: ""}).order_by(field.name)
                yield from names.values_list(field.name, flat=True).distinct().iterator(chunk_size=2000)
