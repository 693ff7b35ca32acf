"""`manage.py issue_key EMAIL`: create a key of the built-in Open API and print it on standard output."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from omnistudio.accounts.models import User
from omnistudio.core.commands import StudioCommand
from omnistudio.openapi_server import queries
from omnistudio.openapi_server.models import Key, LedgerEntry
from omnistudio.openapi_server.services import credits, keys

MAX_CREDITS = 1_000_000_000


class Command(StudioCommand):
    help = "Prints a new key of the built-in Open API. Makes the person where there is none."
    prepares_empty = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--credits", type=int, help="Grant this many; else the welcome credits, once a person.")
        parser.add_argument("--name", default="Command line", help="What the key is called.")

    def handle(self, *args: Any, **options: Any) -> None:
        email, amount = self._email(options["email"]), options["credits"]
        if amount is not None and not 0 <= amount <= MAX_CREDITS:
            raise CommandError(f"--credits takes 0 to {MAX_CREDITS:,}.")
        with transaction.atomic():
            owner = self._person(email)
            if amount:
                credits.grant(owner, amount, LedgerEntry.Note.COMMAND)
            elif amount is None:
                credits.welcome(owner)
            try:
                key, secret = keys.make_key(owner, options["name"].strip()[:80] or "Command line")
            except keys.TooManyKeys as error:
                raise CommandError(f"{email} has {Key.MAX_A_PERSON} keys. Revoke one first.") from error
        self.stderr.write(f"{key.name} for {email}; {queries.balance(owner.pk):,} credits. It is not shown again.")
        self.stdout.write(secret)

    def _email(self, text: str) -> str:
        try:
            validate_email(text)
        except ValidationError as error:
            raise CommandError(f"{text!r} is not an email address.") from error
        return text.lower()

    def _person(self, email: str) -> User:
        owner = User.objects.filter(email__iexact=email).first()
        if owner is None:
            owner = User.objects.create_user(email)
            self.stderr.write(f"{email} is new here, without a password: manage.py changepassword {email}")
        return owner
