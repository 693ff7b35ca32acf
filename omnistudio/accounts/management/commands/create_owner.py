"""`manage.py create_owner EMAIL`: create a studio's administrator, so that no visitor can become it."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from omnistudio.accounts import services
from omnistudio.accounts.models import ApiKey, User
from omnistudio.core.commands import StudioCommand


class Command(StudioCommand):
    help = "Creates the administrator's account of a studio that has none. Asks for the password twice."
    prepares_empty = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="how pages call this person")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--password-stdin", action="store_true", help="read the password from the standard input")
        how.add_argument("--link", action="store_true", help="print a link by which the person sets it, once")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email!r} is not an email address.") from error
        self._require_none()
        user = User.objects.filter(email__iexact=email).first() or User(email=email)
        user.name = options["name"].strip()[:80] or user.name
        if options["link"]:
            user.set_unusable_password()
        else:
            user.set_password(_password(user, from_stdin=options["password_stdin"]))
        self._create(user)
        self.stdout.write(f"{email} is the administrator of this studio now.")
        if options["link"]:
            self.stdout.write(f"Set the password within {settings.PASSWORD_RESET_TIMEOUT // 86_400} days, once:")
            self.stdout.write(_link(user))

    def _require_none(self) -> None:
        """Raise `CommandError` if there is an administrator. Others, such as those of `issue_key`, don't matter."""
        if there := User.objects.filter(is_superuser=True).first():
            raise CommandError(
                f"This studio has an administrator already: {there.email}. "
                f"For a new password: manage.py changepassword {there.email}"
            )

    def _create(self, user: User) -> None:
        """Save the account with all rights, and give it a key if one is offered.

        Raises:
            CommandError: another command or a visitor became the administrator meanwhile.
        """
        user.is_active = user.is_staff = user.is_superuser = True
        # There can be a founder who is no administrator any more; only one account may be the founder.
        if not User.objects.filter(is_founder=True).exists():
            user.is_founder = True
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError as error:
            raise CommandError("Somebody else has just become the administrator. Nothing was created.") from error
        if not ApiKey.objects.filter(owner=user).exists():
            services.welcome(user)


def _password(user: User, *, from_stdin: bool) -> str:
    """Read a password from the standard input or ask for it twice, and validate it.

    Raises:
        CommandError: it breaks a rule (the message says which), the two differ, or there is no terminal.
    """
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask for a password: use --password-stdin or --link.")
    else:
        password = getpass.getpass("Password: ")
        if not constant_time_compare(getpass.getpass("Password, again: "), password):
            raise CommandError("The two are not the same. Nothing was created.")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(" ".join([*error.messages, "Nothing was created."])) from error
    return password


def _link(user: User) -> str:
    names = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return str(settings.PUBLIC_URL + reverse("account_reset_password_from_key", kwargs=names))
