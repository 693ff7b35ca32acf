"""Add facts about the signed-in person to the context of every template."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from omnistudio.accounts.queries import teams_to_share_with


def own_teams(request: HttpRequest) -> dict[str, Any]:
    """Add `own_teams`, the teams that the person may share with. Queried at most once, when a template uses it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"own_teams": []}
    return {"own_teams": SimpleLazyObject(lambda: teams_to_share_with(user))}
