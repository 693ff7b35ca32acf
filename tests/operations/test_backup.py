"""A backup, restored into an empty instance: every row, every picture through the real views, every key."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import subprocess
import tarfile
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.security.encryption import keys_in_force
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.media import ingest
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Reference, Task
from omnistudio.gallery.share_links import services as share_links
from omnistudio.operations import archives, examining, rows
from tests.conftest import KEY, picture
from tests.gallery.export.test_zip import keep_file
from tests.gallery.media.test_preview import film
from tests.operations.helpers import Elsewhere
from tests.postgres import Postgres, programs

pytestmark = pytest.mark.django_db(transaction=True)
PHRASE = "a long enough phrase"


@pytest.fixture
def elsewhere(tmp_path) -> Elsewhere:
    return Elsewhere(tmp_path / "elsewhere")


@pytest.fixture
def full(owner, stranger, team, hang, make_task, tmp_path) -> list[Task]:
    """Works of three kinds, one shared, one in the trash; a reference, a collection, a link, a note of a failure."""
    still = keep_file(hang(prompt="แจกันศิลาดล\n“quoted” 陶瓷 \u2028 {}", credits=15, team=team))
    path = film(tmp_path / "a.mp4", seconds=1)
    moving = make_task(kind="video", status="succeeded", seconds=1.5)
    fields = ingest.store(moving, path, ingest.examine(path, "video"), hashlib.sha256(path.read_bytes()).hexdigest())
    Task.objects.filter(pk=moving.pk).update(**fields)
    trashed = keep_file(hang(prompt="gone", deleted_at="2026-11-01T10:00:00.123456Z", retry_of=None))
    retried = make_task(status="failed", reason="service_failed", reason_words="nsfw\t内容", retry_of=still)
    keep_reference(owner, ContentFile(picture("JPEG"), "a.jpg"))
    shelf = collections.create(owner, "Spring")
    collections.add(shelf, owner, [still.pk, moving.pk])
    share_links.make(owner, still, password="open sesame")
    make_task(person=stranger, prompt="somebody else's")
    return [still, moving, trashed, retried]


def everything_here() -> dict[str, list[list[str]]]:
    kept = (model for model in rows.tables() if model._meta.label_lower not in rows.MADE_BY_MIGRATE)
    return {
        model._meta.label_lower: [list(map(str, row)) for row in model._base_manager.order_by("pk").values_list()]
        for model in kept
    }


def back_up(path: Path, *options: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKUP_PASSPHRASE", PHRASE)
    call_command("backup", str(path), *options)
    return path


def test_a_restored_instance_opens_with_every_picture_in_place(
    full, elsewhere, tmp_path, monkeypatch, capsys
) -> None:
    path = back_up(tmp_path / "b.tar", "--seal-secrets", monkeypatch=monkeypatch)
    assert path.stat().st_mode & 0o777 == 0o600
    assert KEY.encode() not in path.read_bytes()
    assert django_settings.SECRET_KEY.encode() not in path.read_bytes()
    elsewhere.environment["BACKUP_PASSPHRASE"] = PHRASE
    done = elsewhere.restore(path, "--open-secrets", "--nothing-sent-since")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every file has its sum" in done.stdout
    found = elsewhere.look()
    assert found["rows"] == everything_here(), "to the last microsecond"
    assert found["keys"] == [KEY]
    still, moving, trashed, _failed = full
    for task in Task.objects.filter(pk__in=[still.pk, moving.pk]):
        assert found["seen"][f"owner@example.com /media/{task.pk}/file/"] == [200, task.sha256]
        assert found["seen"][f"owner@example.com /media/{task.pk}/thumbnail/"][0] == 200
    for which in ("poster", "preview"):
        content = Path(getattr(Task.objects.get(pk=moving.pk), which).path).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        assert found["seen"][f"owner@example.com /media/{moving.pk}/{which}/"] == [200, digest]
    reference = Reference.objects.get()
    assert found["seen"][f"owner@example.com /references/{reference.pk}/file/"] == [200, reference.sha256]
    assert found["seen"][f"teammate@example.com /media/{still.pk}/file/"] == [200, still.sha256]
    assert found["seen"][f"stranger@example.com /media/{still.pk}/file/"][0] == 404
    assert found["seen"][f"owner@example.com /media/{trashed.pk}/file/"][0] == 404
    assert found["seen"]["owner@example.com /gallery/"] == 200


def test_the_numbers_go_on_where_they_were(full, elsewhere, tmp_path, monkeypatch) -> None:
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    assert elsewhere.restore(path).returncode == 0
    made = elsewhere.run(
        "-c",
        "import django; django.setup()\n"
        "from omnistudio.accounts.models import User\n"
        "from omnistudio.studio.services import Submission, submit\n"
        "wanted = Submission('next', 'gpt-image-2', '1:1', 1)\n"
        "run, new = submit(User.objects.get(email='owner@example.com'), wanted)\n"
        "print(run.tasks.get().pk)",
    )
    assert int(made.stdout) == Task.objects.order_by("-pk")[0].pk + 1, made.stderr


def test_what_waited_is_not_sent_by_itself_after_a_restore(make_task, elsewhere, tmp_path, monkeypatch) -> None:
    """It may have been sent and paid after the backup; only a person can know."""
    waiting, running = make_task(), make_task(status="running", remote_id="abc")
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    done = elsewhere.restore(path)
    assert "1 tasks waited" in done.stdout
    states = {row[0]: row for row in elsewhere.look()["rows"]["gallery.task"]}
    columns = [field.attname for field in Task._meta.concrete_fields]
    held = dict(zip(columns, states[str(waiting.pk)], strict=True))
    assert (held["status"], held["reason"]) == ("unconfirmed", "answer_lost")
    assert re.match(r"It waited when the backup of 20\d\d-", held["reason_words"])
    assert dict(zip(columns, states[str(running.pk)], strict=True))["status"] == "running"


def test_without_the_secrets_it_says_what_that_means(owner, elsewhere, tmp_path, monkeypatch, capsys) -> None:
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    assert "NOT in this backup" in capsys.readouterr().out
    done = elsewhere.restore(path)
    assert done.returncode == 0
    assert "1 API keys do not open" in done.stdout
    assert elsewhere.look()["keys"] == [None]


def test_the_secrets_may_be_kept_apart(owner, elsewhere, tmp_path, monkeypatch) -> None:
    apart = tmp_path / "secrets.json"
    path = back_up(tmp_path / "b.tar", "--secrets-to", str(apart), monkeypatch=monkeypatch)
    assert apart.stat().st_mode & 0o777 == 0o600
    assert elsewhere.restore(path, "--secrets-from", str(apart)).returncode == 0
    assert elsewhere.look()["keys"] == [KEY]


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
def test_an_archive_that_was_changed_or_cut_off_is_refused_before_anything_is_written(
    full, elsewhere, tmp_path, monkeypatch, at: float
) -> None:
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


def test_a_file_that_is_missing_is_said_and_the_rest_is_kept(full, tmp_path, monkeypatch, capsys, elsewhere) -> None:
    full[0].file.storage.delete(full[0].file.name)
    with pytest.raises(CommandError, match="1 files are missing"):
        back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    assert f"missing in the storage: {full[0].file.name}" in capsys.readouterr().err
    done = elsewhere.restore(tmp_path / "b.tar")
    assert done.returncode == 1
    assert f"#{full[0].pk} file: is missing" in done.stderr


def test_nothing_is_written_over(owner, tmp_path, monkeypatch) -> None:
    (tmp_path / "b.tar").write_text("mine")
    with pytest.raises(CommandError, match="there already"):
        back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    with pytest.raises(CommandError, match="no folder"):
        back_up(tmp_path / "none" / "b.tar", monkeypatch=monkeypatch)
    monkeypatch.setenv("BACKUP_PASSPHRASE", "short")
    with pytest.raises(CommandError, match="12 characters"):
        call_command("backup", str(tmp_path / "c.tar"), "--seal-secrets")
    assert not (tmp_path / "c.tar").exists()


def test_every_person_has_to_sign_in_again(as_owner, tmp_path, monkeypatch) -> None:
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    with tarfile.open(path) as tar:
        names = tar.getnames()
    assert "rows/accounts.user.jsonl.gz" in names
    assert not [name for name in names if "session" in name]


def test_a_backup_from_and_into_an_object_store(store, full, tmp_path, monkeypatch, settings, elsewhere) -> None:
    """Made from a store; restored into a folder, and into a store."""
    still = full[0]
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    done = elsewhere.restore(path)
    assert done.returncode == 0, done.stderr
    assert elsewhere.look()["seen"][f"owner@example.com /media/{still.pk}/file/"] == [200, still.sha256]
    other = Elsewhere(tmp_path / "other", MEDIA_STORAGE_URL=store.url("restored"))
    assert other.restore(path).returncode == 0
    assert f"restored/{still.file.name}" in store.keys("restored/")


@pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")
@pytest.mark.slow
def test_from_one_engine_into_the_other_and_back(full, tmp_path, monkeypatch, elsewhere) -> None:
    """Here → PostgreSQL → SQLite: what comes out is what went in."""
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    with Postgres() as server:
        there = Elsewhere(tmp_path / "there", DATABASE_URL=server.create("restored"))
        done = there.restore(path, "--nothing-sent-since")
        assert done.returncode == 0, done.stderr
        assert there.look()["rows"] == everything_here()
        again = there.run("manage.py", "backup", str(tmp_path / "c.tar"))
        assert again.returncode == 0, again.stderr
        number = (
            "from django.db import connection as c; k = c.cursor(); k.execute('select nextval(pg_get_serial_sequence("
        )
        number = f"import django; django.setup(); {number}%s, %s))', ['gallery_task', 'id']); print(k.fetchone()[0])"
        assert int(there.run("-c", number).stdout) == Task.objects.order_by("-pk")[0].pk + 1
    assert elsewhere.restore(tmp_path / "c.tar", "--nothing-sent-since").returncode == 0
    found = elsewhere.look()["rows"]
    # Looking at it signed people in there.
    assert {**found, "accounts.user": None} == {**everything_here(), "accounts.user": None}


@pytest.fixture
def many(owner, make_task) -> Callable[[int], None]:
    def make(count: int) -> None:
        first = make_task(status="succeeded")
        copies = [
            Task(run=first.run, owner=owner, prompt=first.prompt, model_id="m", kind="image") for _ in range(count)
        ]
        Task.objects.bulk_create(copies, batch_size=500)

    return make


def test_memory_does_not_grow_with_the_rows(many, tmp_path, monkeypatch) -> None:
    def most(name: str) -> int:
        tracemalloc.start()
        back_up(tmp_path / name, monkeypatch=monkeypatch)
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    many(3000)
    before = most("a.tar")
    many(12_000)
    assert most("b.tar") < before + 3_000_000
    assert ApiKey.objects.exists()


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


def test_with_the_old_encryption_keys_in_the_environment_the_keys_open(
    owner, elsewhere, tmp_path, monkeypatch
) -> None:
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    elsewhere.environment["ENCRYPTION_KEYS"] = ",".join(keys_in_force())
    assert elsewhere.restore(path, "--with-keys").returncode == 0
    assert elsewhere.look()["keys"] == [KEY]


def test_a_studio_that_was_started_and_never_used_is_empty(owner, elsewhere, tmp_path, monkeypatch) -> None:
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    for command in (["migrate", "-v0"], ["createcachetable"], ["track", "--once"]):
        assert elsewhere.run("manage.py", *command).returncode == 0
    done = elsewhere.restore(path)
    assert done.returncode == 0, done.stderr
    assert elsewhere.people() == 1


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
