"""The trash's end: what is purged takes its files along, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import Collection, Prompt, Run, Task
from omnistudio.gallery.share_links import queries as share_link_queries
from omnistudio.gallery.share_links import services as share_links
from omnistudio.gallery.trash import services as trash
from tests.gallery.export.test_zip import keep_file


def deleted(task: Task, days: float) -> Task:
    Task.objects.filter(pk=task.pk).update(deleted_at=timezone.now() - timedelta(days=days))
    return task


def files_of(task: Task) -> list[Path]:
    task.refresh_from_db()
    return [Path(file.path) for name in trash.FILES if (file := getattr(task, name))]


@pytest.fixture
def item(make_item) -> Task:
    task = keep_file(make_item(kind="video"), b"film", "result.mp4")
    task.poster.save("poster.jpg", ContentFile(b"p"), save=False)
    task.preview.save("preview.mp4", ContentFile(b"v"))
    return task


def test_after_thirty_days_an_item_is_purged_with_its_files(item, make_item, capsys):
    files, others = files_of(deleted(item, 31)), [deleted(keep_file(make_item()), 29), keep_file(make_item())]
    assert len(files) == 4
    call_command("purge_trash")
    assert not Task.objects.filter(pk=item.pk).exists()
    assert not any(path.exists() for path in files)
    assert not files[0].parent.exists(), "nor is an empty folder left"
    assert all(path.exists() for other in others for path in files_of(other))
    assert "Removed 1 item." in capsys.readouterr().out


def test_it_may_be_run_again_and_with_other_days(item, make_item, capsys):
    deleted(item, 3)
    call_command("purge_trash")
    assert Task.objects.count() == 1
    call_command("purge_trash", days=2)
    call_command("purge_trash", days=2)
    assert Task.objects.count() == 0
    assert "Removed 0 items." in capsys.readouterr().out


@pytest.mark.parametrize("days", ["-1", "x", "99999999999"])
def test_invalid_days_are_refused(db, days):
    with pytest.raises(CommandError):
        call_command("purge_trash", "--days", days)


def test_more_items_than_a_batch_are_purged(make_item, monkeypatch):
    monkeypatch.setattr(trash, "BATCH", 2)
    for _ in range(5):
        deleted(make_item(), 40)
    assert trash.purge_deleted_before(timezone.now()) == 5


def test_the_next_purge_removes_what_an_interrupted_one_left(item, monkeypatch):
    files = files_of(deleted(item, 31))

    def killed(_task, _stored):
        files[0].unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(trash, "_remove_files", killed)
        with pytest.raises(KeyboardInterrupt):
            trash.purge_deleted_before(timezone.now())
    assert Task.objects.filter(pk=item.pk).exists()
    assert trash.restore(item.owner, [item.pk]).ids == [], "its files are gone: nothing is restored"
    assert not Task.objects.trashed().exists(), "nor is it offered"
    assert trash.purge_deleted_before(timezone.now() - timedelta(days=30)) == 1
    assert not any(path.exists() for path in files)


def test_an_item_restored_during_the_purge_stays(item, monkeypatch):
    files, pk = files_of(deleted(item, 31)), item.pk
    asked = trash._purge_batch

    def restored_first(ids):
        Task.objects.filter(pk=pk).update(deleted_at=None)
        return asked(ids)

    monkeypatch.setattr(trash, "_purge_batch", restored_first)
    assert trash.purge_deleted_before(timezone.now()) == 0
    assert all(path.exists() for path in files)


def test_derived_items_and_the_prompt_stay(item, make_item, owner):
    retried = make_item(retry_of=item)
    collection = collections.create(owner, "Spring")
    collections.add(collection, owner, [item.pk, retried.pk])
    collections.set_cover(collection, owner, item.pk)
    link = share_links.make(owner, item)
    deleted(item, 31)
    assert trash.purge_deleted_before(timezone.now()) == 1
    retried.refresh_from_db()
    assert retried.retry_of is None
    assert Collection.objects.get().cover is None
    assert list(collection.items.values_list("task_id", flat=True)) == [retried.pk]
    assert Prompt.objects.exists()
    assert share_link_queries.open_link(link.token) is None


def test_an_empty_run_is_deleted_a_day_after_its_creation(item):
    deleted(item, 1)
    trash.purge_deleted_before(timezone.now())
    assert Run.objects.count() == 1, "or a form that is sent twice would make two"


def test_deleting_permanently_asks_first(as_owner, item, make_item):
    files = files_of(deleted(item, 0))
    kept = deleted(make_item(), 0)
    response = as_owner.post("/trash/purge/", {"ids": [item.pk]})
    page = response.content.decode()
    assert response.status_code == 200
    assert "Delete 1 item permanently?" in page
    assert Task.objects.count() == 2
    response = as_owner.post("/trash/purge/", {"ids": f"{item.pk}", "sure": "1"})
    assert (response.status_code, response.headers["Location"]) == (302, "/gallery/trash/")
    assert list(Task.objects.all()) == [kept]
    assert not any(path.exists() for path in files)


def test_only_items_in_ones_own_trash_are_purged(
    as_owner, as_teammate, as_stranger, client, item, make_item, teammate, team
):
    not_trashed = make_item(team=team)
    theirs = deleted(make_item(person=teammate, team=team), 0)
    deleted(item, 0)
    Task.objects.filter(pk=item.pk).update(team=team)
    for other in (as_teammate, as_stranger):
        assert other.post("/trash/purge/", {"ids": [item.pk]}).status_code == 404
        other.post("/trash/purge/", {"ids": [item.pk], "sure": "1"})
        other.post("/trash/restore/", {"ids": [item.pk]})
    assert client.post("/trash/purge/", {"ids": [item.pk], "sure": "1"}).status_code == 302
    as_owner.post("/trash/purge/", {"ids": [not_trashed.pk, theirs.pk], "sure": "1"})
    assert Task.objects.trashed().count() == 2
    assert Task.objects.count() == 3


def test_a_person_restores_items(as_owner, item):
    deleted(item, 2)
    response = as_owner.post("/trash/restore/", {"ids": [item.pk, 10**17]}, follow=True)
    assert "1 item was restored. 1 was skipped: it is not in your trash." in response.content.decode()
    assert Task.objects.not_trashed().count() == 1


def test_too_many_are_refused_clearly(as_owner):
    ids = ",".join(map(str, range(1, 1002)))
    for path in ("/trash/restore/", "/trash/purge/"):
        response = as_owner.post(path, {"ids": ids})
        assert response.status_code == 422
        assert "1000" in response.content.decode()
        assert as_owner.get(path).status_code == 405
