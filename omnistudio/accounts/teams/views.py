"""Views of teams: the list, the page, and changes to them. Views of invitations are in `invitations`."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Membership
from omnistudio.accounts.teams import queries as team_queries
from omnistudio.accounts.teams import services as team_services
from omnistudio.accounts.teams.forms import RoleForm, TeamForm
from omnistudio.accounts.teams.pages import owners_seat, seat_in, team_page, to_part


@require_GET
def teams(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List the person's teams, with a form to create one; redirect to the team if there is only one."""
    seats = team_queries.sorted_seats_of(request.user)
    if len(seats) == 1 and "new" not in request.GET:
        return redirect(seats[0].team)
    return _list(request, seats, TeamForm())


@require_POST
def create_team(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Create a team that the person owns."""
    form = TeamForm(request.POST)
    if not form.is_valid():
        return _list(request, team_queries.sorted_seats_of(request.user), form, status=422)
    team = team_services.create_team(request.user, form.cleaned_data["name"])
    messages.success(request, _("“%(team)s” was created. Invite the people you work with.") % {"team": team})
    return redirect(team)


@require_GET
def team(request: AuthenticatedHttpRequest, team_id: int) -> HttpResponse:
    """Show the members of a team and, to owners, its invitations."""
    return team_page(request, seat_in(request, team_id))


@require_POST
def rename_team(request: AuthenticatedHttpRequest, team_id: int) -> HttpResponse:
    """Rename the team."""
    seat = owners_seat(request, team_id)
    form = TeamForm(request.POST)
    if not form.is_valid():
        return team_page(request, seat, rename_form=form, status=422)
    team_services.rename(request.user, seat.team, form.cleaned_data["name"])
    messages.success(request, _("The team is called “%(team)s” now.") % {"team": form.cleaned_data["name"]})
    return redirect(seat.team)


@require_POST
def leave_team(request: AuthenticatedHttpRequest, team_id: int) -> HttpResponse:
    """Leave the team, unless that would leave it without an owner."""
    seat = seat_in(request, team_id)
    try:
        team_services.remove(request.user, seat)
    except team_services.LastOwner:
        messages.error(request, _("You are the only owner. Hand the team over to somebody, then leave."))
        return to_part(seat, "leave")
    messages.success(request, _("You have left “%(team)s”. What you shared stays there.") % {"team": seat.team})
    return redirect("teams")


@require_POST
def change_role(request: AuthenticatedHttpRequest, team_id: int, seat_id: int) -> HttpResponse:
    """Give a member another role, or step down."""
    own = owners_seat(request, team_id)
    member = _member(own, seat_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("There is no such role. Nothing was changed."))
        return to_part(own, "members")
    try:
        team_services.change_role(request.user, member, form.cleaned_data["role"])
    except team_services.LastOwner:
        messages.error(request, _("A team has an owner. Make somebody else an owner first."))
    else:
        said = {"name": member.user.display_name, "role": Membership.Role(form.cleaned_data["role"]).label}
        messages.success(request, _("%(name)s has the role “%(role)s” now.") % said)
    return to_part(own, "members")


@require_POST
def remove_member(request: AuthenticatedHttpRequest, team_id: int, seat_id: int) -> HttpResponse:
    """Remove somebody from the team; removing oneself is leaving."""
    own = owners_seat(request, team_id)
    member = _member(own, seat_id)
    if member == own:
        return leave_team(request, team_id)
    team_services.remove(request.user, member)
    messages.success(request, _("%(name)s is not in the team any more.") % {"name": member.user.display_name})
    return to_part(own, "members")


@require_POST
def hand_over(request: AuthenticatedHttpRequest, team_id: int, seat_id: int) -> HttpResponse:
    """Make another person an owner, and oneself a member."""
    own = owners_seat(request, team_id)
    member = _member(own, seat_id)
    if team_services.hand_over(request.user, member):
        words = _("%(name)s owns the team now. You are a member.")
        messages.success(request, words % {"name": member.user.display_name})
    return to_part(own, "members")


def _member(own: Membership, seat_id: int) -> Membership:
    """Return a membership of the same team, or raise `Http404`."""
    return get_object_or_404(Membership.objects.select_related("team", "user"), team_id=own.team_id, pk=seat_id)


def _list(
    request: AuthenticatedHttpRequest, seats: list[Membership], form: TeamForm, status: int = 200
) -> HttpResponse:
    return render(request, "accounts/teams.html", {"here": "team", "seats": seats, "form": form}, status=status)
