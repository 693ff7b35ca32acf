"""What no formatter holds: the length of files and lines, and how commits are called. Run by `make lint`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 300
MAX_COLUMNS = 120  # of Python the line length is ruff's
SUFFIXES = {".py", ".html", ".css", ".js"}
LEFT_OUT = ("/migrations/", "static/vendor/")
# Commits from here on: a subject of at most 72 characters in the imperative, and a body where much changes.
SINCE = "57d1b50"
MAX_SUBJECT, MAX_CHANGED = 72, 20
NO_IMPERATIVE = re.compile(r"^(\w+ed|\w+ing|wip\b|fixes|adds|the|a|an)\b", re.IGNORECASE)
IMPERATIVES = {"embed", "need", "feed", "speed", "shed", "bring", "string", "ring"}


def main() -> int:
    faults = [*files(), *commits()]
    sys.stdout.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def files() -> Iterator[str]:
    """A line for each file or line that is too long."""
    for name in _git("ls-files").splitlines():
        path = ROOT / name
        if path.suffix not in SUFFIXES or not path.is_file() or any(part in f"/{name}" for part in LEFT_OUT):
            continue
        lines = path.read_text().splitlines()
        if len(lines) > MAX_LINES:
            yield f"{name}: {len(lines)} lines; at most {MAX_LINES}"
        if path.suffix != ".py":
            for number, line in enumerate(lines, 1):
                if len(line) > MAX_COLUMNS:
                    yield f"{name}:{number}: {len(line)} characters; at most {MAX_COLUMNS}"


def commits() -> Iterator[str]:
    """A line for each commit since `SINCE` whose message is not as CONTRIBUTING.md says; none without the history."""
    if _git("cat-file", "-t", SINCE, check=False).strip() != "commit":
        return
    log = _git("log", "--no-merges", "--format=%x00%h%x01%s%x01%b%x02", "--shortstat", f"{SINCE}..HEAD")
    for entry in log.split("\x00")[1:]:
        message, _, stat = entry.partition("\x02")
        commit, subject, body = message.split("\x01")
        yield from (f"{commit} “{subject}”: {fault}" for fault in faults_of(subject, body, _changed(stat)))


def faults_of(subject: str, body: str, changed: int) -> Iterator[str]:
    """What is wrong with a message of a commit in which so many lines were changed."""
    if len(subject) > MAX_SUBJECT:
        yield f"{len(subject)} characters; at most {MAX_SUBJECT}"
    first = subject.split(" ")[0]
    if NO_IMPERATIVE.match(subject) and first.lower() not in IMPERATIVES:
        yield "begin with a verb in the imperative"
    if subject.endswith("."):
        yield "no full stop at the end"
    if changed > MAX_CHANGED and not body.strip():
        yield f"{changed} lines change; say why in a body"


def _changed(stat: str) -> int:
    return sum(int(number) for number in re.findall(r"(\d+) (?:insertion|deletion)", stat))


def _git(*command: str, check: bool = True) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=check)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
