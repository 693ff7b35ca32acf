"""`make chaos`: run it, print the report, and save it."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.chaos.fleet import Fleet, Hand, environment
from tests.chaos.proxy import MisbehavingService
from tests.postgres import Postgres, programs

TRACKERS, RENDERERS, PEOPLE = 3, 2, 10


def main() -> int:
    options = _options()
    if programs() is None:
        print("PostgreSQL is not installed here: nothing was tried.")
        return 2
    lines: list[str] = []

    def tell(line: str = "") -> None:
        print(line, flush=True)
        lines.append(line)

    right = run(options, tell)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text("\n".join(lines) + "\n")
    print(f"Kept in {options.report}.")
    return 0 if right else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--every", type=float, default=4.0, help="seconds between two kills, about")
    parser.add_argument("--spare", choices=["web", "track", "render"], help="a kind of process that is not killed")
    parser.add_argument("--one-in", type=int, default=20, help="how often the service misbehaves")
    parser.add_argument("--call-seconds", type=float, default=15, help="how long a tracker waits for an answer")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--minutes", type=float, default=90, help="when to give up")
    parser.add_argument("--report", type=Path, default=Path(f"build/chaos-{time.strftime('%Y%m%d-%H%M%S')}.txt"))
    return parser.parse_args()


def run(options: argparse.Namespace, tell: Any) -> bool:
    """The whole of it. Returns whether all sums are right."""
    started = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="omnistudio-chaos-")))
        server = stack.enter_context(Postgres())
        service = stack.enter_context(_service(options))
        fleet = stack.enter_context(_fleet(server, service, folder, options.call_seconds))
        crowd = _prepared(fleet, options.tasks)
        service.webs[:] = fleet.webs
        tell(
            f"Chaos: {options.tasks:,} tasks of {PEOPLE} people; PostgreSQL, 2 web, {TRACKERS} trackers, "
            f"{RENDERERS} renderers; the service misbehaves once in {options.one_in}; seed {options.seed}."
        )
        fleet.start_all()
        hand = Hand(fleet, server, options.every, options.seed, spare=options.spare)
        hand.start()
        try:
            _submit_and_wait(crowd, hand, options, tell)
        finally:
            hand.end()
        fleet.end()
        seconds = time.monotonic() - started
        return _report(options, crowd, service, fleet, seconds, tell)


@contextmanager
def _service(options: argparse.Namespace) -> Iterator[MisbehavingService]:
    with MisbehavingService([], options.one_in, options.seed) as service:
        yield service


@contextmanager
def _fleet(server: Postgres, service: MisbehavingService, folder: Path, call_seconds: float) -> Iterator[Fleet]:
    with Fleet({}, folder) as fleet:
        for role, count in (("web", 2), ("track", TRACKERS), ("render", RENDERERS)):
            for _number in range(count):
                fleet.add(role)
        fleet.environment = environment(server.create("chaos"), service.url, folder, fleet.webs[0], call_seconds)
        yield fleet


def _prepared(fleet: Fleet, tasks: int) -> Any:
    """The database and the people, and this process looking at the same instance."""
    os.environ.update({**fleet.environment, "LOG_LEVEL": "ERROR"})
    import django
    from django.core.management import call_command

    django.setup()
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)  # it tells each time that the database is away
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.conf import settings

    from tests.chaos import people

    sessions = people.make(PEOPLE)
    return people.Crowd(fleet.webs, sessions, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, tasks)


def _submit_and_wait(crowd: Any, hand: Hand, options: argparse.Namespace, tell: Any) -> None:
    submitting = threading.Thread(target=crowd.submit_all, daemon=True)
    submitting.start()
    restarts = {options.tasks // 4: "fast", options.tasks // 2: "immediate"}
    until, told = time.monotonic() + options.minutes * 60, time.monotonic()
    while True:
        assert time.monotonic() < until, "it took too long"
        assert hand.failure is None, hand.failure
        there, left = _counts()
        for point in [point for point in restarts if there - left >= point]:
            hand.restarts.append(restarts.pop(point))
        is_through = not submitting.is_alive() and there >= options.tasks and left == 0
        if is_through and not restarts and not hand.restarts and hand.has_struck_every_kind:
            return
        if not submitting.is_alive() and there < options.tasks and left == 0:
            raise AssertionError("not all could be submitted")
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"  {there:,} submitted, {left:,} not at their end", flush=True)
        time.sleep(0.5)


def _counts() -> tuple[int, int]:
    """How many tasks there are, and how many have no end yet; retried while the database is down."""
    from django.db import DatabaseError, connection

    from omnistudio.gallery.models import Task

    while True:
        try:
            return Task.objects.count(), Task.objects.unfinished().count()
        except DatabaseError:
            connection.close()
            time.sleep(0.3)


def _report(
    options: argparse.Namespace, crowd: Any, service: MisbehavingService, fleet: Fleet, seconds: float, tell: Any
) -> bool:
    from omnistudio.core import counters
    from tests.chaos.sums import drawn

    sums = drawn(options.tasks, crowd.runs, service.attempts, fleet.deeds, options.call_seconds)
    tell(f"Ended after {seconds:.0f} s. What was done to it:")
    for what, count in sorted(fleet.deeds_done().items()):
        tell(f"  {count:4}  {what}")
    for fault, count in sorted(service.faults.items()):
        tell(f"  {count:4}  the service: {fault}")
    tell(f"  {crowd.retries:4}  forms sent again by people")
    taken_over = sum(value for name, value in counters.values().items() if name.startswith("lease_takeovers"))
    tell(f"  {taken_over:4.0f}  claims taken over from a process that was gone")
    tell("The sums:")
    for right, what, told in sums.lines:
        tell(f"  {'right' if right else 'WRONG'}  {what}: {told}")
    tell("All sums are right." if sums.are_right else "NOT ALL SUMS ARE RIGHT.")
    return sums.are_right


if __name__ == "__main__":
    sys.exit(main())
