"""docs/security.md names a test beside each row: every one of them exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEXT = (ROOT / "docs/security.md").read_text()
NAMED = re.compile(r"`(?:tests/)?([\w/]+\.py)(?:::(\w+))?`")


def names_in(path: Path) -> set[str]:
    tree = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in tree if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def test_every_test_that_the_document_names_exists():
    named = NAMED.findall(TEXT)
    assert len(named) > 60
    missing = []
    for file, name in named:
        path = ROOT / "tests" / file
        if not path.is_file() or (name and name not in names_in(path)):
            missing.append(f"{file}::{name}")
    assert missing == []


def rows() -> list[list[str]]:
    """The rows of the tables of the standard."""
    part = TEXT.partition("## OWASP ASVS")[2]
    lines = [line for line in part.split("\n") if re.match(r"\| \d+\.\d+", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_row_of_the_standard_has_a_test_or_says_why_not():
    assert len(rows()) > 80
    for number, _what, state, shown in rows():
        assert state in ("met", "not met", "in part", "by the operator"), number
        if state == "met":
            assert NAMED.search(shown), f"{number} has no test"
        else:
            assert len(shown) > 20, f"{number} does not say why"


def test_every_test_of_security_is_named():
    files = {f"security/{path.name}" for path in (ROOT / "tests/security").glob("test_*.py")}
    assert files - {file for file, _name in NAMED.findall(TEXT)} == set()
