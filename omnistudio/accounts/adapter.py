"""Adapt allauth: who may sign up, how failed sign-ins are counted, and how email is sent.

The first visitor of an empty studio may sign up, and anybody with an invitation.
"""

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
        if queries.has_no_accounts() or invitation_session.invitation_of(request):
            return True
        if invitation_session.token_of(request):
            raise ImmediateHttpResponse(_redirect_refused(request))
        return False

    def save_user(self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True) -> User:
        """Create the founder's account, or one for an invited person, who joins the team. Atomic.

        When two first visitors sign up at once, or two people use one invitation, constraints of the database
        accept one of them; the other is redirected to a page that says why.
        """
        super().save_user(request, user, form, commit=False)
        user.language = getattr(request, "LANGUAGE_CODE", "") or ""
        if queries.has_no_accounts():
            user.is_founder = user.is_staff = user.is_superuser = True
        if commit:
            try:
                with transaction.atomic():
                    user.save()
                    self._join_team(request, user)
            except (IntegrityError, team_services.CannotAccept) as error:
                raise ImmediateHttpResponse(_redirect_refused(request)) from error
            invitation_session.forget(request)
        return user

    def _join_team(self, request: HttpRequest, user: User) -> None:
        """Add a new person to the team that invited them. Only the founder may have no invitation.

        Raises:
            CannotAccept: there is no valid invitation.
        """
        invitation = invitation_session.invitation_of(request)
        if invitation:
            team_services.accept(user, invitation)
        elif not user.is_founder:
            raise team_services.CannotAccept("revoked")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Return the address of the team that was joined, or the default one for the founder."""
        seat = team_queries.seats_of(request.user).first() if request.user.is_authenticated else None
        return team_queries.home_of(seat.team) if seat else super().get_signup_redirect_url(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a sign-in attempt. A browser that has signed in to the account before has a limit of its own."""
        browser = trusted_browsers.known(request, str(credentials.get("email", "")))
        if browser is None:
            super().pre_authenticate(request, **credentials)
        elif not ratelimit.consume(request, action="login_known", key=browser):
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Return a key that counts attempts by email address and the client's network.

        allauth's own key has no network in it, so five wrong passwords from anywhere would lock the person out. It
        does have the host of the request, which the client chooses: with another port it would be counted anew.
        """
        return f"{str(credentials.get('email', '')).strip().lower()}:{client_ip.of(request)}"

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        trusted_browsers.remember(response, user.email)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message in the recipient's language if it is known, else in that of the page.

        Its links start with `PUBLIC_URL`, not with the host of the request: a person who requests a password reset
        for somebody else must not be able to choose where the link leads.

        Raises:
            MailAway: the mail server did not accept the message.
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
        """Drop allauth's own messages (“Successfully signed in as …”): they say what the page shows anyway."""


def _public(value: Any, here: str) -> Any:
    """Return a URL that starts with `here` (the root URL of the request) with `PUBLIC_URL` in its place.

    Any other value is returned unchanged.
    """
    is_ours = isinstance(value, str) and value.startswith(here)
    return f"{settings.PUBLIC_URL}/{value.removeprefix(here)}" if is_ours else value


def _site() -> SimpleNamespace:
    """Return what allauth's templates use as the current site; its name is the host, too."""
    host = urlsplit(settings.PUBLIC_URL).netloc
    return SimpleNamespace(domain=host, name=host)


def _redirect_refused(request: HttpRequest) -> HttpResponse:
    """Redirect to the page that says why sign-up is closed: the invitation's if there is one, else the sign-up's."""
    token = invitation_session.token_of(request)
    return redirect("join", token=token) if token else redirect("account_signup")
