"""Texts of pages about roles and invitations."""

from __future__ import annotations

import math

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omnistudio.accounts.models import Invitation
from omnistudio.accounts.teams import queries as team_queries
from omnistudio.accounts.teams.services import Role


def what_a_role_may(role: str) -> str:
    """Return a sentence that tells an invited person what the role allows."""
    match role:
        case Role.OWNER:
            return _("As an owner you can share items and decide who is in the team.")
        case Role.MEMBER:
            return _("As a member you can see the team’s items, share your own and comment.")
    return _("As a viewer you can see the team’s items.")


def state_of(invitation: Invitation) -> str:
    """Return the state for the list: “Expires in 6 days”, “Expired”, “Revoked” or “Accepted by Maya”."""
    match team_queries.state_of(invitation):
        case "revoked":
            return _("Revoked")
        case "used" if invitation.accepted_by:
            return _("Accepted by %(name)s") % {"name": invitation.accepted_by.display_name}
        case "used":
            return _("Accepted")
        case "expired":
            return _("Expired")
    hours = math.ceil((invitation.expires_at - timezone.now()).total_seconds() / 3600)
    if hours < 24:
        return ngettext("Expires in %(n)d hour", "Expires in %(n)d hours", hours) % {"n": hours}
    days = math.ceil(hours / 24)
    return ngettext("Expires in %(n)d day", "Expires in %(n)d days", days) % {"n": days}


def why_not(reason: str) -> tuple[str, str]:
    """Return what is wrong with an invitation's link, and what to do about it."""
    match reason:
        case "expired":
            return _("This invitation has expired"), _("Ask the person who sent it to send it again.")
        case "revoked":
            return _("This invitation was revoked"), _("Ask the person who sent it for a new one.")
        case "used":
            return (
                _("This invitation was used already"),
                _("Each link works for one person. If you used it, sign in. If not, ask for a link of your own."),
            )
    return (
        _("This invitation link isn’t valid"),
        _("It is incomplete, or was replaced by a newer one. Check that you copied all of it, or ask for a new one."),
    )
