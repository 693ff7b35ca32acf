"""Render the team page for every view that shows it, and check who may see it; others get a 404."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Membership
from omnistudio.accounts.teams import queries as team_queries
from omnistudio.accounts.teams import text as team_wording
from omnistudio.accounts.teams.forms import InvitationForm, TeamForm
from omnistudio.accounts.teams.services import Role


def seat_in(request: AuthenticatedHttpRequest, team_id: int) -> Membership:
    """Return the person's own membership. Raises `Http404` if they are not in the team."""
    # With `team_id` instead of `team__id`, a number of 30 digits would be an error of the database.
    seat = team_queries.seats_of(request.user).filter(team__id=team_id).first()
    if not seat:
        raise Http404
    return seat


def owners_seat(request: AuthenticatedHttpRequest, team_id: int) -> Membership:
    """Return the person's own membership if they own the team. Raises `Http404` for everybody else."""
    seat = seat_in(request, team_id)
    if seat.role != Role.OWNER:
        raise Http404
    return seat


def team_page(
    request: AuthenticatedHttpRequest,
    seat: Membership,
    *,
    rename_form: TeamForm | None = None,
    invitation_form: InvitationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page of a team, with submitted forms and their errors if there are any."""
    owns = seat.role == Role.OWNER
    found = team_queries.invitations_of(seat.team) if owns else []
    invitations = [(one, team_wording.state_of(one), team_queries.link_of(one)) for one in found]
    new = request.GET.get("invited")
    return render(
        request,
        "accounts/team.html",
        {
            "here": "team",
            "team": seat.team,
            "seat": seat,
            "owns": owns,
            "is_last_owner": team_queries.is_last_owner(seat),
            "seats": team_queries.sorted_seats_of(request.user),
            "members": team_queries.members_of(seat.team),
            "roles": Role.choices,
            "invitations": invitations,
            "invited": next((entry for entry in invitations if str(entry[0].pk) == new and entry[0].is_open), None),
            "unsent": "unsent" in request.GET,
            "rename_form": rename_form or TeamForm(initial={"name": seat.team.name}),
            "invitation_form": invitation_form or InvitationForm(seat.team),
            "public_url": settings.PUBLIC_URL,
            "is_only_here": team_queries.is_only_here(),
        },
        status=status,
    )


def to_part(seat: Membership, part: str, query: str = "") -> HttpResponse:
    """Redirect to the team's page, scrolled to the section that was changed; `query` starts with `?`."""
    return redirect(f"{seat.team.get_absolute_url()}{query}#{part}")
