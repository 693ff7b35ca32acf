"""What a studio costs that nobody uses: the CPU of all its processes, with many tasks on SQLite.

    .venv/bin/python bench/idle.py [--tasks 100000] [--seconds 120] [--beside REVISION]

A demo of six people, each with a key, then `manage.py up` as on any machine. `--beside` measures another revision of
the code as well, on a copy of the same folder.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.servers import Studio  # noqa: E402

MAX_SECONDS_AN_HOUR = 60.0
SETTLE_SECONDS = 15.0
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="omnistudio-idle-") as folder:
        data = options.data or Path(folder, "data")
        if not options.data:
            _fill(data, options.tasks)
        code = {"this revision": ROOT}
        if options.beside:
            code[options.beside] = _revision(options.beside, Path(folder, "code"))
        copy = Path(folder, "copy")
        found = {name: _measured(name, tree, data, copy, options.seconds) for name, tree in code.items()}
    print(f"An idle studio with {options.tasks:,} tasks, s of CPU an hour (over {options.seconds:.0f} s):")
    for name, parts in found.items():
        each = ", ".join(f"{part} {seconds:.1f}" for part, seconds in sorted(parts.items()))
        print(f"  {name}: {sum(parts.values()):.1f} ({each})")
    total = sum(found["this revision"].values())
    print(f"  {'holds' if total <= MAX_SECONDS_AN_HOUR else 'FAILS'}: at most {MAX_SECONDS_AN_HOUR:.0f}")
    return 0 if total <= MAX_SECONDS_AN_HOUR else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--beside", default="", help="another revision of the code, such as HEAD~1")
    parser.add_argument("--data", type=Path, help="a data folder that has been filled already")
    return parser.parse_args()


def _fill(data: Path, tasks: int) -> None:
    studio = Studio(data)
    studio.prepare()
    print(f"making {tasks:,} tasks …", file=sys.stderr)
    seed = [sys.executable, "manage.py", "seed_demo", "--tasks", str(tasks), "--plain", "-v0"]
    subprocess.run(seed, cwd=ROOT, env=studio.environment, check=True, stdout=subprocess.DEVNULL)


def _revision(name: str, folder: Path) -> Path:
    """The code of another revision, in a folder of its own."""
    folder.mkdir()
    with subprocess.Popen(["git", "archive", name], cwd=ROOT, stdout=subprocess.PIPE) as archive:
        subprocess.run(["tar", "-x", "-C", str(folder)], stdin=archive.stdout, check=True)
    return folder


def _measured(name: str, tree: Path, data: Path, copy: Path, seconds: float) -> Counter[str]:
    """Seconds of CPU an hour of each part of the studio. The folder is a copy, which goes again."""
    shutil.copytree(data, copy)
    print(f"{name}: measuring for {seconds:.0f} s …", file=sys.stderr)
    try:
        with Studio(copy, WEB_WORKERS="2") as studio:
            studio.start("up", tree)
            studio.wait_until_open("tracker", "renderer")
            time.sleep(SETTLE_SECONDS)
            before, began = _used(studio.pid("up")), time.monotonic()
            time.sleep(seconds)
            after, took = _used(studio.pid("up")), time.monotonic() - began
    finally:
        shutil.rmtree(copy)
    return Counter({part: (after[part] - before[part]) / took * 3600 for part in after})


def _used(root: int) -> Counter[str]:
    """Seconds of CPU that a process and all below it have used until now, by the command of each."""
    parents, names, ticks = {}, {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                words = (entry / "cmdline").read_text().split("\0")
            except OSError:  # it has ended meanwhile
                continue
            pid = int(entry.name)
            parents[pid] = int(stat[1])
            ticks[pid] = sum(map(int, stat[11:15]))  # its own, and of its children that have ended
            names[pid] = words[2] if words[1:2] == ["manage.py"] else "other"
    used: Counter[str] = Counter()
    for pid in ticks:
        if root in _line_of(pid, parents):
            used[names[pid]] += ticks[pid] / TICKS
    return used


def _line_of(pid: int, parents: dict[int, int]) -> list[int]:
    line = [pid]
    while (pid := parents.get(pid, 0)) > 1:
        line.append(pid)
    return line


if __name__ == "__main__":
    sys.exit(main())
