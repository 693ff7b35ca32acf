"""The list of guards (tests/guards) is true: what it takes out is there, and so are the tests that must notice.

That they do notice takes some minutes: `make guards`.
"""

from __future__ import annotations

import ast
import functools
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from tests.guards import anchors
from tests.guards.document import uncovered
from tests.guards.every import GUARDS
from tests.guards.guard import Change, Guard, function_of
from tests.security import test_document

ROOT = Path(settings.BASE_DIR)
names_in = functools.cache(test_document.names_in)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_each_guard_is_where_the_list_says(guard: Guard) -> None:
    texts = {change.file: (ROOT / change.file).read_text() for change in guard.changes}
    for change in guard.changes:
        taken_out = change.applied(texts[change.file])  # raises where it is not found once
        assert taken_out != texts[change.file]
        texts[change.file] = taken_out
    for file, text in texts.items():
        if file.endswith(".py"):
            ast.parse(text)  # it can be read still, so that a test fails for the right reason
    for test in guard.tests:
        file, name = function_of(test)
        assert name in names_in(ROOT / "tests" / file), test


def test_a_guard_that_is_not_found_once_is_no_guard() -> None:
    for text in ("", "ab ab"):
        with pytest.raises(ValueError, match="and not once"):
            Change("a/a.py", "ab", "").applied(text)
    assert Change("a/a.py", "ab", "c").applied("x ab y") == "x c y"


def test_a_guard_stands_in_its_function_wherever_the_file_is() -> None:
    text = (
        "X = 1\n\n\ndef one():\n    return 1\n\n\nclass Two:\n    @property\n    def three(self):\n        return 1\n"
    )
    start, end = anchors.span(text, "Two.three")
    assert text[start:end] == "    @property\n    def three(self):\n        return 1\n"
    assert anchors.span(text, "") == (0, len(text))
    assert anchors.find("selection.own_tasks") == anchors.Anchor("omnistudio/gallery/selection.py", "own_tasks")
    for unknown in ("selection.nobody", "services"):
        with pytest.raises(ValueError, match="of that name"):
            anchors.find(unknown)
    with pytest.raises(ValueError, match="of that name"):
        anchors.span(text, "four")


def test_guards_have_unique_names_and_descriptions() -> None:
    assert [name for name, count in Counter(guard.name for guard in GUARDS).items() if count > 1] == []
    text = (ROOT / "docs/security.md").read_text()
    for guard in GUARDS:
        assert guard.tests
        assert guard.rows
        for row in guard.rows:
            who = row.removeprefix("who: ")
            assert f"| {who} |" in text or f"## {who}\n" in text, f"{guard.name}: {row}"


def test_every_test_of_the_document_has_a_guard_or_an_excuse() -> None:
    assert uncovered(GUARDS) == []
