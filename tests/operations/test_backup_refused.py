"""Backups and restores that are refused, and what is said then."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from omnistudio.accounts.models import User
from omnistudio.operations import archives, examining, rows
from tests.conftest import KEY
from tests.operations.helpers import Elsewhere
from tests.operations.test_backup import PHRASE, back_up

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_wrong_passphrase_changes_nothing(owner, elsewhere, tmp_path, monkeypatch) -> None:
    path = back_up(tmp_path / "b.tar", "--seal-secrets", monkeypatch=monkeypatch)
    elsewhere.environment["BACKUP_PASSPHRASE"] = "another long phrase"
    done = elsewhere.restore(path, "--open-secrets")
    assert done.returncode
    assert "not the passphrase. Nothing was restored" in done.stderr
    assert elsewhere.people() == 0


def test_an_instance_that_is_in_use_is_refused(full, tmp_path, monkeypatch) -> None:
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(path))
    assert User.objects.count() == 3


@pytest.mark.parametrize("at", [0.02, 0.3, 0.6, 0.95])
def test_a_damaged_archive_is_refused_before_writing(full, elsewhere, tmp_path, monkeypatch, at: float) -> None:
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    content = bytearray(path.read_bytes().rstrip(b"\0"))  # a tar ends with some kilobytes of nothing
    place = next(n for n in range(int(len(content) * at), len(content)) if content[n])
    content[place] ^= 0x55
    path.write_bytes(content)
    with pytest.raises((archives.Damaged, examining.Refused)):
        examining.head_of(path)
        archives.check(path)
    path.write_bytes(content[: int(len(content) * at)])
    done = elsewhere.restore(path)
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError:")
    assert done.stderr.endswith("Nothing was restored.\n")
    assert elsewhere.people() == 0


def test_a_backup_of_another_version_is_refused_by_name(owner, tmp_path, monkeypatch, elsewhere) -> None:
    known = rows.migrations
    monkeypatch.setattr(rows, "migrations", lambda: [*known(), "gallery.9999_later"])
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    done = elsewhere.restore(path)
    assert "gallery.9999_later" in done.stderr
    assert "then upgrade" in done.stderr


def test_a_missing_file_is_reported_and_the_rest_is_backed_up(full, tmp_path, monkeypatch, capsys, elsewhere) -> None:
    full[0].file.storage.delete(full[0].file.name)
    with pytest.raises(CommandError, match="1 files are missing"):
        back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    assert f"missing in the storage: {full[0].file.name}" in capsys.readouterr().err
    done = elsewhere.restore(tmp_path / "b.tar")
    assert done.returncode == 1
    assert f"#{full[0].pk} file: is missing" in done.stderr


def test_existing_files_are_not_overwritten(owner, tmp_path, monkeypatch) -> None:
    (tmp_path / "b.tar").write_text("mine")
    with pytest.raises(CommandError, match="there already"):
        back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    with pytest.raises(CommandError, match="no folder"):
        back_up(tmp_path / "none" / "b.tar", monkeypatch=monkeypatch)
    monkeypatch.setenv("BACKUP_PASSPHRASE", "short")
    with pytest.raises(CommandError, match="12 characters"):
        call_command("backup", str(tmp_path / "c.tar"), "--seal-secrets")
    assert not (tmp_path / "c.tar").exists()


def test_a_restore_that_would_leave_keys_closed_is_refused_and_a_second_try_works(
    owner, elsewhere, tmp_path, monkeypatch
) -> None:
    path = back_up(tmp_path / "b.tar", "--seal-secrets", monkeypatch=monkeypatch)
    done = elsewhere.restore(path, "--with-keys")
    assert done.returncode == 1
    assert "1 of the API keys in it do not open" in done.stderr
    assert done.stderr.endswith("Nothing was restored.\n")
    assert elsewhere.people() == 0
    assert not (elsewhere.folder / "encryption_keys").exists(), "not even keys of its own were made"
    elsewhere.environment["BACKUP_PASSPHRASE"] = PHRASE
    again = elsewhere.restore(path, "--open-secrets")
    assert again.returncode == 0, again.stderr
    assert elsewhere.look()["keys"] == [KEY]


def test_a_restore_on_a_disk_without_room_writes_nothing(full, tmp_path, monkeypatch) -> None:
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", folder]).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        small = Elsewhere(folder, DATABASE_URL=f"sqlite:///{tmp_path}/elsewhere.sqlite3")
        done = small.restore(path)
    finally:
        subprocess.run(["umount", folder], check=True)
    assert done.returncode == 1
    assert "There is no room" in done.stderr
    assert "Traceback" not in done.stderr
    with closing(sqlite3.connect(tmp_path / "elsewhere.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_a_backup_of_a_database_that_is_older_than_the_code_is_one_line(elsewhere, tmp_path) -> None:
    assert elsewhere.run("manage.py", "migrate", "gallery", "0005", "-v0").returncode == 0
    done = elsewhere.run("manage.py", "backup", str(tmp_path / "b.tar"))
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The database is not prepared. Run: manage.py migrate")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "b.tar").exists()


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_without_a_terminal_it_says_how_to_give_the_passphrase(
    owner, command, elsewhere, tmp_path, monkeypatch
) -> None:
    path = back_up(tmp_path / "b.tar", "--seal-secrets", monkeypatch=monkeypatch)
    if command == "backup":
        assert elsewhere.run("manage.py", "migrate", "-v0").returncode == 0
        done = elsewhere.run("manage.py", "backup", str(tmp_path / "c.tar"), "--seal-secrets")
    else:
        done = elsewhere.restore(path, "--open-secrets")
    assert done.returncode == 1
    assert "Set BACKUP_PASSPHRASE instead." in done.stderr
    assert "Traceback" not in done.stderr
