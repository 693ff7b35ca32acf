"""Make the prompts that an earlier version has written searchable, at once."""

from __future__ import annotations

from typing import Any

from omnistudio.core.commands import StudioCommand
from omnistudio.gallery.browse.refolding import Refolding
from omnistudio.gallery.models import Prompt

SAID_EVERY = 10_000


class Command(StudioCommand):
    help = (
        "Fills what searches look into for prompts of an earlier version. The tracker does it by itself, slowly; "
        "this does it at once. It can be ended at any time and goes on where it was."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        left = Prompt.objects.filter(fold_digest="").count()
        self.stdout.write(f"{left} prompts to fill.")
        refolding, filled = Refolding(), 0
        while step := refolding.step(1000):
            filled += step
            if filled % SAID_EVERY < step:
                self.stdout.write(f"{filled} of {left} are filled.")
        self.stdout.write(f"Done: {filled} prompts are filled.")
