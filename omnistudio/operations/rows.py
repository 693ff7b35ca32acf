"""Dump the database as lines of JSON: a file for each table, a line for each row, for SQLite and PostgreSQL alike."""

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

# Tables that are not backed up, because their rows mean nothing elsewhere or later: sessions and running processes.
LEFT_OUT = {"sessions.session", "usersessions.usersession", "omnistudio.heartbeat", "omnistudio.machine"}
# Tables whose rows `migrate` creates in an empty instance.
MADE_BY_MIGRATE = {"contenttypes.contenttype", "auth.permission"}
# Tables to which processes write when they start, even if nobody uses the instance.
MADE_BY_A_START = {"accounts.fingerprint", "omnistudio.counter"}
BATCH = 500
Model = type[models.Model]


def tables() -> list[Model]:
    """Return all models whose rows are backed up, including the tables of many-to-many fields."""
    everything = apps.get_models(include_auto_created=True)
    ours = (model for model in everything if model._meta.managed and not model._meta.proxy)
    return sorted((model for model in ours if model._meta.label_lower not in LEFT_OUT), key=_label)


def _label(model: Model) -> str:
    return model._meta.label_lower


def migrations() -> list[str]:
    """Return the applied migrations as `app.name`, sorted."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def snapshot() -> Iterator[None]:
    """Open a transaction that reads the database as it is at its beginning, while others go on writing.

    `atomic()` is not used on SQLite, where transactions of this project lock the database for writing at once.
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
    """Write a table, compressed with gzip: a line with its columns, then its rows. Returns the number of rows."""
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
    """Insert the rows of a dumped table; return how many there are. Call it in a transaction.

    Plain INSERTs are used, because saving through the models would set times of creation anew.
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
    """Yield the rows of a dumped table as they were written, by the names of their columns."""
    with gzip.GzipFile(fileobj=source, mode="rb") as file:
        lines = iter(file)
        names = json.loads(next(lines))
        for line in lines:
            yield dict(zip(names, json.loads(line), strict=True))


def _bound(fields: list[Any], values: list[Any]) -> list[Any]:
    pairs = zip(fields, values, strict=True)
    return [field.get_db_prep_save(field.to_python(value), connection) for field, value in pairs]


def clear_initial_rows() -> None:
    """Delete the rows that an empty instance has, because the archive has them with other ids."""
    for model in tables():
        if model._meta.label_lower in MADE_BY_MIGRATE | MADE_BY_A_START:
            model._base_manager.all()._raw_delete("default")


def continue_numbering() -> None:
    """Set the sequences of all tables, so that new rows don't get ids that are in use."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def first_row() -> str:
    """Return the name of a table that has rows already; empty if the instance is empty or has no tables yet."""
    there = set(connection.introspection.table_names())
    for model in tables():
        is_ours = model._meta.label_lower not in MADE_BY_MIGRATE | MADE_BY_A_START
        if is_ours and model._meta.db_table in there and model._base_manager.exists():
            return str(model._meta.verbose_name_plural)
    return ""


def stored_names() -> Iterator[str]:
    """Yield the names of all stored files that rows refer to, each once for each field."""
    for model in tables():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                names = model._base_manager.exclude(**{field.name: ""}).order_by(field.name)
                yield from names.values_list(field.name, flat=True).distinct().iterator(chunk_size=2000)
