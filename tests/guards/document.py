"""What docs/security.md promises, and whether each promise has a guard here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.guards.guard import ROOT, Guard, function_of
from tests.guards.without import WITHOUT

_NAMED = re.compile(r"`(?:tests/)?([\w/]+\.py)(?:::(\w+))?`")


def named() -> set[tuple[str, str]]:
    """File and function of each test that the document names; the function is empty where it is the whole file."""
    return set(_NAMED.findall((ROOT / "docs/security.md").read_text()))


def uncovered(guards: Sequence[Guard]) -> list[str]:
    """The tests of the document that no guard proves and that are not excused; and excuses that nobody needs."""
    proven = {function_of(test) for guard in guards for test in guard.tests}
    files = {file for file, _name in proven}
    wrong = []
    for file, name in sorted(named()):
        test = f"{file}::{name}" if name else file
        has_guard = (file, name) in proven if name else file in files
        if not has_guard and test not in WITHOUT:
            wrong.append(f"{test}: no guard proves it")
        if has_guard and test in WITHOUT:
            wrong.append(f"{test}: has a guard, and an excuse")
    there = {f"{file}::{name}" if name else file for file, name in named()}
    wrong += [f"{test}: is excused, and not named in the document" for test in sorted(set(WITHOUT) - there)]
    return wrong
