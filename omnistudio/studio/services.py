"""Every write of the studio."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from omnistudio.accounts.models import Team, User
from omnistudio.accounts.queries import has_working_key
from omnistudio.core.trouble import begun_again
from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.models import Output, Prompt, Reference, Run, Task, TaskReference, recipe_of
from omnistudio.gallery.permissions import may_share
from omnistudio.gallery.services import NO_TROUBLE, NOT_ENDED, RELEASED, tell_pages, transition
from omnistudio.gallery.stats.update import count_new

Status = Task.Status


# Of the runs of one submission, all but the first are named after it.
_OF_A_SUBMISSION = uuid.UUID("5d1f6a3e-6f0e-4b2c-9a57-2f8f1c3f4b11")


@dataclass(frozen=True)
class Submission:
    """What a person asked for: the composer's fields, checked."""

    prompt: str
    model_id: str
    aspect_ratio: str
    variations: int
    references: Sequence[Reference] = ()
    team: Team | None = None  # null: private
    parent: Task | None = None  # the item that this one was made from
    # What the prompt's wildcards stand for, each a prompt of its own; empty where it has none.
    combinations: Sequence[str] = ()

    @property
    def prompts(self) -> Sequence[str]:
        return self.combinations or (self.prompt,)

    @property
    def tasks(self) -> int:
        """How many tasks it makes."""
        return len(self.prompts) * self.variations

    def recipe(self, prompt: Prompt) -> str:
        return recipe_of(self.model_id, prompt.pk, self.aspect_ratio, (one.sha256 for one in self.references))


def submit(owner: User, wanted: Submission, submission: uuid.UUID | None = None) -> tuple[Run, bool]:
    """Write waiting tasks, a run for each prompt; the tracker sends them.

    One short transaction, no network, the same number of queries for one task and for sixteen. The same
    `submission` twice is done once. A page whose answer was lost keeps its `submission`: what was changed on it
    meanwhile is another submission.

    Returns:
        The newest run, which is the first prompt's, and whether it is new.
    """
    submission = submission or uuid.uuid4()
    try:
        return begun_again(lambda: _write_whole(owner, wanted, submission)), True
    except IntegrityError:
        if not Run.objects.filter(owner=owner, submission=submission).exists():
            raise
        if not _is_done(owner, wanted, submission):
            return submit(owner, wanted, _derived_id(submission, wanted))
    return Run.objects.get(owner=owner, submission=submission), False


def _write_whole(owner: User, wanted: Submission, submission: uuid.UUID) -> Run:
    with transaction.atomic():
        return _write(owner, wanted, submission)


def _names(submission: uuid.UUID, count: int) -> list[uuid.UUID]:
    """The names of a submission's runs, one for each prompt."""
    return [submission, *(uuid.uuid5(_OF_A_SUBMISSION, f"{submission} {n}") for n in range(1, count))]


def _is_done(owner: User, wanted: Submission, submission: uuid.UUID) -> bool:
    """Whether what a submission has made is what it asks for now; what was purged since is taken to be."""
    names = _names(submission, len(wanted.prompts))
    made = Task.objects.filter(owner=owner, run__submission__in=names).select_related("prompt", "run")
    found = [(task.run.submission, task.prompt.text, task.recipe, task.variation) for task in made]
    expected = [
        (name, prompt.text, wanted.recipe(prompt), variation)
        for name, prompt in zip(names, Prompt.of_all(wanted.prompts), strict=True)
        for variation in range(1, wanted.variations + 1)
    ]
    return not found or sorted(map(str, found)) == sorted(map(str, expected))


def _derived_id(submission: uuid.UUID, wanted: Submission) -> uuid.UUID:
    """The id of another request from the same page: the same for the same request, so that it is done once."""
    said = [
        wanted.model_id,
        wanted.aspect_ratio,
        wanted.variations,
        *wanted.prompts,
        *(one.sha256 for one in wanted.references),
    ]
    return uuid.uuid5(_OF_A_SUBMISSION, f"{submission} {said}")


