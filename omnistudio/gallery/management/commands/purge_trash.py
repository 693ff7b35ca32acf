"""Empty the trash of what has been in it for longer than it keeps."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from omnistudio.core import trouble
from omnistudio.core.commands import StudioCommand
from omnistudio.gallery.trash import services as trash
from omnistudio.gallery.trash.services import TRASH_KEEPS


def days(text: str) -> int:
    """A number of days, not before today's trash."""
    number = int(text)
    if not 0 <= number <= 36_500:
        raise argparse.ArgumentTypeError("between 0 and 36500")
    return number


class Command(StudioCommand):
    help = "Removes what was deleted more than 30 days ago, items with their files, for good. Run it once a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=days, default=TRASH_KEEPS.days, help="how long the trash keeps (30)")

    def handle(self, *args: Any, **options: Any) -> None:
        moment = timezone.now() - timedelta(days=options["days"])
        trash.purge_presets_deleted_before(moment)
        try:
            count = trash.purge_deleted_before(moment)
        except trouble.StorageAway as error:  # what was begun is ended by the next run
            raise CommandError(f"The storage does not answer; run it again later: {error}", returncode=2) from error
        if options["verbosity"]:
            self.stdout.write(f"Removed {count} item{'' if count == 1 else 's'}.")
