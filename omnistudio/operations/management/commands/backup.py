"""`manage.py backup FILE`: write the database and all files of an instance into one archive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import Error as DatabaseError

from omnistudio.core.commands import StudioCommand
from omnistudio.operations import backups, secrets

WITHOUT = """\
The secrets are NOT in this backup. It shows all texts and pictures to whoever has it, and no API key.
Without data/encryption_keys nobody can open the stored keys again: after a restore each person enters theirs
anew. Keep that file and data/secret_key somewhere else, or use --seal-secrets or --secrets-to."""
SEALED = """\
The secrets are in this backup, sealed with your passphrase. Whoever has both can use everybody's API key.
Without the passphrase they are lost, and everybody enters their key anew."""
APART = "The secrets are in %s, as they are: whoever has that file and a backup can use everybody's API key."


class Command(StudioCommand):
    help = "Writes the database and all media into one archive, while the studio goes on working."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the archive to make, such as studio-2026-11-22.tar")
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--seal-secrets",
            action="store_true",
            help="put SECRET_KEY and the encryption keys into it, sealed with a passphrase "
            "(asked for, or in BACKUP_PASSPHRASE)",
        )
        how.add_argument("--secrets-to", type=Path, metavar="FILE", help="write them, unsealed, into a file apart")

    def handle(self, *args: Any, **options: Any) -> None:
        path, apart = options["file"], options["secrets_to"]
        for target in filter(None, (path, apart)):
            if target.exists():
                raise CommandError(f"{target} is there already.")
            if not target.parent.is_dir():
                raise CommandError(f"There is no folder {target.parent}.")
        phrase = new_passphrase() if options["seal_secrets"] else ""
        try:
            made = backups.back_up(path, passphrase=phrase, tell=self.stdout.write)
        except (DatabaseError, OSError) as error:
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise CommandError(f"The backup broke off, and nothing is left of it: {first}") from error
        if apart:
            secrets.write_apart(apart)
        size = path.stat().st_size
        self.stdout.write(f"{path}: {made.rows:,} rows, {made.files:,} files, {size:,} bytes.")
        self.stdout.write(SEALED if phrase else APART % apart if apart else WITHOUT)
        for name in made.missing:
            self.stderr.write(f"missing in the storage: {name}")
        if made.missing:
            raise CommandError(f"{len(made.missing)} files are missing; manage.py verify_media says of which items.")


def new_passphrase() -> str:
    """Return the passphrase from `BACKUP_PASSPHRASE`, or ask for it twice.

    Raises:
        CommandError: the two differ, it is too short, or there is no terminal.
    """
    phrase = os.environ.get("BACKUP_PASSPHRASE", "")
    if not phrase:
        phrase = secrets.asked("Passphrase for the secrets: ")
        if secrets.asked("Once more: ") != phrase:
            raise CommandError("The two are not the same.")
    if len(phrase) < secrets.SHORTEST:
        raise CommandError(f"A passphrase has {secrets.SHORTEST} characters or more.")
    return phrase
