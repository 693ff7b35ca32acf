"""Keep the invitation that a visitor opened in their session until it is used. It allows them to sign up."""

from __future__ import annotations

from django.http import HttpRequest

from omnistudio.accounts.models import Invitation

_KEY = "invitation"


def remember(request: HttpRequest, invitation: Invitation) -> None:
    """Keep the invitation while the visitor creates an account."""
    request.session[_KEY] = invitation.token


def token_of(request: HttpRequest) -> str | None:
    """Return the token that was kept, even if its invitation is no longer valid; None if there is none."""
    return request.session.get(_KEY)


def invitation_of(request: HttpRequest) -> Invitation | None:
    """Return the invitation if somebody can still join with it. Queried on each call, as it may end meanwhile."""
    token = token_of(request)
    invitation = Invitation.of_token(token) if token else None
    return invitation if invitation and invitation.lets_in() else None


def forget(request: HttpRequest) -> None:
    """Remove the invitation from the session, because it was used or is no longer valid."""
    request.session.pop(_KEY, None)
