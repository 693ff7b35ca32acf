"""Who may sign up (the first visitor of an empty studio, and whoever was invited), and how often sign-in is tried."""

from __future__ import annotations

import logging
import smtplib
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from omnistudio.accounts import queries
from omnistudio.accounts.models import User
from omnistudio.accounts.security import client_ip, trusted_browsers
from omnistudio.accounts.teams import invitation_session
from omnistudio.accounts.teams import queries as team_queries
from omnistudio.accounts.teams import services as team_services
from omnistudio.core.trouble import MailAway

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        if queries.nobody_is_here() or invitation_session.invitation_of(request):
            return True
        if invitation_session.token_of(request):
            raise ImmediateHttpResponse(_to_page(request))
        return False

    def save_user(self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True) -> User:
        """Make the founder, or let somebody in who was invited.

        Of two visitors who come first at once, or with one link, the database takes one.
        """
        super().save_user(request, user, form, commit=False)
        user.language = getattr(request, "LANGUAGE_CODE", "") or ""
        if queries.nobody_is_here():
            user.is_founder = user.is_staff = user.is_superuser = True
        if commit:
            try:
                with transaction.atomic():
                    user.save()
                    self._let_in(request, user)
            except (IntegrityError, team_services.CannotAccept) as error:
                raise ImmediateHttpResponse(_to_page(request)) from error
            invitation_session.forget(request)
        return user

    def _let_in(self, request: HttpRequest, user: User) -> None:
        """Nobody has an account without a team, but for the founder. Raises `CannotAccept`."""
        invitation = invitation_session.invitation_of(request)
        if invitation:
            team_services.accept(user, invitation)
        elif not user.is_founder:
            raise team_services.CannotAccept("revoked")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Where the invitation led to; the founder has the studio."""
        seat = team_queries.seats_of(request.user).first() if request.user.is_authenticated else None
        return team_queries.home_of(seat.team) if seat else super().get_signup_redirect_url(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try, where nobody else can use up the tries of the person whose address it is."""
        browser = trusted_browsers.known(request, str(credentials.get("email", "")))
        if browser is None:
            super().pre_authenticate(request, **credentials)
        elif not ratelimit.consume(request, action="login_known", key=browser):
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """allauth counts by the address alone: five wrong passwords from anywhere would keep the person out.

        And by the host that is asked for, in which a guesser may write any port.
        """
        return f"{str(credentials.get('email', '')).strip().lower()}:{client_ip.of(request)}"

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        trusted_browsers.remember(response, user.email)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of whoever reads it, where that is known; else in that of the page.

        Its links lead to `PUBLIC_URL`, whatever host and port the request says: who asks for somebody else's new
        password must not choose where its link leads.

        Raises:
            MailAway: the mail server did not take it.
        """
        language = getattr(context.get("user"), "language", "") or translation.get_language()
        here = self.request.build_absolute_uri("/") if self.request else f"{settings.PUBLIC_URL}/"
        told = {name: _public(value, here) for name, value in context.items()}
        told |= {"current_site": _site(), "days": settings.PASSWORD_RESET_TIMEOUT // 86_400}
        try:
            with translation.override(language):
                super().send_mail(template_prefix, email, told)
        except (smtplib.SMTPException, OSError) as error:
            log.warning("an email could not be sent: %s: %s", type(error).__name__, error)
            raise MailAway from error

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own messages (“Successfully signed in as …”) say what the page shows anyway."""


def _public(value: Any, here: str) -> Any:
    """An address below `here`, of a request, as the one below `PUBLIC_URL`; anything else as it is."""
    is_ours = isinstance(value, str) and value.startswith(here)
    return f"{settings.PUBLIC_URL}/{value.removeprefix(here)}" if is_ours else value


def _site() -> SimpleNamespace:
    """What the templates of messages know of the site: its host, which is its name, too."""
    host = urlsplit(settings.PUBLIC_URL).netloc
    return SimpleNamespace(domain=host, name=host)


def _to_page(request: HttpRequest) -> HttpResponse:
    """To what says why nobody gets in any more: the invitation's page, else the sign-up's."""
    token = invitation_session.token_of(request)
    return redirect("join", token=token) if token else redirect("account_signup")
