"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from omnistudio.accounts.queries import teams_to_share_with


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's own facts for templates: languages, theme, whether e-mail can be sent."""
    user = getattr(request, "user", None)
    somebody = user if user is not None and user.is_authenticated else None
    theme = getattr(somebody, "theme", "system")
    return {
        "LANGUAGE_CODE": get_language(),
        "LANGUAGES": settings.LANGUAGES,
        "theme": theme,
        "can_send_email": settings.CAN_SEND_EMAIL,
        # Asked only by a page that offers to share, and once for all its works.
        "own_teams": SimpleLazyObject(lambda: teams_to_share_with(somebody) if somebody else []),
        "built_in_api": settings.OMNI_API_IS_BUILT_IN,
    }
