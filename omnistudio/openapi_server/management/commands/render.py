"""`manage.py render`: run the renderer of the built-in Open API."""

from __future__ import annotations

import os
import signal
from typing import Any

from django.core.management.base import CommandParser

from omnistudio.accounts.security import fingerprints
from omnistudio.core import machines, readiness
from omnistudio.core.commands import StudioCommand
from omnistudio.openapi_server.render.renderer import Renderer

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Command(StudioCommand):
    help = "Carries out the tasks of the built-in Open API. Run one, or as many as the machines bear."
    may_wait = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due, then end.")

    def handle(self, *args: Any, **options: Any) -> None:
        readiness.require()
        fingerprints.require()
        machines.is_one_of("renderer")
        renderer = Renderer()
        if options["once"]:
            try:
                count = renderer.run_once()
            finally:
                renderer.workshop.close()
            self.stderr.write(f"{count} done.")
            return

        def end(number: int, frame: object) -> None:
            """On the first signal, give the current job back and end; on the second, exit at once."""
            if renderer.must_end():
                renderer.workshop.close()
                os._exit(128 + number)
            renderer.ask_to_end()

        for number in SIGNALS:
            signal.signal(number, end)
        renderer.run()
