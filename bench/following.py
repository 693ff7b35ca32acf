"""One tracker follows 5,000 running tasks of 100 keys, with answers after 150 ms: is each looked at in its time?

    .venv/bin/python bench/following.py [--tasks 5000] [--keys 100] [--minutes 3]

What the tracker planned stands in `due_at`, which is read twice a second; when a task was really asked for, the
service tells. A look is late by what it took since the look before, in times of what was planned.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402

from bench.service import Service  # noqa: E402
from tests.browser.servers import Studio  # noqa: E402
from tests.postgres import Postgres, programs  # noqa: E402

LATEST = 1.5
# What the model usually takes, in seconds, and how long ago the service took the tasks on.
USUAL, OLDEST = 120, 240
# The first looks come all at once, as after a start: what is measured begins after so many seconds.
WARM_SECONDS = 45.0
EVERY_SECONDS = 0.5


def main() -> int:
    options = _options()
    if programs() is None:
        print("PostgreSQL is not installed here: nothing was measured.")
        return 2
    with (
        tempfile.TemporaryDirectory(prefix="omnistudio-bench-") as folder,
        Postgres() as server,
        Service(delay=0.15) as service,
    ):
        address = server.create("following")
        studio = Studio(Path(folder), DATABASE_URL=address, OMNI_API_URL=service.url, LOG_LEVEL="WARNING")
        with studio:
            studio.prepare()
            _fill(studio, options.keys, options.tasks)
            plans = Plans(address)
            studio.start("track")
            plans.start()
            cpu = _processor(studio.pid("track"))
            time.sleep(WARM_SECONDS)
            begun, cpu_begun = time.time(), cpu()
            time.sleep(options.minutes * 60)
            share = (cpu() - cpu_begun) / (time.time() - begun)
            ended = time.time()
            plans.end()
        return _report(options, service, plans, begun, ended, share)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--minutes", type=float, default=3)
    return parser.parse_args()


def _fill(studio: Studio, keys: int, tasks: int) -> None:
    """People with a key each, tasks of theirs that run, and some that have ended, which say how long it takes."""
    os.environ.update({**studio.environment, "DJANGO_SETTINGS_MODULE": "omnistudio.settings"})
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from omnistudio.accounts.models import ApiKey, User
    from omnistudio.accounts.services import keep_key
    from omnistudio.gallery.models import Prompt, Run, Task

    now, chance = timezone.now(), random.Random(5)
    people = [User.objects.create_user(f"person{number}@example.com") for number in range(keys)]
    for number, person in enumerate(people):
        keep_key(person, f"sk-{number:032}", ApiKey.State.VERIFIED)
    prompt = Prompt.of("a lantern")
    runs = Run.objects.bulk_create(Run(owner=people[number % keys]) for number in range(tasks + 50))
    written = []
    for number, run in enumerate(runs):
        accepted = now - timedelta(seconds=chance.uniform(0, OLDEST))
        task = Task(run=run, owner_id=run.owner_id, prompt=prompt, model_id="seedance-2", kind="video", variation=1)
        task.aspect_ratio, task.remote_id, task.status = "16:9", f"running{number}", Task.Status.RUNNING
        task.credits = 60
        task.accepted_at = task.followed_since = task.started_at = accepted
        task.due_at = now + timedelta(seconds=chance.uniform(0, 30))
        if number >= tasks:
            task.status, task.finished_at = Task.Status.SUCCEEDED, accepted + timedelta(seconds=USUAL)
        written.append(task)
    Task.objects.bulk_create(written, batch_size=500)
    connection.close()


@dataclass
class Plan:
    """From `since` on the next look at a task was planned for `due`."""

    since: float
    due: float


class Plans(threading.Thread):
    """Reads again and again when the tracker means to look at each task."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address = address
        self.of: defaultdict[str, list[Plan]] = defaultdict(list)
        self._ended = threading.Event()

    def run(self) -> None:
        query = "SELECT remote_id, extract(epoch FROM due_at) FROM gallery_task WHERE status = 'running'"
        with psycopg.connect(self.address, autocommit=True) as database:
            while not self._ended.wait(EVERY_SECONDS):
                since = time.time()
                for name, due in database.execute(query):
                    known = self.of[name]
                    if not known or known[-1].due != float(due):
                        known.append(Plan(since, float(due)))

    def end(self) -> None:
        self._ended.set()
        self.join()


def _processor(pid: int) -> Callable[[], float]:
    """A function that tells how many seconds of a processor a process has used so far."""
    tick = os.sysconf("SC_CLK_TCK")

    def used() -> float:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / tick

    return used


def _report(
    options: argparse.Namespace, service: Service, plans: Plans, begun: float, ended: float, share: float
) -> int:
    times, intervals, looks = [], [], 0
    for name, answered in service.answered.items():
        for (_, before), (came, _) in pairwise(answered):
            planned = next((plan for plan in plans.of[name] if before <= plan.since <= came), None)
            if begun <= came <= ended and planned:
                times.append((came - before) / (planned.due - before))
                intervals.append(planned.due - before)
    for answered in service.answered.values():
        looks += sum(begun <= came <= ended for came, _ in answered)
    never = options.tasks - len(service.answered)
    print(f"One tracker, {options.tasks:,} running tasks of {options.keys} keys, answers after 150 ms, PostgreSQL.")
    print(f"{looks:,} looks in {ended - begun:.0f} s: {looks / (ended - begun):.0f} a second; {share:.0%} of a core.")
    print(f"Planned intervals: {min(intervals):.1f} to {max(intervals):.1f} s, median {median(intervals):.1f} s.")
    fine = max(times) <= LATEST and not never
    print(f"Looked at after, in times of the interval: median {median(times):.2f}, ", end="")
    print(f"99 of 100 within {quantiles(times, n=100)[98]:.2f}, the latest {max(times):.2f} (at most {LATEST})")
    print(f"Followed by the measurement: {len(times):,} of {looks:,} looks; tasks never looked at: {never}")
    print("PASS" if fine else "FAIL")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
