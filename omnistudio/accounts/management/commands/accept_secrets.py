"""`manage.py accept_secrets`: use this machine's secrets when those that the database was used with are lost."""

from __future__ import annotations

from typing import Any

from omnistudio.accounts.security import fingerprints
from omnistudio.core.commands import StudioCommand


class Command(StudioCommand):
    help = "Uses the database with this machine's secrets from now on; everybody signs in and enters their key anew."

    def handle(self, *args: Any, **options: Any) -> None:
        fingerprints.accept()
        self.stdout.write("This machine's secrets are the database's now.")
