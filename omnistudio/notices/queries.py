"""Reads of what has happened to a person."""

from __future__ import annotations

from omnistudio.notices.models import PersonRevision


def revision_of(user_id: int) -> int:
    """The person's revision; one row, by its key."""
    return PersonRevision.objects.filter(pk=user_id).values_list("revision", flat=True).first() or 0
