"""Upgrades without down time: the code of the release before works on the schema of this one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

# The schema of the release before: where its migrations end. To be moved on with each release.
RELEASED = {
    "accounts": "0002_teams",
    "gallery": "0004_lists",
    "omnistudio": "0001_initial",
    "openapi_server": "0001_initial",
}
# What the old code would trip over: it goes on writing what it knows, as it knows it.
BREAKING = (
    operations.RemoveField,
    operations.RenameField,
    operations.RenameModel,
    operations.DeleteModel,
    operations.AlterModelTable,
    operations.AddConstraint,
)


@pytest.fixture
def loader(db) -> MigrationLoader:
    return MigrationLoader(connection)


def columns_of(table: str) -> dict[str, bool]:
    """The columns of a real table, and whether each fills itself."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'PRAGMA table_info("{table}")')
            return {
                name: not required or default is not None for _, name, _, required, default, _ in cursor.fetchall()
            }
        cursor.execute(
            "SELECT column_name, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES' "
            "FROM information_schema.columns WHERE table_name = %s",
            [table],
        )
        return dict(cursor.fetchall())


def test_every_column_that_the_old_code_does_not_know_fills_itself(loader):
    """In the real tables: what the old code leaves out of an INSERT is NULL or has a default of the database."""
    old = loader.project_state(list(RELEASED.items())).apps
    missing, required = [], []
    for model in old.get_models(include_auto_created=True):
        if model._meta.app_label not in RELEASED:
            continue
        table, there = model._meta.db_table, columns_of(model._meta.db_table)
        known = {field.column for field in model._meta.concrete_fields}
        missing += [f"{table}.{name}" for name in known - there.keys()]
        required += [f"{table}.{name}" for name in there.keys() - known if not there[name]]
    assert (missing, required) == ([], [])


def test_no_migration_since_takes_away_what_the_old_code_needs(loader):
    old = {key for key, name in RELEASED.items() for key in loader.graph.forwards_plan((key, name))}
    since = [
        (key, operation)
        for key, migration in loader.disk_migrations.items()
        if key[0] in RELEASED and key not in old
        for operation in migration.operations
    ]
    assert since
    # What is new as a whole may have rules of its own: the old code does not know it.
    new = {operation.name_lower for _key, operation in since if isinstance(operation, operations.CreateModel)}
    known = [(key, one) for key, one in since if getattr(one, "model_name_lower", "") not in new]
    assert [(key, operation) for key, operation in known if isinstance(operation, BREAKING)] == []


def test_a_process_of_the_release_before_beats(loader):
    """Its own model, on the table of today."""
    heartbeat = loader.project_state(list(RELEASED.items())).apps.get_model("omnistudio", "Heartbeat")
    row = {"role": "tracker", "beat_at": timezone.now()}
    heartbeat.objects.update_or_create(process="tracker@old:1", defaults=row)
    heartbeat.objects.update_or_create(process="tracker@old:1", defaults=row)
    assert heartbeat.objects.count() == 1
