"""What a guard is: some text of ours, what is left when it is taken out, and the tests that must notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Change:
    """`old`, which stands exactly once in `file`, becomes `new`."""

    file: str
    old: str
    new: str

    def applied(self, text: str) -> str:
        """`text` without the guard.

        Raises:
            ValueError: the guard does not stand in it exactly once.
        """
        count = text.count(self.old)
        if count != 1:
            raise ValueError(f"{self.file}: found {count} times, and not once: {self.old.splitlines()[0].strip()}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Guard:
    """One guard, and the tests each of which must fail without it.

    Where Django or a library keeps the guard, there is no line of ours to take out: then `new` has the line that
    would give it up, as somebody might write it.
    """

    name: str
    rows: tuple[str, ...]  # of docs/security.md: numbers of the standard, or "who: …" of the first table
    file: str
    old: str
    new: str
    tests: tuple[str, ...]  # as pytest names them, below tests/
    also: tuple[Change, ...] = ()  # further layers behind it that do the same

    @property
    def changes(self) -> tuple[Change, ...]:
        return (Change(self.file, self.old, self.new), *self.also)


def function_of(test: str) -> tuple[str, str]:
    """The file of a test, and the name of its function: neither its class nor its parameters."""
    file, *_classes, name = test.partition("[")[0].split("::")
    return file, name
