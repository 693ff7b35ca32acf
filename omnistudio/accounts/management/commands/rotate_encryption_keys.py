"""`manage.py rotate_encryption_keys`: encrypt every stored API key again, with a new encryption key."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.security import encryption, fingerprints
from omnistudio.core.commands import StudioCommand
from omnistudio.core.storage import secret_files


class Command(StudioCommand):
    help = (
        "Seals all stored keys anew. With ENCRYPTION_KEYS in the environment: put the new key first, start "
        "the processes again, run this, then take the old keys out. Without: makes a new key in the data "
        "folder and, with --forget-old, drops the old ones once nothing is sealed with them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forget-old", action="store_true", help="drop the old keys from the file afterwards")

    def handle(self, *args: Any, forget_old: bool, **options: Any) -> None:
        if settings.ENCRYPTION_KEYS and forget_old:
            raise CommandError("The keys come from ENCRYPTION_KEYS: take the old ones out there, after this run.")
        path = Path(settings.ENCRYPTION_KEYS_FILE)
        if not settings.ENCRYPTION_KEYS:
            old = secret_files.read_or_make(path, secret_files.new_encryption_key).split()
            secret_files.replace(path, "\n".join([secret_files.new_encryption_key(), *old]) + "\n")
        fingerprints.require()  # records the new key while the old one is still configured
        sealed, lost = self.reseal()
        if forget_old and not lost:
            secret_files.replace(path, path.read_text().split()[0] + "\n")
        self.stdout.write(f"{sealed} keys sealed anew, {lost} could not be opened.")
        if lost:
            raise CommandError(f"{lost} keys could not be opened; the old encryption keys were kept.")

    def reseal(self) -> tuple[int, int]:
        """Encrypt each row again with the newest key, unless it was changed in the meantime.

        Returns:
            How many were encrypted again, and how many could not be decrypted.
        """
        sealed = lost = 0
        for key in ApiKey.objects.iterator():
            try:
                fresh = encryption.resealed(key.sealed)
            except encryption.CannotOpen:
                lost += 1
                continue
            sealed += ApiKey.objects.filter(pk=key.pk, sealed=key.sealed).update(sealed=fresh)
        return sealed, lost
