"""What the studio keeps in files is its own account's alone: made so at the first start, and put right later."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from omnistudio.core.storage.file_modes import Kept, open_private
from tests.browser.servers import Studio

ROOT = Path(settings.BASE_DIR)
X_ACCEL = {"MEDIA_X_ACCEL": "/stored-media/"}


@pytest.fixture(autouse=True)
def _as_on_most_machines() -> Iterator[None]:
    """Processes that a test starts begin with the usual umask."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def manage(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"], "OMNISTUDIO_DATA_DIR": str(folder), **environment}
    arguments = [sys.executable, "manage.py", *command]
    return subprocess.run(arguments, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=120)


def open_to_others(folder: Path) -> list[str]:
    return [f"{path} {mode(path):o}" for path in [folder, *folder.rglob("*")] if mode(path) & 0o077]


@pytest.mark.slow
def test_nothing_that_make_run_makes_can_be_read_by_others(tmp_path):
    studio = Studio(tmp_path / "parent" / "data")
    studio.folder.rmdir()
    studio.log = tmp_path / "log.txt"
    with studio:
        studio.start("up")
        studio.wait_until_open("tracker", "renderer")
        assert {"omnistudio.sqlite3", "omnistudio.sqlite3-wal", "omnistudio.sqlite3-shm", "secret_key", "static"} <= {
            path.name for path in studio.folder.iterdir()
        }
        assert open_to_others(studio.folder) == []


@pytest.mark.slow
def test_with_nginx_its_group_reads_the_media_and_neither_the_database_nor_the_secrets(tmp_path):
    studio = Studio(tmp_path / "data", **X_ACCEL)
    studio.folder.rmdir()
    studio.log = tmp_path / "log.txt"
    assert manage(studio.folder, "migrate", "-v0", **X_ACCEL).returncode == 0
    assert mode(studio.folder / "omnistudio.sqlite3") == 0o600, "from its first moment on"
    with studio:
        studio.start("up")
        studio.wait_until_open("tracker")
        assert mode(studio.folder) == 0o750
        for name in ("omnistudio.sqlite3", "omnistudio.sqlite3-wal", "omnistudio.sqlite3-shm", "secret_key"):
            assert mode(studio.folder / name) == 0o600, name
    assert manage(studio.folder, "seed_demo", "--tasks", "3", "--plain", **X_ACCEL).returncode == 0
    media = list((studio.folder / "media").rglob("*"))
    assert any(path.is_file() for path in media)
    assert {mode(path) for path in media} == {0o750, 0o640}
    assert mode(studio.folder / "media") == 0o750


@pytest.mark.parametrize(("given", "folder", "umask"), [({}, "700", "0o77"), (X_ACCEL, "750", "0o27")])
def test_another_server_of_the_application_has_the_same_umask(tmp_path, given, folder, umask):
    code = "import os, omnistudio.wsgi; print(oct(os.umask(0)))"
    environment = {"PATH": os.environ["PATH"], "OMNISTUDIO_DATA_DIR": str(tmp_path / "new"), **given}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == umask, done.stderr
    assert f"{mode(tmp_path / 'new'):o}" == folder


def test_too_open_permissions_are_fixed_and_reported(tmp_path):
    folder = tmp_path / "data"
    assert manage(folder, "check").returncode == 0
    names = (
        "omnistudio.sqlite3",
        "omnistudio.sqlite3-wal",
        "omnistudio.sqlite3-shm",
        "secret_key",
        "encryption_keys",
    )
    for name in names:
        (folder / name).touch()
        (folder / name).chmod(0o644)
    (folder / "notes.txt").touch(0o644)
    folder.chmod(0o755)
    said = manage(folder, "check").stderr
    assert {mode(folder / name) for name in names} == {0o600}
    assert mode(folder) == 0o700
    assert "File permissions corrected" in said
    for name in ("", *names):
        assert str(folder / name) in said
    assert mode(folder / "notes.txt") == 0o644, "what is not the studio's is left alone"
    assert "ermission" not in manage(folder, "check").stderr, "said once"


def test_a_database_outside_of_the_folder_is_closed_and_its_folder_left_alone(tmp_path):
    outside = tmp_path / "elsewhere"
    outside.mkdir(mode=0o755)
    database = outside / "studio.sqlite3"
    database.touch(0o644)
    database.chmod(0o644)
    manage(tmp_path / "data", "check", DATABASE_URL=f"sqlite:///{database}")
    assert (mode(database), mode(outside)) == (0o600, 0o755)


def test_a_shared_folder_is_left_unchanged_and_reported(tmp_path):
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    done = manage(shared, "check")
    assert shared.stat().st_mode & 0o7777 == 0o1777
    assert "OMNISTUDIO_DATA_DIR" in done.stderr
    above = Kept(ROOT.parent, (), None, group_reads=False, program=ROOT)
    before = mode(ROOT.parent)
    list(above.tighten())
    assert mode(ROOT.parent) == before


@pytest.mark.parametrize("make", ["link", "file"])
def test_a_private_file_is_never_written_into_an_existing_file(tmp_path, make):
    path, other = tmp_path / "backup.tar.part", tmp_path / "other"
    other.write_text("mine")
    if make == "link":
        path.symlink_to(other)
    else:
        path.touch()
        path.chmod(0o666)
    with os.fdopen(open_private(path), "w") as file:
        file.write("secret")
    assert (mode(path), other.read_text()) == (0o600, "mine")


def test_backups_are_readable_by_their_owner_only(tmp_path):
    folder = tmp_path / "data"
    assert manage(folder, "migrate", "-v0").returncode == 0
    (tmp_path / "all.tar.part").touch()
    (tmp_path / "all.tar.part").chmod(0o666)  # left by one that was broken off
    done = manage(folder, "backup", str(tmp_path / "all.tar"), "--secrets-to", str(tmp_path / "secrets.json"))
    assert done.returncode == 0, done.stderr
    assert (mode(tmp_path / "all.tar"), mode(tmp_path / "secrets.json")) == (0o600, 0o600)
    there = tmp_path / "there"
    done = manage(there, "restore", str(tmp_path / "all.tar"), "--secrets-from", str(tmp_path / "secrets.json"))
    assert done.returncode == 0, done.stderr
    assert open_to_others(there) == []
