"""docs/operations.md is true: the numbers, commands and files that it names are there."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from omnistudio.core.counters import tally
from omnistudio.core.models import Machine
from omnistudio.operations import metrics

ROOT = Path(settings.BASE_DIR)
TEXT = (ROOT / "docs/operations.md").read_text()


def test_each_documented_metric_is_exported(db):
    tally.count("remote_calls", "create", "ok")
    tally.took("remote_seconds", "create", 0.2)
    tally.count("lease_takeovers", "gallery.task")
    Machine.objects.create(name="web@a", seen_at=timezone.now(), free_bytes=1, clock_off_seconds=0.1)
    families = text_string_to_metric_families(metrics.text().decode())
    told = {sample.name for family in families for sample in family.samples}
    named = set(re.findall(r"omnistudio_[a-z_]+", TEXT))
    assert len(named) >= 9
    assert {name for name in named if name not in told and f"{name}_count" not in told} == set()


def test_each_command_and_option_is_there():
    commands = get_commands()
    for name, rest in re.findall(r"manage\.py ([a-z_]+)([^`\n]*)", TEXT):
        assert name in commands, name
        options = load_command_class(commands[name], name).create_parser("manage.py", name)
        known = {option for action in options._actions for option in action.option_strings}
        assert set(re.findall(r"--[a-z-]+", rest.partition("#")[0])) <= known, (name, rest)


def test_each_linked_file_exists():
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target


@pytest.mark.parametrize("path", sorted((ROOT / "docs/deploy").glob("*.service")), ids=lambda path: path.name)
def test_each_unit_starts_a_command_that_is_there(path):
    class Unit(configparser.RawConfigParser):
        optionxform = staticmethod(str)  # type: ignore[assignment]

    unit = Unit(strict=False)
    unit.read(path)
    assert unit["Service"]["EnvironmentFile"] == "/etc/omnistudio.env"
    for command in re.findall(r"^ExecStart=.*manage\.py (\w+)$", path.read_text(), re.MULTILINE):
        assert command in get_commands()
        assert f"manage.py {command}" in TEXT
