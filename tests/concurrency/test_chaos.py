"""The short form of `make chaos`: real processes, killed, and a PostgreSQL that is restarted; then the sums."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.postgres import programs

# Renderers are spared: a job of one that was killed is anybody's after 45 s, which is all the time there is here.
SHORT = [
    "--tasks",
    "24",
    "--every",
    "3",
    "--spare",
    "render",
    "--one-in",
    "10",
    "--call-seconds",
    "5",
    "--minutes",
    "4",
]


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
@pytest.mark.slow
def test_the_sums_are_right_after_a_short_chaos(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    command = [sys.executable, "-m", "tests.chaos", *SHORT, "--report", str(report)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    text = report.read_text()
    assert "All sums are right." in text
    assert "WRONG" not in text
    assert "PostgreSQL restarted (immediate)" in text
    assert "SIGKILL track" in text
    assert "SIGKILL web" in text
