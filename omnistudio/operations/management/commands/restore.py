"""`manage.py restore FILE`: restore a backup into an empty instance."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError

from omnistudio.operations import archives, backups, examining, secrets


class Command(BaseCommand):
    help = "Restores a backup into an instance that nobody has used yet, and checks that all of it is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--open-secrets",
            action="store_true",
            help="take the sealed secrets out of it (the passphrase is asked for, or in BACKUP_PASSPHRASE)",
        )
        how.add_argument("--secrets-from", type=Path, metavar="FILE", help="take them from a file apart")
        parser.add_argument(
            "--without-keys",
            action="store_true",
            help="go on although stored API keys do not open here: people enter theirs again",
        )
        parser.add_argument(
            "--nothing-sent-since",
            action="store_true",
            help="leave waiting tasks waiting: only where every tracker was stopped before the backup was made. "
            "Else they may be sent, and paid, twice",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything that could stop the restore before anything is written, so that it can be tried again."""
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        try:
            examined = examining.examine(
                options["file"],
                passphrase=passphrase() if options["open_secrets"] else "",
                secrets_from=options["secrets_from"],
                without_keys=options["without_keys"],
            )
            self.stdout.write("The backup is whole, and fits here. Restoring …")
            call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
            done = backups.restore(examined, hold=not options["nothing_sent_since"], tell=self.stdout.write)
        except (examining.Refused, archives.Damaged) as error:
            raise CommandError(f"{error} Nothing was restored.") from error
        except secrets.WrongPassphrase as error:
            raise CommandError("This is not the passphrase. Nothing was restored.") from error
        except (DatabaseError, OSError) as error:
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise CommandError(f"It broke off: {first}. No row was kept; try again when that is mended.") from error
        call_command("migrate", verbosity=0, interactive=False)  # creates permissions that a newer Django may add
        self._report(done)

    def _report(self, done: backups.Restored) -> None:
        for fault in done.faults:
            self.stderr.write(fault)
        if done.held:
            self.stdout.write(
                f"{done.held} tasks waited when the backup was made. They may have been sent since, so each is "
                "unconfirmed now, and its person decides."
            )
        if done.closed_keys:
            self.stdout.write(f"{done.closed_keys} API keys do not open with the secrets here: to be entered again.")
        if done.faults:
            self.stderr.write(f"{len(done.faults)} files are not as they should be.")
            sys.exit(1)
        self.stdout.write(f"All is back as it was at {done.made[:16].replace('T', ' ')}: every file has its sum.")


def passphrase() -> str:
    """Return the passphrase from `BACKUP_PASSPHRASE`, or ask for it. Raises `CommandError` without a terminal."""
    return os.environ.get("BACKUP_PASSPHRASE", "") or secrets.asked("Passphrase for the secrets: ")
