"""The Nu HTML Checker over files: what it calls an error or a warning, htmx's own attributes aside."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

# htmx's attributes are no HTML, and that is known.
_OURS = re.compile(r"Attribute “hx-[\w-]+” not allowed")
# Warnings that are meant: Safari forgets that a list without bullets is a list, unless it is told; an item in place
# is a dialog with a heading of its own, over a page that is mute meanwhile.
_MEANT = re.compile(r"“list” role is unnecessary|Consider using the “h1” element as a top-level heading only")


def check(jar: Path, files: list[Path]) -> list[tuple[str, str]]:
    """`(file, what is wrong and where)` for everything that the checker finds."""
    command = ["java", "-Xss8m", "-jar", str(jar), "--format", "json", "--exit-zero-always", *map(str, files)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found = []
    for message in json.loads(answer.stderr)["messages"]:
        is_wrong = message["type"] == "error" or message.get("subType") == "warning"
        if not is_wrong or _OURS.search(message["message"]) or _MEANT.search(message["message"]):
            continue
        where = f"line {message.get('lastLine', '?')}: {message.get('extract', '').strip()}"
        found.append((Path(message.get("url", "")).name, f"{message['message']} ({where})"))
    return found
