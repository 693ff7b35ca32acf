"""A backup, restored into an empty instance: every row, every image through the real views, every key."""

from __future__ import annotations

import hashlib
import re
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.security.encryption import keys_in_force
from omnistudio.gallery.models import Reference, Task
from omnistudio.operations import rows
from tests.conftest import KEY
from tests.operations.helpers import Elsewhere
from tests.postgres import Postgres, programs

pytestmark = pytest.mark.django_db(transaction=True)
PHRASE = "a long enough phrase"


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


def test_a_restored_instance_has_every_image(full, elsewhere, tmp_path, monkeypatch, capsys) -> None:
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


def test_waiting_tasks_are_not_sent_after_a_restore(make_task, elsewhere, tmp_path, monkeypatch) -> None:
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


def test_a_backup_without_secrets_explains_the_consequences(owner, elsewhere, tmp_path, monkeypatch, capsys) -> None:
    path = back_up(tmp_path / "b.tar", monkeypatch=monkeypatch)
    assert "NOT in this backup" in capsys.readouterr().out
    done = elsewhere.restore(path)
    assert done.returncode == 0
    assert "1 API keys do not open" in done.stdout
    assert elsewhere.look()["keys"] == [None]


def test_secrets_may_be_stored_separately(owner, elsewhere, tmp_path, monkeypatch) -> None:
    apart = tmp_path / "secrets.json"
    path = back_up(tmp_path / "b.tar", "--secrets-to", str(apart), monkeypatch=monkeypatch)
    assert apart.stat().st_mode & 0o777 == 0o600
    assert elsewhere.restore(path, "--secrets-from", str(apart)).returncode == 0
    assert elsewhere.look()["keys"] == [KEY]


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
def test_a_backup_moves_between_database_engines(full, tmp_path, monkeypatch, elsewhere) -> None:
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
