"""Database writes of accounts, and the check of a key at the service."""

from __future__ import annotations

import asyncio

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.signals import person_joined
from omnistudio.openapi_client import KeyState, OpenAPIClient, Timeouts

CHECK_SECONDS = 5.0

_STATES = {
    KeyState.VERIFIED: ApiKey.State.VERIFIED,
    KeyState.REJECTED: ApiKey.State.REJECTED,
    KeyState.UNKNOWN: ApiKey.State.UNREACHABLE,
}


class KeyRejected(Exception):
    """The service rejected the key; nothing was saved."""


def check_key(secret: str) -> ApiKey.State:
    """Ask the service whether it accepts the key. Spends no credits and takes 5 seconds at most.

    This is the only call of the Open API that a web process makes.
    """

    async def ask() -> KeyState:
        timeouts = Timeouts(connect=CHECK_SECONDS, read=CHECK_SECONDS, total=CHECK_SECONDS)
        async with OpenAPIClient(settings.OMNI_API_URL, secret, timeouts=timeouts) as client:
            return await client.check_key()

    return _STATES[asyncio.run(ask())]


def save_key(user: User, secret: str) -> ApiKey:
    """Check a key and save it in place of the previous one; tasks that waited for a key continue.

    A key that could not be checked is saved, too. The check is a network call outside the transaction.

    Raises:
        KeyRejected: the service rejected it; the previous key stays.
    """
    state = check_key(secret)
    if state == ApiKey.State.REJECTED:
        raise KeyRejected
    return keep_key(user, secret, state)


def keep_key(user: User, secret: str, state: ApiKey.State) -> ApiKey:
    """Save a key whose state is known, in place of the previous one. Atomic."""
    with transaction.atomic():
        key = ApiKey.objects.select_for_update().filter(owner=user).first() or ApiKey(owner=user)
        key.put(secret)
        key.state, key.checked_at, key.added_at = state, timezone.now(), timezone.now()
        key.save()
    return key


def check_kept_key(key: ApiKey) -> ApiKey.State:
    """Ask the service about the saved key, and save the resulting state.

    Raises:
        encryption.CannotOpen: the key can't be decrypted.
    """
    state = check_key(key.reveal())
    ApiKey.objects.filter(pk=key.pk, sealed=key.sealed).update(state=state, checked_at=timezone.now())
    return state


def remove_key(user: User) -> None:
    """Delete the person's key."""
    ApiKey.objects.filter(owner=user).delete()


def mark_rejected(key_id: int, sealed: str) -> None:
    """Mark a key as rejected (401), so that its owner's tasks wait; not if another key has replaced it."""
    ApiKey.objects.filter(pk=key_id, sealed=sealed).update(state=ApiKey.State.REJECTED, checked_at=timezone.now())


def welcome(user: User) -> None:
    """Tell the other packages that a person has an account now, and save the key that one of them may return."""
    for _receiver, offered in person_joined.send(sender=User, user=user):
        if offered:
            keep_key(user, offered, ApiKey.State.VERIFIED)
