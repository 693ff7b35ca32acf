"""Every write of the studio."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.models import Prompt, Reference, Run, Task, TaskReference
from omnistudio.gallery.services import move

Status = Task.Status


@dataclass(frozen=True)
class Wish:
    """What a person asked for: the composer's fields, checked."""

    prompt: str
    model_id: str
    aspect_ratio: str
    variations: int
    references: Sequence[Reference] = ()
    team: Team | None = None  # null: private


def submit(owner: User, wish: Wish, submission: uuid.UUID | None = None) -> tuple[Run, bool]:
    """Write a run of one to four waiting tasks; the tracker sends them.

    One short transaction, no network. The same `submission` twice is one run.

    Returns:
        The run, and whether it is new.
    """
    submission = submission or uuid.uuid4()
    try:
        with transaction.atomic():
            run = Run.objects.create(owner=owner, submission=submission)
            _add_tasks(run, wish)
    except IntegrityError:
        return Run.objects.get(owner=owner, submission=submission), False
    return run, True


def _add_tasks(run: Run, wish: Wish) -> None:
    prompt = Prompt.of(wish.prompt)
    kind = catalogue()[wish.model_id].kind
    tasks = Task.objects.bulk_create(
        Task(
            owner_id=run.owner_id,
            run=run,
            variation=variation,
            prompt=prompt,
            model_id=wish.model_id,
            kind=kind,
            aspect_ratio=wish.aspect_ratio,
            team=wish.team,
            shared_at=timezone.now() if wish.team else None,
        )
        for variation in range(1, wish.variations + 1)
    )
    _refer(tasks, wish.references)


def _refer(tasks: Sequence[Task], references: Sequence[Reference]) -> None:
    TaskReference.objects.bulk_create(
        TaskReference(task=task, reference=reference, position=position)
        for task in tasks
        for position, reference in enumerate(references, start=1)
    )


def retry(task: Task) -> tuple[Task, bool]:
    """Make a new task like a failed or cancelled one. A task is retried once; a second call gives the first's.

    It is shared as the first was, where its person still may share there: who was taken out of a team, or only
    looks on by now, hangs nothing new in its gallery.

    Returns:
        The new task, and whether this call made it.
    """
    may_share = {"team_id": task.team_id, "user_id": task.owner_id, "role__in": Membership.CHANGING}
    team_id = task.team_id if task.team_id and Membership.objects.filter(**may_share).exists() else None
    try:
        with transaction.atomic():
            run = Run.objects.create(owner_id=task.owner_id)
            again = Task.objects.create(
                owner_id=task.owner_id,
                run=run,
                retry_of=task,
                prompt_id=task.prompt_id,
                model_id=task.model_id,
                kind=task.kind,
                aspect_ratio=task.aspect_ratio,
                team_id=team_id,
                shared_at=timezone.now() if team_id else None,
            )
            _refer([again], [link.reference for link in task.task_references.select_related("reference")])
            move(task.pk, was=[task.status])
    except IntegrityError:
        return Task.objects.get(retry_of=task), False
    return again, True


def cancel(task: Task) -> bool:
    """Take a task back that was not sent. Returns whether it was still waiting."""
    return move(task.pk, was=[Status.WAITING], status=Status.CANCELLED, finished_at=timezone.now(), trouble="")


def send_again(task: Task) -> bool:
    """Send an unconfirmed task again, because its person says so.

    It is the same task under the same Idempotency-Key: a service that honours the key and has it already
    answers as it did the first time, and takes nothing twice.
    """
    return move(
        task.pk,
        was=[Status.UNCONFIRMED],
        status=Status.WAITING,
        reason="",
        reason_words="",
        trouble="",
        due_at=timezone.now(),
        lease_until=None,
        holder="",
        attempts=0,
        finished_at=None,
    )


def adopt(task: Task, remote_id: str) -> bool:
    """Follow an unconfirmed task under the id that its person found at the service.

    The tracker asks for it with the person's own key; where the service does not know the id, the task
    says so and is unconfirmed again.
    """
    now = timezone.now()
    return move(
        task.pk,
        was=[Status.UNCONFIRMED],
        status=Status.QUEUED,
        remote_id=remote_id,
        adopted=True,
        accepted_at=now,
        due_at=now,
        trouble="",
        reason="",
        reason_words="",
        finished_at=None,
        lease_until=None,
        holder="",
        attempts=0,
    )


def dismiss(task: Task) -> bool:
    """Let an unconfirmed task go without knowing what became of it."""
    return move(task.pk, was=[Status.UNCONFIRMED], status=Status.FAILED, reason=Task.Reason.DISMISSED)


def fetch_again(task: Task) -> bool:
    """Try once more to get the file of a task that was made but could not be fetched. Costs nothing."""
    if not task.can_fetch_again:
        return False
    return move(
        task.pk,
        was=[Status.FAILED],
        status=Status.RUNNING,
        reason="",
        reason_words="",
        trouble="",
        attempts=0,
        due_at=timezone.now(),
        followed_since=timezone.now(),
        finished_at=None,
        lease_until=None,
        holder="",
    )
