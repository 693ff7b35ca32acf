"""The trash: deleting items, restoring them, and removing rows and files permanently."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.gallery.models import Preset, Run, StoredFile, Task
from omnistudio.gallery.models.task import PURGING, TaskQuerySet
from omnistudio.gallery.permissions import unshare_where_not_allowed
from omnistudio.gallery.selection import Done, change_all, checked_ids, own_tasks

FILES = ("file", "thumbnail", "poster", "preview")
BATCH = 100
# A run's row is what keeps a form from being submitted twice: it outlives its items by a day.
RUN_STAYS = timedelta(days=1)
TRASH_KEEPS = timedelta(days=30)


def put_in_trash(user: User, ids: Iterable[int]) -> Done:
    """Take one's own finished items out of the gallery; they can be brought back for 30 days. Raises `TooMany`."""
    tasks, asked = own_tasks(user, ids)
    own = tasks.count()
    done = change_all(tasks.not_trashed().filter(status__in=Task.FINISHED), asked, deleted_at=timezone.now())
    unfinished = tasks.unfinished().count()
    return Done(done.ids, asked - own, unfinished=unfinished)


def restore(user: User, ids: Iterable[int]) -> Done:
    """Restore one's own items from the trash. Atomic, `TooMany`."""
    tasks, asked = own_tasks(user, ids)
    own = tasks.count()
    with transaction.atomic():
        done = change_all(tasks.trashed(), asked, deleted_at=None)
        private = unshare_where_not_allowed(done.ids)
    return Done(done.ids, asked - own, private=len(private))


def purge(user: User, ids: Iterable[int]) -> Done:
    """Remove one's own items from the trash, with their files, permanently. Raises `TooMany`."""
    wanted = checked_ids(ids)
    chosen = list(Task.objects.trashed().filter(owner_id=user.pk, pk__in=wanted).values_list("pk", flat=True))
    gone = [pk for start in range(0, len(chosen), BATCH) for pk in _purge_batch(chosen[start : start + BATCH])]
    return Done(gone, len(wanted) - len(gone))


def purge_deleted_before(moment: datetime) -> int:
    """Remove what was put into the trash before `moment`, in batches; return how many items went.

    Safe to end at any point and to start again: see `_purge_batch`.
    """
    count, last = 0, 0
    while True:
        due = Task.objects.filter(deleted_at__lt=moment, pk__gt=last).order_by("pk")
        ids = list(due.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return count
        count += len(_purge_batch(ids))
        last = ids[-1]


def purge_presets_deleted_before(moment: datetime) -> int:
    """Remove presets that were deleted before `moment`; return how many went."""
    return Preset.objects.filter(deleted_at__lt=moment).delete()[0]


def _purge_batch(ids: list[int]) -> list[int]:
    """Remove items that still are in the trash: mark them, remove the files, then the rows.

    Files go before rows, and outside the transaction: a purge that is killed leaves rows marked, which
    the next one removes, and never files that nobody knows of. Tasks that were made from a removed one stay.
    """
    Task.objects.trashed().filter(pk__in=ids).update(deleted_at=PURGING)
    marked = list(
        Task.objects.filter(pk__in=ids, deleted_at=PURGING).only("run_id", "uuid", *FILES).prefetch_related("outputs")
    )
    for task in marked:
        for stored in (*task.outputs.all(), task):
            _remove_files(task, stored)
    with transaction.atomic():
        gone: TaskQuerySet = Task.objects.filter(pk__in=[task.pk for task in marked], deleted_at=PURGING)
        gone.delete()
        empty = Run.objects.filter(pk__in={task.run_id for task in marked}, tasks__isnull=True)
        empty.filter(created_at__lt=timezone.now() - RUN_STAYS).delete()
    return [task.pk for task in marked]


def _remove_files(task: Task, stored: StoredFile) -> None:
    for field in FILES:
        file = getattr(stored, field)
        if file:
            file.storage.delete(file.name)  # says nothing of a file that is gone already
            folder = posixpath.dirname(file.name)
            if folder.endswith(str(task.uuid)):
                _remove_folder(file.storage, folder)


def _remove_folder(storage: Storage, folder: str) -> None:
    """The item's own folder, where the storage has folders and when it is empty."""
    with suppress(NotImplementedError, OSError):
        storage.path(folder)
        storage.delete(folder)
