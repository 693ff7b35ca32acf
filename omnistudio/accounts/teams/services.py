"""Database writes of teams. Permissions are checked here, so that no view can forget to."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from omnistudio.accounts.models import Invitation, Membership, Team, User
from omnistudio.accounts.teams import queries

Role = Membership.Role
MAX_WAITING = 100


class NotAllowed(Exception):
    """The person's role in the team does not let them do this."""


class LastOwner(Exception):
    """The change would leave the team without an owner: hand it over first."""


class CannotAccept(Exception):
    """The person cannot join with this invitation.

    `args[0]` says why: expired, revoked, used, replaced (by a newer link), email (it is for another address) or
    member (they are in the team already).
    """


class TooManyInvitations(Exception):
    """The team has `MAX_WAITING` waiting invitations already."""


def create_team(owner: User, name: str) -> Team:
    """Create a team that the person owns. Atomic."""
    with transaction.atomic():
        team = Team.objects.create(name=name)
        Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team


def require_owner(user: User, team: Team) -> None:
    """Raise `NotAllowed` unless the person is an owner of the team."""
    if queries.role_of(user, team) != Role.OWNER:
        raise NotAllowed


def rename(user: User, team: Team, name: str) -> None:
    """Change the team's name. Raises `NotAllowed`."""
    require_owner(user, team)
    Team.objects.filter(pk=team.pk).update(name=name)


def invite(
    user: User, team: Team, *, role: str, email: str = "", good_for: timedelta = Invitation.GOOD_FOR
) -> Invitation:
    """Create an invitation by which one person can join.

    Args:
        email: if given, only the person with this address can use it.

    Raises:
        NotAllowed, TooManyInvitations
    """
    require_owner(user, team)
    if Invitation.objects.waiting().filter(team=team).count() >= MAX_WAITING:
        raise TooManyInvitations
    return Invitation.objects.create(
        team=team, invited_by=user, role=role, email=email.lower(), expires_at=timezone.now() + good_for
    )


def revoke(user: User, invitation: Invitation) -> bool:
    """Revoke an invitation. Returns False if it was used or revoked already. Raises `NotAllowed`."""
    require_owner(user, invitation.team)
    return Invitation.objects.waiting().filter(pk=invitation.pk).update(revoked_at=timezone.now()) == 1


def renew(user: User, invitation: Invitation, *, good_for: timedelta = Invitation.GOOD_FOR) -> bool:
    """Give an invitation a new link and expiry, and make `user` its creator. The old link no longer works.

    Returns False, and changes nothing, if it was used or revoked. Raises `NotAllowed`.
    """
    require_owner(user, invitation.team)
    nonce, expires_at = Invitation().nonce, timezone.now() + good_for
    fresh = Invitation.objects.waiting().filter(pk=invitation.pk)
    if not fresh.update(nonce=nonce, expires_at=expires_at, invited_by=user):
        return False
    invitation.nonce, invitation.expires_at, invitation.invited_by = nonce, expires_at, user
    return True


def accept(user: User, invitation: Invitation) -> Membership:
    """Add the person to the team with the role of the invitation, which can be used once. Atomic.

    Raises:
        CannotAccept: with the reason.
    """
    if invitation.email and invitation.email != user.email.lower():
        raise CannotAccept("email")
    if queries.role_of(user, invitation.team):
        raise CannotAccept("member")
    try:
        with transaction.atomic():
            _one_at_a_time(invitation.team_id)
            # Also compare the nonce: the link may have been replaced since the invitation was loaded.
            fresh = Invitation.objects.waiting().of_owners()
            fresh = fresh.filter(pk=invitation.pk, nonce=invitation.nonce, expires_at__gt=timezone.now())
            if not fresh.update(accepted_at=timezone.now(), accepted_by=user):
                now = Invitation.objects.get(pk=invitation.pk)
                is_same = constant_time_compare(now.nonce, invitation.nonce)
                raise CannotAccept(queries.why_closed(now) if is_same else "replaced")
            return Membership.objects.create(team=invitation.team, user=user, role=invitation.role)
    except IntegrityError as error:  # one person accepted two invitations at once: the second is not used up
        raise CannotAccept("member") from error


def change_role(user: User, membership: Membership, role: str) -> None:
    """Give a member another role. Atomic. Raises `NotAllowed`, `LastOwner`."""
    with transaction.atomic():
        _one_at_a_time(membership.team_id)
        require_owner(user, membership.team)
        if role != Role.OWNER and queries.is_last_owner(membership):
            raise LastOwner
        Membership.objects.filter(pk=membership.pk).update(role=role)
        revoke_invitations_of_former_owners(team_id=membership.team_id)


def remove(user: User, membership: Membership) -> None:
    """Remove a member, or leave if it is one's own membership. What they shared stays with the team. Atomic.

    Raises:
        NotAllowed, LastOwner
    """
    with transaction.atomic():
        _one_at_a_time(membership.team_id)
        if membership.user_id != user.pk:
            require_owner(user, membership.team)
        if queries.is_last_owner(membership):
            raise LastOwner
        Membership.objects.filter(pk=membership.pk).delete()
        revoke_invitations_of_former_owners(team_id=membership.team_id)


def hand_over(user: User, membership: Membership) -> bool:
    """Make another person an owner, and the calling owner a member. Atomic.

    Returns False, and changes nothing, if the other person has left meanwhile. Raises `NotAllowed`.
    """
    with transaction.atomic():
        _one_at_a_time(membership.team_id)
        require_owner(user, membership.team)
        if not Membership.objects.filter(pk=membership.pk).update(role=Role.OWNER):
            return False
        mine = Membership.objects.filter(team=membership.team, user=user).exclude(pk=membership.pk)
        mine.update(role=Role.MEMBER)
        revoke_invitations_of_former_owners(team_id=membership.team_id)
    return True


def revoke_invitations_of_former_owners(**among: int) -> None:
    """Revoke waiting invitations whose creator is no longer an active owner, so that they can't rejoin with one.

    `among` selects the invitations: those to a team (`team_id`), or those that a person created (`invited_by_id`).
    """
    waiting = Invitation.objects.waiting().filter(**among)
    waiting.of_former_owners().update(revoked_at=timezone.now())


def _one_at_a_time(team_id: int) -> None:
    """Lock the team's row, so that two changes of roles at once can't leave it without an owner."""
    Team.objects.select_for_update().filter(pk=team_id).first()
