"""The gallery at 10 k, 100 k and 1 M tasks, on SQLite and PostgreSQL: prints ratios, and whether the bounds hold.

    .venv/bin/python bench/gallery.py [--sizes 10000,100000,1000000] [--postgres URL] [--only sqlite] [--keep]

The sizes are measured in turn, one measurement each, so that whatever else the machine does hits all alike.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import databases, report  # noqa: E402
from bench.cases import CASES  # noqa: E402

ROUNDS, WARM = 21, 3


class Worker:
    """A process that measures one size."""

    def __init__(self, place: databases.Place) -> None:
        command = [sys.executable, "-m", "bench.worker"]
        self.process = subprocess.Popen(
            command, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.about = self._read()

    def ask(self, order: str, number: int = 0) -> Any:
        assert self.process.stdin
        self.process.stdin.write(json.dumps([order, number]) + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("A worker has ended; see above.")
        return json.loads(line)

    def end(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def workers(places: list[databases.Place]) -> Iterator[list[Worker]]:
    started: list[Worker] = []
    try:
        for place in places:
            started.append(Worker(place))
        yield started
    finally:
        for worker in started:
            worker.end()


def measure(places: list[databases.Place], rounds: int, only: str, *, weigh: bool) -> report.Measured:
    """Go round all cases and sizes; keep the first quartile of each."""
    chosen = [number for number, case in enumerate(CASES) if only in case.name]
    with workers(places) as crew:
        looked = {number: [worker.ask("look", number) for worker in crew] for number in chosen}
        times: dict[int, list[list[dict[str, Any]]]] = {number: [[] for _ in crew] for number in chosen}
        for turn in range(WARM + rounds):
            for number in chosen:
                for which in range(len(crew)):
                    which = (which + turn) % len(crew)
                    answer = crew[which].ask("time", number)
                    if turn >= WARM:
                        times[number][which].append(answer)
            print(".", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        weight = crew[0].ask("weigh") if weigh else None
        vendor = crew[0].about["vendor"]
    rows = []
    for number in chosen:
        times_of = {
            what: [_quartile([answer[what] for answer in of_size]) for of_size in times[number]]
            for what in ("page", "bare")
        }
        rows.append(report.Row(CASES[number], times_of["page"], times_of["bare"], looked[number]))
    return report.Measured(vendor, [place.size for place in places], rows, weight)


def _quartile(values: list[float | None]) -> float | None:
    """The first quartile: what other work on the machine adds is in the slower measurements."""
    known = [value for value in values if value is not None]
    return quantiles(known, n=4)[0] if known else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of tasks, divided by commas")
    parser.add_argument("--postgres", default=os.environ.get("BENCH_POSTGRES_URL", ""), help="a server, as a URL")
    parser.add_argument("--databases", default="sqlite,postgresql", help="which of the two")
    parser.add_argument("--folder", type=Path, help="where data are kept (a temporary folder)")
    parser.add_argument("--keep", action="store_true", help="keep the data, and take those that are there")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"measurements of each case ({ROUNDS})")
    parser.add_argument("--case", default="", help="only cases whose name has this in it")
    asked = parser.parse_args()
    sizes = sorted(int(size) for size in asked.sizes.split(","))
    fine = True
    with ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="omnistudio-bench-")))
        for vendor in asked.databases.split(","):
            if vendor == "postgresql" and not asked.postgres:
                print("PostgreSQL: not measured. Name a server with --postgres or BENCH_POSTGRES_URL.")
                continue
            places = [databases.Place(vendor, size, folder, asked.postgres) for size in sizes]
            try:
                # Pictures are drawn, and weighed, once: in the smallest size of the first database.
                is_first = vendor == asked.databases.split(",")[0]
                for place in places:
                    place.fill(drawn=is_first and place.size == sizes[0])
                fine &= report.show(measure(places, asked.rounds, asked.case, weigh=is_first))
            finally:
                if not asked.keep:
                    for place in places:
                        place.remove()
    return 0 if fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
