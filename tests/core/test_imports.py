"""What import-linter can't hold: services and queries know no requests and no forms, and queries write nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.conf import settings

PACKAGE = Path(settings.BASE_DIR) / "omnistudio"
OF_PAGES = ("django.http", "django.forms", "django.shortcuts", "django.views", "django.contrib.messages")
WRITES = {"save", "create", "bulk_create", "bulk_update", "update", "delete", "get_or_create", "update_or_create"}


def modules(*names: str) -> list[str]:
    """The modules that are called so, or stand in a package that is called so."""
    found = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return sorted(str(path) for path in found if {path.stem, path.parent.name} & set(names))


def tree_of(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text())


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("module", modules("services", "queries"))
def test_services_and_queries_know_no_pages(module: str) -> None:
    here = imported(tree_of(module))
    assert {name for name in here if name.startswith(OF_PAGES)} == set()
    assert {name for name in here if name.rpartition(".")[2] == "forms" and name.startswith("omnistudio")} == set()


@pytest.mark.parametrize("module", modules("queries"))
def test_queries_write_nothing(module: str) -> None:
    calls = {
        (node.func.attr, node.lineno)
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    }
    assert calls == set()


def test_there_are_services_and_queries_to_look_at() -> None:
    assert len(modules("services", "queries")) > 20
