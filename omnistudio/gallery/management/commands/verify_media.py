"""Check the stored files against the record."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from omnistudio.commands import StudioCommand
from omnistudio.gallery import verify


class Command(StudioCommand):
    help = "Checks that each result's files are there and have the length and the SHA-256 sum that the record says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fix-thumbnails",
            action="store_true",
            help="make missing thumbnails, posters and previews anew from files that are whole",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        looked = wrong = mended = 0
        for stored in verify.stored_results():
            looked += 1
            faults = list(verify.faults_of(stored))
            for fault in faults:
                self.stdout.write(str(fault))
            if faults and options["fix_thumbnails"] and verify.mend(stored, faults):
                self.stdout.write(f"{verify.label_of(stored)} mended")
                mended += 1
            elif faults:
                wrong += 1
        self.stdout.write(f"{looked} looked at, {wrong} wrong, {mended} mended.")
        if wrong:
            sys.exit(1)
