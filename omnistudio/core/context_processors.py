"""What every page knows of the site."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's own facts for templates: languages, theme, whether email can be sent."""
    user = getattr(request, "user", None)
    return {
        "LANGUAGE_CODE": get_language(),
        "LANGUAGES": settings.LANGUAGES,
        "theme": getattr(user, "theme", "system"),  # a visitor has none
        "can_send_email": settings.CAN_SEND_EMAIL,
        "built_in_api": settings.OMNI_API_IS_BUILT_IN,
    }
