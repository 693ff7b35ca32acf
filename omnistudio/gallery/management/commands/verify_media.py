"""Check the stored files against the record."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import Error as DatabaseError

from omnistudio.core import trouble
from omnistudio.core.commands import StudioCommand
from omnistudio.core.storage import availability
from omnistudio.gallery.media import integrity


class Command(StudioCommand):
    help = "Checks that each result's files are there and have the length and the SHA-256 sum that the record says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fix-thumbnails",
            action="store_true",
            help="make missing thumbnails, posters and previews anew from files that are whole",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit codes: 0, all is well; 1, files are wrong; 2, the storage or the database does not answer."""
        self.looked = 0
        try:
            availability.require(has_files=next(iter(integrity.stored_results()), None) is not None)
            self._look(options["fix_thumbnails"])
        except (trouble.StorageAway, DatabaseError) as error:
            who = "storage" if isinstance(error, trouble.StorageAway) else "database"
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise CommandError(
                f"The {who} does not answer, so nothing can be said of the files (after {self.looked}): {first}",
                returncode=2,
            ) from error

    def _look(self, fix: bool) -> None:
        wrong = mended = 0
        for stored in integrity.stored_results():
            self.looked += 1
            faults = list(integrity.faults_of(stored))
            for fault in faults:
                self.stdout.write(str(fault))
            if faults and fix and integrity.mend(stored, faults):
                self.stdout.write(f"{integrity.label_of(stored)} mended")
                mended += 1
            elif faults:
                wrong += 1
        self.stdout.write(f"{self.looked} looked at, {wrong} wrong, {mended} mended.")
        if wrong:
            sys.exit(1)
