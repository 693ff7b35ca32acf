"""What every page knows of the person who looks."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from omnistudio.accounts.queries import teams_to_share_with


def own_teams(request: HttpRequest) -> dict[str, Any]:
    """The teams that the person may share with: asked once, and only by a page that offers to share."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"own_teams": []}
    return {"own_teams": SimpleLazyObject(lambda: teams_to_share_with(user))}
