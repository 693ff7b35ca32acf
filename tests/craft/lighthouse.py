"""Lighthouse as on a phone, in a browser in which somebody is signed in."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

CATEGORIES = ("performance", "accessibility", "best-practices")
MIN = {"performance": 95, "accessibility": 100, "best-practices": 100}


@dataclass(frozen=True)
class Report:
    """Points of 100 by category, the layout shift, and what cost points."""

    points: dict[str, int]
    shift: float
    faults: list[str]

    @property
    def passes(self) -> bool:
        return self.shift == 0 and all(self.points[name] >= least for name, least in MIN.items())


def look(command: Path, url: str, port: int) -> Report:
    """One look at a page, in the browser that listens on `port`; its cookies stay."""
    options = ["--quiet", "--output=json", f"--port={port}", "--disable-storage-reset"]
    asked = [str(command), url, *options, f"--only-categories={','.join(CATEGORIES)}"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True)
    told = json.loads(answer.stdout)
    assert told["finalDisplayedUrl"] == url, f"{url} led to {told['finalDisplayedUrl']}"
    weighed = {ref["id"] for name in CATEGORIES for ref in told["categories"][name]["auditRefs"] if ref["weight"]}
    audits = [told["audits"][name] for name in sorted(weighed)]
    return Report(
        {name: round(100 * (told["categories"][name]["score"] or 0)) for name in CATEGORIES},
        round(told["audits"]["cumulative-layout-shift"].get("numericValue", 1.0), 4),
        [
            f"{a['id']} {a.get('displayValue', '')}".strip()
            for a in audits
            if (a["score"] or 0) < 0.9 and a["score"] is not None
        ],
    )
