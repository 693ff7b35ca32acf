"""Writes of what has happened to a person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from omnistudio.notices.models import PersonRevision

# As text: Django's `bulk_create` can't add to what is there. Both databases know it.
_RAISE = f"""
    INSERT INTO {PersonRevision._meta.db_table} (user_id, revision) VALUES {{rows}}
    ON CONFLICT (user_id) DO UPDATE SET revision = {PersonRevision._meta.db_table}.revision + 1
"""  # noqa: S608 (names of our own)


def raise_revisions(user_ids: Iterable[int]) -> None:
    """Raise the revision of these people, each once; one statement, so atomic.

    Sorted, so that two that raise for the same people take the rows in the same order.
    """
    if ids := sorted(set(user_ids)):
        with connection.cursor() as cursor:
            cursor.execute(_RAISE.format(rows=", ".join(["(%s, 1)"] * len(ids))), ids)
