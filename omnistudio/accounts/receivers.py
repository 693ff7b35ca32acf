"""What accounts do when allauth says that somebody signed up or in."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from omnistudio.accounts import services
from omnistudio.accounts.models import User


@receiver(user_signed_up)
def on_signed_up(request: HttpRequest, user: User, **kwargs: Any) -> None:
    services.welcome(user)


@receiver(user_logged_in)
def on_logged_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The session carries the language, so that the poll needs no `User` row."""
    if user.language:
        request.session["language"] = user.language
