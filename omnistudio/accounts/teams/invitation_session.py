"""The invitation that a visitor came with. It stays in their session until it is used, and opens the sign-up."""

from __future__ import annotations

from django.http import HttpRequest

from omnistudio.accounts.models import Invitation

_KEY = "invitation"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keep it while the visitor makes an account."""
    request.session[_KEY] = invitation.token


def token_of(request: HttpRequest) -> str | None:
    """The link that was kept, whatever became of it."""
    return request.session.get(_KEY)


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The invitation, as long as it lets somebody in; looked at anew each time, as it may end meanwhile."""
    token = token_of(request)
    invitation = Invitation.of_token(token) if token else None
    return invitation if invitation and invitation.lets_in() else None


def forget(request: HttpRequest) -> None:
    """It was used, or is worthless."""
    request.session.pop(_KEY, None)
