"""Every write of teams. Who may do it is checked here, so that no view can forget."""

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
    """A team keeps at least one owner: hand it over first."""


class CannotAccept(Exception):
    """The invitation does not let this person in.

    `args[0]` says why: expired, revoked, used, replaced (a newer link took its place), email, member.
    """


class TooManyInvitations(Exception):
    """The team has as many invitations that wait as it may have."""


def create_team(owner: User, name: str) -> Team:
    """Make a team whose owner the person is. Atomic."""
    with transaction.atomic():
        team = Team.objects.create(name=name)
        Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team


def require_owner(user: User, team: Team) -> None:
    """Raises `NotAllowed` for everybody but an owner of the team."""
    if queries.role_of(user, team) != Role.OWNER:
        raise NotAllowed


def rename(user: User, team: Team, name: str) -> None:
    """Raises `NotAllowed`."""
    require_owner(user, team)
    Team.objects.filter(pk=team.pk).update(name=name)


def invite(
    user: User, team: Team, *, role: str, email: str = "", good_for: timedelta = Invitation.GOOD_FOR
) -> Invitation:
    """Make a link that lets one person in.

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
    """Make a link worthless. Returns whether it still let somebody in. Raises `NotAllowed`."""
    require_owner(user, invitation.team)
    return Invitation.objects.waiting().filter(pk=invitation.pk).update(revoked_at=timezone.now()) == 1


def renew(user: User, invitation: Invitation, *, good_for: timedelta = Invitation.GOOD_FOR) -> bool:
    """Give an invitation a new link that is good from now on; the old link is worthless. It is the person's own now.

    Returns whether it was renewed: what was used or revoked stays closed. Raises `NotAllowed`.
    """
    require_owner(user, invitation.team)
    nonce, expires_at = Invitation().nonce, timezone.now() + good_for
    fresh = Invitation.objects.waiting().filter(pk=invitation.pk)
    if not fresh.update(nonce=nonce, expires_at=expires_at, invited_by=user):
        return False
    invitation.nonce, invitation.expires_at, invitation.invited_by = nonce, expires_at, user
    return True


def accept(user: User, invitation: Invitation) -> Membership:
    """Let the person in. Atomic; a link lets one person in, once.

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
            # The nonce, too: a link that was replaced a moment ago lets nobody in.
            fresh = Invitation.objects.waiting().of_owners()
            fresh = fresh.filter(pk=invitation.pk, nonce=invitation.nonce, expires_at__gt=timezone.now())
            if not fresh.update(accepted_at=timezone.now(), accepted_by=user):
                now = Invitation.objects.get(pk=invitation.pk)
                is_same = constant_time_compare(now.nonce, invitation.nonce)
                raise CannotAccept(queries.why_closed(now) if is_same else "replaced")
            return Membership.objects.create(team=invitation.team, user=user, role=invitation.role)
    except IntegrityError as error:  # two links accepted at once by one person: the second stays open
        raise CannotAccept("member") from error


def change_role(user: User, membership: Membership, role: str) -> None:
    """Give a member another role. Atomic. Raises `NotAllowed`, `LastOwner`."""
    with transaction.atomic():
        _one_at_a_time(membership.team_id)
        require_owner(user, membership.team)
        if role != Role.OWNER and queries.is_last_owner(membership):
            raise LastOwner
        Membership.objects.filter(pk=membership.pk).update(role=role)
        end_invitations_of_nobody(team_id=membership.team_id)


def remove(user: User, membership: Membership) -> None:
    """Take a member out; oneself is leaving. What they shared stays with the team. Atomic.

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
        end_invitations_of_nobody(team_id=membership.team_id)


def hand_over(user: User, membership: Membership) -> bool:
    """Make a member the owner in one's own place; one stays as a member. Atomic.

    Returns whether it was done: somebody who has left meanwhile can't take over. Raises `NotAllowed`.
    """
    with transaction.atomic():
        _one_at_a_time(membership.team_id)
        require_owner(user, membership.team)
        if not Membership.objects.filter(pk=membership.pk).update(role=Role.OWNER):
            return False
        mine = Membership.objects.filter(team=membership.team, user=user).exclude(pk=membership.pk)
        mine.update(role=Role.MEMBER)
        end_invitations_of_nobody(team_id=membership.team_id)
    return True


def end_invitations_of_nobody(**among: int) -> None:
    """End the invitations of whoever is an active owner no longer, so that they don't come back by one themselves.

    `among` says which are looked at: those of a team (`team_id`), or those that a person made (`invited_by_id`).
    """
    waiting = Invitation.objects.waiting().filter(**among)
    waiting.of_nobody().update(revoked_at=timezone.now())


def _one_at_a_time(team_id: int) -> None:
    """Let the changes of a team's roles follow each other, so that no two of them leave it without an owner."""
    Team.objects.select_for_update().filter(pk=team_id).first()
