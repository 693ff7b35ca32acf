"""Database reads of teams, memberships and invitations."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Case, Count, QuerySet, Value, When
from django.urls import NoReverseMatch, reverse

from omnistudio.accounts.models import Invitation, Membership, Team, User
from omnistudio.core.sorting import sorted_by_name

CLOSED_SHOWN = 20
OWNER = Membership.Role.OWNER


def seats_of(user: User) -> QuerySet[Membership]:
    """Return the person's memberships with their teams, the oldest team first; `people` is the number of members."""
    seats = Membership.objects.filter(user_id=user.pk).select_related("team")
    return seats.annotate(people=Count("team__memberships")).order_by("team_id")


def sorted_seats_of(user: User) -> list[Membership]:
    """The same by the names of the teams, as the reader's language sorts them."""
    return sorted_by_name(seats_of(user), name=lambda seat: seat.team.name)


def members_of(team: Team) -> list[Membership]:
    """Return the team's members with the state of their keys: owners first, then in the order they joined."""
    rank = Case(When(role=OWNER, then=Value(0)), default=Value(1))
    members = Membership.objects.filter(team=team).select_related("user__api_key").order_by(rank, "joined_at", "pk")
    return list(members.defer("user__password", "user__api_key__sealed"))


def is_last_owner(seat: Membership) -> bool:
    """Whether this is the membership of the team's only owner, according to the database now."""
    owners = Membership.objects.filter(team_id=seat.team_id, role=OWNER)
    return set(owners.values_list("pk", flat=True)) == {seat.pk}


def invitations_of(team: Team) -> list[Invitation]:
    """Return the team's invitations: all that are waiting, then the last 20 used or revoked ones; newest first.

    The number of waiting ones is limited when they are created.
    """
    with_names = Invitation.objects.filter(team=team).select_related("team", "invited_by", "accepted_by")
    waiting = with_names.waiting().order_by("-pk")
    closed = with_names.exclude(pk__in=waiting.values("pk")).order_by("-pk")[:CLOSED_SHOWN]
    return [*waiting, *closed]


def link_of(invitation: Invitation) -> str:
    """Return the invitation's link, as an absolute URL below `PUBLIC_URL`."""
    return settings.PUBLIC_URL + reverse("join", args=[invitation.token])


def home_of(team: Team) -> str:
    """Return the page for somebody who has just joined: the team's gallery if installed, else the studio."""
    try:
        return reverse("team_gallery", args=[team.pk])
    except NoReverseMatch:
        return reverse("studio")


def is_only_here() -> bool:
    """Whether `PUBLIC_URL` is a loopback address, so that links work on this machine only."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    return host == "localhost" or host == "::1" or host.startswith("127.")


def role_of(user: User, team: Team) -> str | None:
    """Return the person's role in the team, or None if they are not in it."""
    return Membership.objects.filter(team=team, user=user).values_list("role", flat=True).first()


def state_of(invitation: Invitation) -> str:
    """Return `revoked`, `used` or `expired`, or an empty text if the invitation is open."""
    if invitation.revoked_at:
        return "revoked"
    if invitation.accepted_at:
        return "used"
    return "" if invitation.is_open else "expired"


def why_closed(invitation: Invitation) -> str:
    """Return why a link does not work: its state, or `revoked` if its creator is no longer an active owner."""
    return state_of(invitation) or "revoked"
