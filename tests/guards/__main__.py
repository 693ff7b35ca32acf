"""`make guards`: take each guard out, see its tests fail, and print the table."""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.guards.document import uncovered
from tests.guards.every import GUARDS
from tests.guards.guard import Guard
from tests.guards.without import WITHOUT
from tests.guards.workplace import Outcome, Workplace

AT_ONCE = 2
WHOLE_SECONDS = 1800.0


def main() -> int:
    options = _options()
    chosen = [guard for guard in GUARDS if options.only.lower() in _words_of(guard)]
    if options.list:
        for guard in chosen:
            print(f"{guard.name}  [{', '.join(guard.rows)}]  {guard.file}")
        return 0
    missing = uncovered(GUARDS)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="omnistudio-guards-") as folder:
        places = [Workplace(_new(Path(folder) / str(number))) for number in range(AT_ONCE)]
        if not options.trust and not _all_pass(places[0], chosen):
            return 1
        outcomes = _prove(places, chosen)
    lines = _report(chosen, outcomes, missing, time.monotonic() - started)
    print("\n".join(lines))
    if options.report:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text("\n".join(lines) + "\n")
    return 0 if all(outcome.has_failed for outcome in outcomes) and not missing else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make guards", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="guards with this in a name, row, file or test")
    parser.add_argument("--report", type=Path, metavar="FILE", help="keep the table there, too")
    parser.add_argument("--list", action="store_true", help="say which guards there are, and run nothing")
    parser.add_argument(
        "--trust", action="store_true", help="do not look first whether the tests pass with all guards"
    )
    return parser.parse_args()


def _words_of(guard: Guard) -> str:
    files = (change.file for change in guard.changes)
    return "\n".join([guard.name, *guard.rows, *files, *guard.tests]).lower()


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _all_pass(place: Workplace, guards: list[Guard]) -> bool:
    """A test that fails anyway proves nothing."""
    tests = sorted({test for guard in guards for test in guard.tests})
    print(f"With all guards in their place: {len(tests)} tests …", flush=True)
    code, said = place.run(tests, WHOLE_SECONDS)
    if code != 0:
        print(said[-4000:])
        print("A test fails with all guards in their place. Nothing was taken out.")
    return code == 0


def _prove(places: list[Workplace], guards: list[Guard]) -> list[Outcome]:
    """The outcomes in the order of the guards, each place with one guard at a time."""
    free, mine = list(places), threading.local()

    def take() -> None:
        mine.place = free.pop()

    def prove(guard: Guard) -> list[Outcome]:
        place: Workplace = mine.place
        outcomes = place.prove(guard)
        for outcome in outcomes:
            print(_line(outcome), flush=True)
        return outcomes

    with ThreadPoolExecutor(len(places), initializer=take) as pool:
        return [outcome for outcomes in pool.map(prove, guards) for outcome in outcomes]


def _line(outcome: Outcome) -> str:
    state = "failed" if outcome.has_failed else "NOT PROVEN"
    return f"{state:10}  {outcome.guard.name} · {outcome.test} · {outcome.how[:140]}"


def _report(guards: list[Guard], outcomes: list[Outcome], missing: list[str], seconds: float) -> list[str]:
    wrong = [outcome for outcome in outcomes if not outcome.has_failed]
    lines = ["", "guard · test · how it failed without the guard", ""]
    lines += [_line(outcome) for outcome in outcomes]
    lines += ["", "Named in docs/security.md, and without a guard:"]
    lines += [f"  {test}: {reason}" for test, reason in sorted(WITHOUT.items())]
    lines += [f"  NOT COVERED  {line}" for line in missing]
    lines += ["", f"{len(guards)} guards, {len(outcomes)} proofs in {seconds:.0f} s; {len(wrong)} not proven."]
    lines += [_line(outcome) for outcome in wrong]
    return lines


if __name__ == "__main__":
    sys.exit(main())
