"""Create, rename and revoke keys, and record their use."""

from __future__ import annotations

import secrets
import string
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import Key
from omnistudio.openapi_server.queries import digest
from omnistudio.openapi_server.services.credits import lock_owner

ALPHABET = string.ascii_letters + string.digits
LENGTH = 32
NOTE_USE_EVERY = timedelta(minutes=1)


class TooManyKeys(Exception):
    """The person has `Key.MAX_A_PERSON` live keys already."""


def make_key(owner: User, name: str) -> tuple[Key, str]:
    """Create a key. Atomic.

    Returns:
        The row, and the key itself (`sk-` and 32 letters and digits), which is not stored.

    Raises:
        TooManyKeys: the person has `Key.MAX_A_PERSON` live keys.
    """
    secret = "sk-" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    with transaction.atomic():
        lock_owner(owner.pk)
        if Key.objects.of(owner).live().count() >= Key.MAX_A_PERSON:
            raise TooManyKeys
        key = Key.objects.create(owner=owner, name=name, sha256=digest(secret), last_four=secret[-4:])
    return key, secret


def rename_key(key: Key, name: str) -> None:
    """Rename a key."""
    key.name = name
    key.save(update_fields=["name"])


def revoke_key(key: Key) -> bool:
    """Revoke a key permanently; tasks created with it continue. Returns False if it was revoked already."""
    return bool(Key.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()))


def note_use(key: Key) -> None:
    """Record that a key was used now, at most once a minute, so that most requests write nothing."""
    now = timezone.now()
    if key.last_used_at and now - key.last_used_at < NOTE_USE_EVERY:
        return
    unseen = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTE_USE_EVERY)
    Key.objects.filter(unseen, pk=key.pk).update(last_used_at=now)