def _write(owner: User, wanted: Submission, submission: uuid.UUID) -> Run:
    prompts = Prompt.of_all(wanted.prompts)
    names = _names(submission, len(prompts))
    # The last one first: the feed has the newest on top, and so the first combination.
    runs = Run.objects.bulk_create(Run(owner=owner, submission=name) for name in reversed(names))
    kind = catalogue()[wanted.model_id].kind
    now = timezone.now()
    tasks = Task.objects.bulk_create(
        Task(
            owner_id=owner.pk,
            run=run,
            variation=variation,
            prompt=prompt,
            model_id=wanted.model_id,
            kind=kind,
            aspect_ratio=wanted.aspect_ratio,
            recipe=wanted.recipe(prompt),
            parent=wanted.parent,
            team=wanted.team,
            shared_at=now if wanted.team else None,
            created_at=now,
        )
        for run, prompt in zip(runs, reversed(prompts), strict=True)
        for variation in range(1, wanted.variations + 1)
    )
    _refer(tasks, wanted.references)
    count_new(task.pk for task in tasks)
    tell_pages(task.pk for task in tasks)
    return runs[-1]


def _refer(tasks: Sequence[Task], references: Sequence[Reference]) -> None:
    TaskReference.objects.bulk_create(
        TaskReference(task=task, reference=reference, position=position)
        for task in tasks
        for position, reference in enumerate(references, start=1)
    )


def retry(task: Task) -> tuple[Task, bool]:
    """Make a new task like a failed or cancelled one. A task is retried once; a second call gives the first's.

    It is shared as the first was, where its person still may share there: who was taken out of a team, or only
    looks on by now, shares nothing new with it.

    Returns:
        The new task, and whether this call made it.
    """
    team_id = task.team_id if may_share(task.owner_id, task.team_id) else None
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
                recipe=task.recipe,
                parent_id=task.parent_id,
                team_id=team_id,
                shared_at=timezone.now() if team_id else None,
            )
            _refer([again], [link.reference for link in task.task_references.select_related("reference")])
            count_new([again.pk])
            tell_pages([again.pk])
            transition(task.pk, was=[task.status])
    except IntegrityError:
        there = Task.objects.filter(retry_of=task).first()
        if there is None:
            raise
        # One in the trash is no longer there for the person, who may want another.
        if Task.objects.filter(pk=there.pk, deleted_at__isnull=False).update(retry_of=None):
            return retry(task)
        return there, False
    return again, True


def cancel(task: Task) -> bool:
    """Take a task back that was not sent. Returns whether it was still waiting."""
    return transition(task.pk, was=[Status.WAITING], status=Status.CANCELLED, finished_at=timezone.now(), trouble="")


def send_again(task: Task) -> bool:
    """Send an unconfirmed task again, because its person says so.

    It is the same task under the same Idempotency-Key: a service that honours the key and has it already
    answers as it did the first time, and takes nothing twice.
    """
    return transition(
        task.pk,
        was=[Status.UNCONFIRMED],
        status=Status.WAITING,
        due_at=timezone.now(),
        **NOT_ENDED,
        **NO_TROUBLE,
        **RELEASED,
    )


def adopt(task: Task, remote_id: str) -> bool:
    """Follow an unconfirmed task under the id that its person found at the service.

    The tracker asks for it with the person's own key; where the service does not know the id, the task
    says so and is unconfirmed again.
    """
    now = timezone.now()
    return transition(
        task.pk,
        was=[Status.UNCONFIRMED],
        status=Status.QUEUED,
        remote_id=remote_id,
        adopted=True,
        accepted_at=now,
        due_at=now,
        **NOT_ENDED,
        **NO_TROUBLE,
        **RELEASED,
    )


def dismiss(task: Task) -> bool:
    """Let an unconfirmed task go without knowing what became of it."""
    return transition(task.pk, was=[Status.UNCONFIRMED], status=Status.FAILED, reason=Task.Reason.DISMISSED)


def fetch_again(task: Task) -> bool:
    """Try once more to get the files of a task that was made but could not be fetched. Costs nothing. Atomic.

    A result that is here already stays as it is, and is not fetched again. Without a key that the service takes
    nothing can be asked, so nothing is begun.
    """
    if not task.can_fetch_again or (task.file and not has_working_key(task.owner_id)):
        return False
    # Why the first result was lost is over; why one that is here can't be shown stays true.
    begun = {} if task.file else NOT_ENDED
    with transaction.atomic():
        Output.objects.filter(task_id=task.pk, state=Output.State.LOST).update(state=Output.State.WAITING)
        return transition(
            task.pk,
            was=[task.status],
            status=Status.RUNNING,
            due_at=timezone.now(),
            followed_since=timezone.now(),
            **NO_TROUBLE,
            **RELEASED,
            **begun,
        )
