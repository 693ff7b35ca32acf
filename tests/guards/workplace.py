"""A copy of the tree in which guards are taken out, and the tests run there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.guards.guard import ROOT, Guard

SECONDS = 240.0  # for one test
EMPTY = "accounts/security/test_encryption.py::test_the_row_does_not_hold_the_key"  # any test that wants a database
_PYTEST = ["nice", "-n", "10", sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--reuse-db"]
# Plugins that take long to load, and that no test here has need of.
_PYTEST += ["-p", "no:playwright", "-p", "no:base_url", "-p", "no:schemathesis", "-p", "no:xdist"]
# Whoever takes a line out may break what is left: that a test falls over then proves nothing.
_BROKEN = re.compile(r"(NameError|ImportError|ModuleNotFoundError|UnboundLocalError)\b")
_CONTROL = re.compile(r"\x1b\[[0-9;]*m")
# A run of its own must not take settings of whoever starts it, nor those of another run.
_LEFT_OUT = ("DATABASE_URL", "DEBUG", "SECRET_KEY", "ENCRYPTION_KEYS", "PUBLIC_URL", "OMNI_API_URL", "CACHE_URL")


@dataclass(frozen=True)
class Outcome:
    """What became of one test without its guard. `how` is the first line that says why it failed."""

    guard: Guard
    test: str
    has_failed: bool
    how: str
    seconds: float


class Workplace:
    """One copy of the tracked files, for one guard at a time."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.runs = folder / "tree", folder / "runs"
        self.runs.mkdir()
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.tree / name)
        # No guard changes a table: the test database is made once, and each run begins with a copy of it.
        self.database = folder / "database"
        code, said = self._pytest([EMPTY], self.database, ["--create-db"], SECONDS)
        if code != 0:
            raise RuntimeError(said)

    @contextmanager
    def without(self, guard: Guard) -> Iterator[None]:
        """The tree without one guard; whole again afterwards. Raises `ValueError` where it is not found once."""
        files = {change.file for change in guard.changes}
        texts = {file: (self.tree / file).read_text() for file in files}
        try:
            for change in guard.changes:
                path = self.tree / change.file
                path.write_text(change.applied(path.read_text()))
            yield
        finally:
            # Each write has a time of its own, by which Python knows that a compiled file is an old one.
            for file, text in texts.items():
                (self.tree / file).write_text(text)

    def prove(self, guard: Guard) -> list[Outcome]:
        """Run the tests of a guard without it, each in a process of its own."""
        try:
            with self.without(guard):
                return [self._outcome(guard, test) for test in guard.tests]
        except ValueError as error:
            return [Outcome(guard, test, False, str(error), 0.0) for test in guard.tests]

    def _outcome(self, guard: Guard, test: str) -> Outcome:
        started = time.monotonic()
        code, said = self.run([test], SECONDS)
        has_failed, how = _read(code, said)
        return Outcome(guard, test, has_failed, how, time.monotonic() - started)

    def run(self, tests: Sequence[str], seconds: float) -> tuple[int | None, str]:
        """pytest's exit code (None where it did not end in time) and what it said."""
        folder = Path(tempfile.mkdtemp(dir=self.runs))
        shutil.copytree(self.database, folder, dirs_exist_ok=True)
        try:
            return self._pytest(tests, folder, [], seconds)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _pytest(
        self, tests: Sequence[str], folder: Path, options: Sequence[str], seconds: float
    ) -> tuple[int | None, str]:
        folder.mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
        environment |= {"OMNISTUDIO_DATA_DIR": str(folder), "COLUMNS": "160"}
        command = [*_PYTEST, f"--basetemp={folder / 'tmp'}", *options, *(f"tests/{test}" for test in tests)]
        # A session of its own, so that what a test has started ends with it.
        with subprocess.Popen(
            command,
            cwd=self.tree,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                said, _nothing = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return None, ""
        return process.returncode, _CONTROL.sub("", said).replace(f"{self.tree}/", "")


def _read(code: int | None, said: str) -> tuple[bool, str]:
    """Whether the test failed as it should, and how. pytest ends with 1 where a test or its fixture failed."""
    lines = [line.lstrip(" |") for line in said.splitlines()]  # of a group of exceptions each line is set in
    reasons = [line[1:].strip() for line in lines if line.startswith("E  ")]
    how = next((reason for reason in reasons if reason), said.strip().splitlines()[-1] if said.strip() else "")
    if code is None:
        return False, f"did not end in {SECONDS:.0f} s"
    if code == 0:
        return False, "passed"
    if code != 1:
        return False, f"did not even start (pytest ended with {code}): {how}"
    if _BROKEN.match(how):
        return False, f"broke, and did not fail: {how}"
    return True, how
