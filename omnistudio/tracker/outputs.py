"""What is written about the outputs of a task while its results are collected.

The first output stands in the task's own columns, each further one in a row of `Output`. They are fetched under the
task's lease, so no other tracker works on them at the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from omnistudio.core.counters import tally
from omnistudio.gallery.media import ingest
from omnistudio.gallery.models import Output, Task
from omnistudio.gallery.services import NO_TROUBLE, RELEASED, transition
from omnistudio.openapi_client import RemoteOutput, RemoteTask
from omnistudio.tracker.services import MAX_RAW, Status

State = Output.State


def address_of_first(task: Task, remote: RemoteTask) -> str:
    """The address of the task's first result: the one that was noted before, wherever it stands by now; else the
    first that is named. Empty where none is."""
    key = _key_in(remote)
    named = {key(output.url): output.url for output in remote.outputs}
    return named.get(key(task.result_url)) or remote.result_url or ""


def saving(task: Task, remote: RemoteTask, holder: str) -> bool:
    """Note that the service is done, and every address it names. Atomic.

    Returns:
        Whether the task is still ours.
    """
    with transaction.atomic():
        is_ours = transition(
            task.pk,
            was=[Status.QUEUED, Status.RUNNING],
            held_by=holder,
            status=Status.RUNNING,
            result_url=address_of_first(task, remote),
            credits=remote.credits if remote.credits is not None else task.credits,
            raw_answer=remote.raw[:MAX_RAW],
            started_at=task.started_at or timezone.now(),
            trouble="",
            trouble_words="",
            adopted=False,
        )
        if is_ours and len(remote.outputs) > 1:
            _note_further(task, remote)
    return is_ours


def _key_in(remote: RemoteTask) -> Callable[[str], str]:
    """How an output is known again: by its address without the query, which may be a signature that is new at each
    look; with it where that tells the outputs apart."""
    urls = [output.url for output in remote.outputs]
    if len({url.partition("?")[0] for url in urls}) == len(urls):
        return lambda url: url.partition("?")[0]
    return lambda url: url


def _note_further(task: Task, remote: RemoteTask) -> None:
    """Write the rows of further outputs. One that is named in another place is the same, one that nobody knew is a
    new row: no row that is still to be fetched loses its address to another output."""
    key, first = _key_in(remote), address_of_first(task, remote)
    known = list(Output.objects.filter(task_id=task.pk))
    rows = {key(row.result_url): row for row in known}
    new: list[RemoteOutput] = []
    moved: list[Output] = []
    for output in remote.outputs:
        if row := rows.get(key(output.url)):
            row.result_url = output.url
            moved.append(row)
        elif output.url != first:
            new.append(output)
    if known and not moved and len(new) == len(known):  # all addresses are others: each is the one in its place
        moved, new = known, []
        further = [output.url for output in remote.outputs if output.url != first]
        for row, url in zip(known, further, strict=True):
            row.result_url = url
    Output.objects.bulk_update([row for row in moved if row.state == State.WAITING], ["result_url"])
    last = max((row.position for row in known), default=1)
    _add(task, [Output(kind=output.kind, result_url=output.url) for output in new], last)


def _add(task: Task, rows: list[Output], last: int) -> None:
    for position, row in enumerate(rows, start=last + 1):
        row.task, row.position = task, position
    Output.objects.bulk_create(rows, ignore_conflicts=True)


def missing(task: Task) -> list[Output]:
    """The further outputs that are still to be fetched, in their order."""
    return list(Output.objects.filter(task_id=task.pk, state=State.WAITING))


def first_stored(task: Task, fields: dict[str, Any], holder: str) -> bool:
    """Keep the first result while others are still to come. Returns whether the task is still ours."""
    kept = Task.objects.filter(pk=task.pk, status=Status.RUNNING, holder=holder).update(**fields) == 1
    if kept:
        _count(fields)
    return kept


def about_first(task: Task, result: ingest.Result) -> dict[str, Any]:
    """What a task's row says of its first result beside the file: which kind it turned out to be, and what keeps
    it from being shown."""
    kind = result.kind if result.kind in Task.Kind else task.kind
    return {"kind": kind, "reason": Task.Reason.NOT_SHOWN if result.note else "", "reason_words": result.note}


def stored(output: Output, result: ingest.Result, columns: dict[str, Any]) -> None:
    """A further output is in our storage."""
    waiting = Output.objects.filter(pk=output.pk, state=State.WAITING)
    if waiting.update(state=State.STORED, kind=result.kind, words=result.note, **columns):
        _count(columns)


def not_fetched(output: Output, words: str) -> None:
    """Note why an output is not here yet; it is fetched with the task's next try."""
    Output.objects.filter(pk=output.pk, state=State.WAITING).update(words=words)


def give_up(task: Task) -> None:
    """The outputs that are still missing can't be had. Their person can have them fetched again."""
    Output.objects.filter(task_id=task.pk, state=State.WAITING).update(state=State.LOST)


def settle(task: Task, holder: str | None) -> bool:
    """End the search for further outputs of a task whose first one is here: it has succeeded without them. Atomic.

    Whatever the service says of the task by now, what is stored stays. `holder` is None where the claim was given
    back already.
    """
    with transaction.atomic():
        give_up(task)
        return transition(
            task.pk,
            was=[Status.RUNNING],
            held_by=holder,
            status=Status.SUCCEEDED,
            finished_at=task.finished_at or timezone.now(),
            **NO_TROUBLE,
            **RELEASED,
        )


def _count(fields: dict[str, Any]) -> None:
    tally.count("media_files")
    tally.count("media_bytes", amount=fields["bytes"])
