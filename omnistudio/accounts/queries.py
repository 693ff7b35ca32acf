"""Database reads of accounts."""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from omnistudio.accounts.models import ApiKey, Membership, Team, User
from omnistudio.core.sorting import sorted_by_name


def has_no_accounts() -> bool:
    """Whether nobody can sign in yet, so that the next visitor may create the first account.

    People created by `issue_key` for the API alone have no password and do not count. The administrator created by
    `create_owner` counts even before a password is set.
    """
    can_sign_in = ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return not User.objects.filter(can_sign_in | Q(is_founder=True)).exists()


def teams_of(user: User) -> list[Team]:
    """Return the teams that the person is in, ordered by name."""
    return sorted_by_name(Team.objects.visible_to(user).order_by("pk"))


def teams_to_share_with(user: User) -> list[Team]:
    """Return the teams in which the person may share, ordered by name."""
    mine = Membership.objects.filter(user=user, role__in=Membership.CHANGING)
    return sorted_by_name(Team.objects.filter(pk__in=mine.values("team_id")).order_by("pk"))


def has_working_key(user_id: int) -> bool:
    """Whether the person has a key that the service has not rejected."""
    return ApiKey.objects.filter(owner_id=user_id).exclude(state__in=ApiKey.HOLDING).exists()


def key_of(user_id: int | None) -> ApiKey | None:
    """Return the person's key, or None."""
    return ApiKey.objects.filter(owner_id=user_id).first()
