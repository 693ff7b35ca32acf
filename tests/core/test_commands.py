"""Every command prepares the database, or says in a line what is to be run; also where the database is away."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from omnistudio.core.commands import StudioCommand

ROOT = Path(settings.BASE_DIR)
OURS = sorted(name for name, app in get_commands().items() if str(app).startswith("omnistudio"))
PREPARES = {"up", "restore", "migrate"}
SAYS = {
    "web": [],
    "track": ["--once"],
    "render": ["--once"],
    "purge_trash": [],
    "fold_prompts": [],
    "verify_media": [],
    "rotate_encryption_keys": [],
    "accept_secrets": [],
    "backup": ["studio.tar"],
    "changepassword": ["nok@example.com"],
}


def manage(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"], "OMNISTUDIO_DATA_DIR": str(folder), "PORT": "0", **environment}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        cwd=folder.parent,
        env=bare,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("name", OURS)
def test_each_command_of_ours_looks_at_the_database_first(name):
    command = load_command_class(get_commands()[name], name)
    assert isinstance(command, StudioCommand) or name in PREPARES


@pytest.mark.parametrize("name", SAYS)
def test_on_an_empty_folder_it_says_what_to_run(tmp_path, name):
    done = manage(tmp_path / "data", name, *SAYS[name])
    assert done.returncode != 0
    assert "manage.py migrate and manage.py createcachetable" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "studio.tar").exists()


def test_the_readme_names_no_other_command():
    named = set(re.findall(r"`manage\.py ([a-z_]+)", (ROOT / "README.md").read_text()))
    first = {"up", "restore", "seed_demo", "issue_key", "create_owner"}
    assert named - first <= {*SAYS, "migrate", "check", "createcachetable", "collectstatic"}


@pytest.mark.slow
def test_the_demo_on_an_empty_folder_prepares_it(tmp_path):
    done = manage(tmp_path / "data", "seed_demo", "--tasks", "3", "--plain", "--password", "a quiet river")
    assert done.returncode == 0, done.stderr
    assert "nok@demo.example" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_first_key_on_an_empty_folder_prepares_it(tmp_path):
    done = manage(tmp_path / "data", "issue_key", "nok@example.com")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("sk-")


def test_an_older_database_is_not_migrated_without_consent(tmp_path):
    assert manage(tmp_path / "data", "migrate", "-v0").returncode == 0
    assert manage(tmp_path / "data", "migrate", "-v0", "gallery", "0001").returncode == 0
    for words in (["seed_demo", "--tasks", "3", "--plain"], ["backup", "studio.tar"], ["track", "--once"]):
        done = manage(tmp_path / "data", *words)
        assert done.returncode != 0
        assert "manage.py migrate" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_called_that(tmp_path):
    away = {"DATABASE_URL": "postgres://studio@127.0.0.1:1/studio"}
    done = manage(tmp_path / "data", "purge_trash", **away)
    assert done.returncode != 0
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr
