"""Views of invitations: owners create, send again and revoke them; the person with the link accepts."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Invitation, Membership
from omnistudio.accounts.teams import invitation_session
from omnistudio.accounts.teams import mail as team_mail
from omnistudio.accounts.teams import queries as team_queries
from omnistudio.accounts.teams import services as team_services
from omnistudio.accounts.teams import text as team_wording
from omnistudio.accounts.teams.forms import InvitationForm
from omnistudio.accounts.teams.pages import owners_seat, team_page, to_part


@require_POST
def invite(request: AuthenticatedHttpRequest, team_id: int) -> HttpResponse:
    """Create an invitation, and send it if it names an address and mail can be sent."""
    seat = owners_seat(request, team_id)
    form = InvitationForm(seat.team, request.POST)
    if form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("role", "email")}
        try:
            invitation = team_services.invite(request.user, seat.team, good_for=form.good_for, **wanted)
        except team_services.TooManyInvitations:
            words = _("%(n)d invitations are already waiting. Revoke some first.")
            form.add_error(None, words % {"n": team_services.MAX_WAITING})
        else:
            return _sent(request, seat, invitation)
    return team_page(request, seat, invitation_form=form, status=422)


@require_POST
def send_invitation_again(request: AuthenticatedHttpRequest, team_id: int, invitation_id: int) -> HttpResponse:
    """Give an invitation a new link, and send it again."""
    seat = owners_seat(request, team_id)
    invitation = _invitation(seat, invitation_id)
    if team_services.renew(request.user, invitation):
        return _sent(request, seat, invitation)
    messages.error(request, _("This invitation was used or revoked. Create a new one."))
    return to_part(seat, "invitations")


@require_POST
def revoke_invitation(request: AuthenticatedHttpRequest, team_id: int, invitation_id: int) -> HttpResponse:
    """Revoke an invitation, so that its link no longer works."""
    seat = owners_seat(request, team_id)
    if team_services.revoke(request.user, _invitation(seat, invitation_id)):
        messages.success(request, _("The invitation was revoked. Its link no longer works."))
    else:
        messages.error(request, _("This invitation was used or revoked already."))
    return to_part(seat, "invitations")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show who invites to which team; a signed-in person accepts with one button."""
    invitation = Invitation.of_token(token)
    if invitation and request.user.is_authenticated:
        return _join_signed_in(cast(AuthenticatedHttpRequest, request), invitation)
    if not invitation or not invitation.lets_in():
        return _closed(request, team_queries.why_closed(invitation) if invitation else "replaced")
    invitation_session.remember(request, invitation)
    if request.method == "POST":
        return redirect("join", token=token)  # the session ended meanwhile: sign in, or make an account
    return _ask(request, invitation)


def _join_signed_in(request: AuthenticatedHttpRequest, invitation: Invitation) -> HttpResponse:
    home = team_queries.home_of(invitation.team)
    if team_queries.role_of(request.user, invitation.team):
        messages.success(request, _("You are in “%(team)s” already.") % {"team": invitation.team})
        return redirect(home)
    if not invitation.lets_in():
        return _closed(request, team_queries.why_closed(invitation))
    if request.method == "GET":
        return _ask(request, invitation)
    try:
        team_services.accept(request.user, invitation)
    except team_services.CannotAccept as refusal:
        reason = refusal.args[0]
        return _ask(request, invitation, status=403) if reason == "email" else _closed(request, reason)
    invitation_session.forget(request)
    messages.success(request, _("You joined “%(team)s”.") % {"team": invitation.team})
    return redirect(home)


def _ask(request: HttpRequest, invitation: Invitation, status: int = 200) -> HttpResponse:
    address = getattr(request.user, "email", "").lower()
    context = {
        "invitation": invitation,
        "team": invitation.team,
        "inviter": invitation.invited_by,
        "may": team_wording.what_a_role_may(invitation.role),
        "is_for_another": bool(address and invitation.email and invitation.email != address),
    }
    return render(request, "accounts/join.html", context, status=status)


def _closed(request: HttpRequest, reason: str) -> HttpResponse:
    """Say why the link does not work, without naming the team.

    The status is 410 for an invitation that has ended, and 404 for a token that is unknown or was replaced.
    """
    what, advice = team_wording.why_not(reason)
    context = {"what": what, "advice": advice}
    invitation_session.forget(request)
    return render(request, "accounts/join_closed.html", context, status=404 if reason == "replaced" else 410)


def _invitation(seat: Membership, invitation_id: int) -> Invitation:
    """Return an invitation to the team of this membership, or raise `Http404`."""
    found = Invitation.objects.select_related("team", "invited_by")
    return get_object_or_404(found, team_id=seat.team_id, pk=invitation_id)


def _sent(request: HttpRequest, seat: Membership, invitation: Invitation) -> HttpResponse:
    """Send the invitation by email if possible, tell the outcome, and redirect to the page with its link."""
    query = f"?invited={invitation.pk}"
    if not team_mail.can_send(invitation):
        messages.success(request, _("The invitation is ready. Copy its link and send it."))
    elif team_mail.send_invitation(invitation):
        messages.success(request, _("The invitation was sent to %(email)s.") % {"email": invitation.email})
    else:
        messages.error(request, _("The invitation was created, but the email could not be sent."))
        query += "&unsent"
    return to_part(seat, "invitations", query)
