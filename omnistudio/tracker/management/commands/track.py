"""Send waiting tasks to the Open API, follow them, and collect their results."""

from __future__ import annotations

import asyncio
import os
import signal
from argparse import ArgumentParser
from typing import Any

from omnistudio.accounts.security import fingerprints
from omnistudio.core import machines, readiness
from omnistudio.core.commands import StudioCommand
from omnistudio.tracker.worker import Tracker


class Command(StudioCommand):
    help = "Sends waiting tasks to the Open API, follows them and collects their results. Any number may run."
    may_wait = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due, then end")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        readiness.require()
        fingerprints.require()
        machines.is_one_of("tracker")
        asyncio.run(self._track(once))

    async def _track(self, once: bool) -> None:
        tracker = Tracker()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal, tracker)
        await tracker.run(once=once)

    @staticmethod
    def _on_signal(tracker: Tracker) -> None:
        """The first signal drains, the second one ends at once; leases see to the rest."""
        if tracker._stop.is_set():
            os._exit(1)
        tracker.stop()
