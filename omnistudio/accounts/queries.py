"""Every read of accounts."""

from __future__ import annotations

from omnistudio.accounts.models import ApiKey, User


def nobody_is_here() -> bool:
    """Whether the instance has no account yet, so that the next visitor founds it."""
    return not User.objects.exists()


def key_of(user_id: int | None) -> ApiKey | None:
    """The person's key, or None."""
    return ApiKey.objects.filter(owner_id=user_id).first()
