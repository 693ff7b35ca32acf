"""Every write of teams. Who may do it is checked here, so that no view can forget."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from omnistudio.accounts.models import Invitation, Membership, Team, User

Role = Membership.Role


class NotAllowed(Exception):
    """The person's role in the team does not let them do this."""


class LastOwner(Exception):
    """A team keeps at least one owner: hand it over first."""


class CannotAccept(Exception):
    """The invitation does not let this person in; `args[0]` says why: expired, revoked, used, email, member."""


def create_team(owner: User, name: str) -> Team:
    """Make a team whose owner the person is. Atomic."""
    with transaction.atomic():
        team = Team.objects.create(name=name)
        Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team


def role_of(user: User, team: Team) -> str | None:
    """The person's role in the team; None where they are not in it."""
    return Membership.objects.filter(team=team, user=user).values_list("role", flat=True).first()


def require_owner(user: User, team: Team) -> None:
    """Raises `NotAllowed` for everybody but an owner of the team."""
    if role_of(user, team) != Role.OWNER:
        raise NotAllowed


def rename(user: User, team: Team, name: str) -> None:
    """Raises `NotAllowed`."""
    require_owner(user, team)
    Team.objects.filter(pk=team.pk).update(name=name)


def invite(
    user: User, team: Team, *, role: str, email: str = "", good_for: timedelta = Invitation.GOOD_FOR
) -> Invitation:
    """Make a link that lets one person in. Raises `NotAllowed`."""
    require_owner(user, team)
    return Invitation.objects.create(
        team=team, invited_by=user, role=role, email=email.lower(), expires_at=timezone.now() + good_for
    )


def revoke(user: User, invitation: Invitation) -> bool:
    """Make a link worthless. Returns whether it still let somebody in. Raises `NotAllowed`."""
    require_owner(user, invitation.team)
    open_ = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True)
    return open_.update(revoked_at=timezone.now()) == 1


def accept(user: User, invitation: Invitation) -> Membership:
    """Let the person in. Atomic; a link lets one person in, once.

    Raises:
        CannotAccept: with the reason.
    """
    if invitation.email and invitation.email != user.email.lower():
        raise CannotAccept("email")
    with transaction.atomic():
        if Membership.objects.filter(team=invitation.team, user=user).exists():
            raise CannotAccept("member")
        fresh = Invitation.objects.filter(
            pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
        )
        if not fresh.update(accepted_at=timezone.now(), accepted_by=user):
            raise CannotAccept(why_closed(Invitation.objects.get(pk=invitation.pk)))
        return Membership.objects.create(team=invitation.team, user=user, role=invitation.role)


def why_closed(invitation: Invitation) -> str:
    """`revoked`, `used`, `expired`, or nothing where the link lets somebody in."""
    if invitation.revoked_at:
        return "revoked"
    if invitation.accepted_at:
        return "used"
    return "" if invitation.is_open else "expired"


def change_role(user: User, membership: Membership, role: str) -> None:
    """Give a member another role. Raises `NotAllowed`, `LastOwner`."""
    require_owner(user, membership.team)
    with transaction.atomic():
        if role != Role.OWNER:
            _keep_an_owner(membership)
        Membership.objects.filter(pk=membership.pk).update(role=role)


def remove(user: User, membership: Membership) -> None:
    """Take a member out; oneself is leaving. What they shared stays with the team.

    Raises:
        NotAllowed, LastOwner
    """
    if membership.user_id != user.pk:
        require_owner(user, membership.team)
    with transaction.atomic():
        _keep_an_owner(membership)
        Membership.objects.filter(pk=membership.pk).delete()


def hand_over(user: User, membership: Membership) -> None:
    """Make a member the owner in one's own place; one stays as a member. Atomic. Raises `NotAllowed`."""
    require_owner(user, membership.team)
    with transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(role=Role.OWNER)
        mine = Membership.objects.filter(team=membership.team, user=user).exclude(pk=membership.pk)
        mine.update(role=Role.MEMBER)


def _keep_an_owner(membership: Membership) -> None:
    """Raises `LastOwner` where the team would have no owner without this one. Inside a transaction."""
    owners = Membership.objects.select_for_update().filter(team_id=membership.team_id, role=Role.OWNER)
    if {owner.pk for owner in owners} == {membership.pk}:
        raise LastOwner
