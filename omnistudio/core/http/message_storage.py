"""Where messages wait until the next page shows them: in a cookie that is named as all others are."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class MessageCookie(CookieStorage):
    """Django's cookie, whose name is fixed there: over https a browser takes it from this host alone."""

    cookie_name = settings.MESSAGES_COOKIE_NAME


class MessageStorage(FallbackStorage):
    """In the cookie; what has no room there, in the session."""

    storage_classes = (MessageCookie, SessionStorage)
