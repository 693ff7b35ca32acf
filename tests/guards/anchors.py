"""Where a guard stands: a function, a method or a setting by its name, wherever its file is."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = "omnistudio"


@dataclass(frozen=True)
class Anchor:
    """A file from the root of the project, and the name in it; no name means the whole file."""

    file: str
    name: str = ""


@functools.cache
def find(where: str) -> Anchor:
    """The anchor of a name: the end of a dotted path, `module.function`, `module.Class.method` or `module.SETTING`,
    as long as it takes to be the only one. What is a file is that file, all of it.

    Raises:
        ValueError: there is none of that name, or more than one.
    """
    if "/" in where or (ROOT / where).is_file():
        return Anchor(where)
    found = [anchor for path, anchor in _all() if path.endswith(f".{where}")]
    if len(found) != 1:
        raise ValueError(f"{where}: there are {len(found)} of that name")
    return found[0]


@functools.cache
def _all() -> list[tuple[str, Anchor]]:
    return [
        (f"{'.'.join(path.with_suffix('').parts)}.{name}", Anchor(str(path), name))
        for path in sorted(file.relative_to(ROOT) for file in (ROOT / PACKAGE).rglob("*.py"))
        for name in dict(_named(ast.parse((ROOT / path).read_text())))
    ]


def _named(node: ast.AST, before: str = "") -> Iterator[tuple[str, ast.stmt]]:
    for child in getattr(node, "body", []):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield f"{before}{child.name}", child
            if isinstance(child, ast.ClassDef):
                yield from _named(child, f"{before}{child.name}.")
        elif isinstance(child, ast.Assign | ast.AnnAssign):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    yield f"{before}{target.id}", child


def span(text: str, name: str) -> tuple[int, int]:
    """Where the text of a name begins and ends in its file: whole lines, with decorators; all of it without a name.

    Raises:
        ValueError: it is not there, or more than once.
    """
    if not name:
        return 0, len(text)
    nodes = [node for named, node in _named(ast.parse(text)) if named == name]
    if len(nodes) != 1:
        raise ValueError(f"{name}: there are {len(nodes)} of that name")
    node = nodes[0]
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    lines = text.splitlines(keepends=True)
    start = sum(map(len, lines[: first - 1]))
    return start, start + sum(map(len, lines[first - 1 : node.end_lineno]))
