"""What a guard is: some text of ours, what is left when it is taken out, and the tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.guards import anchors

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Change:
    """`old`, which stands exactly once in `where`, becomes `new`.

    `where` is a function, method or setting (`selection.own_tasks`, see `anchors.find`), so that nothing changes here
    when its file is moved; or a path, for a template, a script, or what stands in no function.
    """

    where: str
    old: str
    new: str

    @property
    def file(self) -> str:
        """The path from the root of the project."""
        return anchors.find(self.where).file

    def applied(self, text: str) -> str:
        """`text`, the whole file, without the guard.

        Raises:
            ValueError: the guard does not stand there exactly once.
        """
        start, end = anchors.span(text, anchors.find(self.where).name)
        count = text.count(self.old, start, end)
        if count != 1:
            raise ValueError(f"{self.where}: found {count} times, and not once: {self.old.splitlines()[0].strip()}")
        return text[:start] + text[start:end].replace(self.old, self.new) + text[end:]


@dataclass(frozen=True)
class Guard:
    """One guard, and the tests each of which must fail without it.

    Where Django or a library keeps the guard, there is no line of ours to take out: then `new` has the line that
    would give it up, as somebody might write it.
    """

    name: str
    rows: tuple[str, ...]  # of docs/security.md: numbers of the standard, or "who: …" of the first table
    where: str
    old: str
    new: str
    tests: tuple[str, ...]  # as pytest names them, below tests/
    also: tuple[Change, ...] = ()  # further layers behind it that do the same

    @property
    def changes(self) -> tuple[Change, ...]:
        return (Change(self.where, self.old, self.new), *self.also)


def function_of(test: str) -> tuple[str, str]:
    """The file of a test, and the name of its function: neither its class nor its parameters."""
    file, *_classes, name = test.partition("[")[0].split("::")
    return file, name
