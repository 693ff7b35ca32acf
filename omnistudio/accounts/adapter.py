"""Who may sign up: the first visitor of an empty instance, and nobody after."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from omnistudio.accounts import queries
from omnistudio.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return queries.nobody_is_here()

    def save_user(self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True) -> User:
        """Make the founder. Of two visitors who come first at once the database takes one."""
        super().save_user(request, user, form, commit=False)
        user.is_founder = user.is_staff = user.is_superuser = True
        user.language = getattr(request, "LANGUAGE_CODE", "") or ""
        if commit:
            try:
                with transaction.atomic():
                    user.save()
            except IntegrityError as error:
                # Back to the sign-up page, which says that it is closed by now.
                raise ImmediateHttpResponse(redirect("account_signup")) from error
        return user

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own messages (“Successfully signed in as …”) say what the page shows anyway."""
