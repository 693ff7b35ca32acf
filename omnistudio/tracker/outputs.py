"""What is written about the outputs of a task while its results are collected.

The first output stands in the task's own columns, each further one in a row of `Output`. They are fetched under the
task's lease, so no other tracker works on them at the same time.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from omnistudio.counters import tally
from omnistudio.gallery import results
from omnistudio.gallery.models import Output, Task
from omnistudio.gallery.services import move
from omnistudio.openapi_client import RemoteTask
from omnistudio.tracker.services import AT_EASE, MAX_RAW, RELEASED, Status

State = Output.State


def saving(task: Task, remote: RemoteTask, holder: str) -> bool:
    """Note that the service is done, and every address it names. Atomic.

    Returns:
        Whether the task is still ours.
    """
    with transaction.atomic():
        is_ours = move(
            task.pk,
            was=[Status.QUEUED, Status.RUNNING],
            held_by=holder,
            status=Status.RUNNING,
            result_url=remote.result_url or "",
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


def _note_further(task: Task, remote: RemoteTask) -> None:
    """Write the rows of further outputs; the address of one that is not stored is the newest that was named."""
    rows = [
        Output(task_id=task.pk, position=position, kind=output.kind, result_url=output.url)
        for position, output in enumerate(remote.outputs[1:], start=2)
    ]
    Output.objects.bulk_create(rows, ignore_conflicts=True)
    known = {output.position: output for output in Output.objects.filter(task_id=task.pk, state=State.WAITING)}
    moved = [known[row.position] for row in rows if row.position in known]
    for row in moved:
        row.result_url = remote.outputs[row.position - 1].url
    Output.objects.bulk_update(moved, ["result_url"])


def missing(task: Task) -> list[Output]:
    """The further outputs that are still to be fetched, in their order."""
    return list(Output.objects.filter(task_id=task.pk, state=State.WAITING))


def first_stored(task: Task, fields: dict[str, Any], holder: str) -> bool:
    """Keep the first result while others are still to come. Returns whether the task is still ours."""
    kept = Task.objects.filter(pk=task.pk, status=Status.RUNNING, holder=holder).update(**fields) == 1
    if kept:
        _count(fields)
    return kept


def about_first(task: Task, result: results.Result) -> dict[str, Any]:
    """What a task's row says of its first result beside the file: which kind it turned out to be, and what keeps
    it from being shown."""
    kind = result.kind if result.kind in Task.Kind else task.kind
    return {"kind": kind, "reason": Task.Reason.NOT_SHOWN if result.note else "", "reason_words": result.note}


def stored(output: Output, result: results.Result, columns: dict[str, Any]) -> None:
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
        return move(
            task.pk,
            was=[Status.QUEUED, Status.RUNNING],
            held_by=holder,
            **{"status": Status.SUCCEEDED, "finished_at": task.finished_at or timezone.now(), **AT_EASE, **RELEASED},
        )


def _count(fields: dict[str, Any]) -> None:
    tally.count("media_files")
    tally.count("media_bytes", amount=fields["bytes"])
