"""The rows of the demo: runs, prompts and tasks of the last 18 months, and what the team did with them."""

from __future__ import annotations

import random
import uuid
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from omnistudio.gallery.demo.outcomes import outcome
from omnistudio.gallery.demo.people import Cast
from omnistudio.gallery.demo.pictures import Medium
from omnistudio.gallery.demo.words import prompt_text, theme_of
from omnistudio.gallery.models import Favourite, Prompt, Run, Task, TaskReference, recipe_of

DAYS = 548
BATCH = 2000
TASKS_A_PROMPT = 5
SHARED, LIKED, TRASHED, REFERRED, REMIXED = 0.7, 0.03, 0.01, 0.03, 0.25
_OWNER_SHARE = 0.3
_RECENT = 40
_FILM_SHARE = 0.5
_TRIED_AGAIN, _RETRIES = 0.4, 0.06


@dataclass(frozen=True)
class Submission:
    """One run before it is written: whose, which prompt (its number), how many tasks, what they have in common."""

    owner_id: int
    prompt: int
    size: int
    at: datetime
    common: dict[str, Any]


class Record:
    """Writes tasks in batches, the oldest first; what it needs of memory does not grow with their number."""

    def __init__(self, cast: Cast, media: list[Medium], references: dict[int, list[int]], seed: int) -> None:
        self.cast, self.references = cast, references
        self.random = random.Random(seed)  # noqa: S311
        self.remixes = random.Random(seed)  # noqa: S311
        self.now = timezone.now()
        self.prompt_ids = array("q")
        # Failed tasks of the last batch that somebody tries again.
        self.failed: list[tuple[int, Submission]] = []
        # Items of the last batch that are shared, which somebody goes on from.
        self.shown: list[int] = []
        self.stills, self.films = _by_theme(media, "image"), _by_theme(media, "video")
        members = len(cast.people) - 2
        rest = (1 - _OWNER_SHARE - 0.02) / max(members, 1)
        self.weights = [_OWNER_SHARE, *[rest] * members, 0.02]

    def write(self, total: int, tell: Callable[[int], None]) -> None:
        """Write `total` tasks; `tell` hears how many are there after each batch."""
        made = 0
        submissions = self._submissions(total)
        # Small records in small batches: a failed task is tried again in the batch that follows its own.
        runs = max(10, min(BATCH // 2, total // 100))
        while batch := list(islice(submissions, runs)):
            with transaction.atomic():
                made += self._write(batch)
            tell(made)

    def _submissions(self, total: int) -> Iterator[Submission]:
        made = started = 0
        texts = max(1, total // TASKS_A_PROMPT)
        while made < total:
            if self.failed and self.random.random() < _RETRIES:
                yield self._again(*self.failed.pop(0), made / total)
                made += 1
                continue
            size = min(self.random.choices((1, 2, 3, 4), (38, 27, 10, 25))[0], total - made)
            if started <= made * texts // total:
                prompt, started = started, started + 1
            elif self.random.random() < 0.8:  # most often one goes on with what one has just tried
                prompt = self.random.randrange(max(0, started - _RECENT), started)
            else:
                prompt = self.random.randrange(started)
            yield self._submission(prompt, size, made / total)
            made += size

    def _submission(self, prompt: int, size: int, progress: float) -> Submission:
        people = self.cast.people
        owner = self.random.choices(people, self.weights)[0]
        at = self._moment(progress)
        theme = theme_of(prompt).name
        films = self.films.get(theme, [])
        kind = "video" if films and self.random.random() < _FILM_SHARE else "image"
        models = ("seedance-2",) if kind == "video" else ("gpt-image-2", "nano-banana-2")
        is_shared = owner != self.cast.viewer and self.random.random() < SHARED
        common = {
            "owner_id": owner.pk,
            "team_id": self.cast.team.pk if is_shared else None,
            "shared_at": at if is_shared else None,
            "kind": kind,
            "model_id": self.random.choices(models, (60, 40)[: len(models)])[0],
            "parent_id": self._parent(),
        }
        return Submission(owner.pk, prompt, size, at, common)

    def _parent(self) -> int | None:
        """A shared item that somebody goes on from; by chances of its own, so that the rest of a record stays."""
        return self.remixes.choice(self.shown) if self.shown and self.remixes.random() < REMIXED else None

    def _again(self, task_id: int, failed: Submission, progress: float) -> Submission:
        at = self._moment(progress)
        shared_at = at if failed.common["team_id"] else None
        return replace(failed, size=1, at=at, common=failed.common | {"retry_of_id": task_id, "shared_at": shared_at})

    def _moment(self, progress: float) -> datetime:
        """When the item at this point of the record was made: more and more of them, in working hours."""
        day, hour = divmod(DAYS * progress**0.7, 1)
        return self.now - timedelta(days=DAYS - 1 - day, hours=13 * (1 - hour))

    def _write(self, batch: list[Submission]) -> int:
        self._write_prompts(max(submission.prompt for submission in batch) + 1)
        runs = Run.objects.bulk_create(
            [Run(owner_id=one.owner_id, submission=self._uuid(), created_at=one.at) for one in batch]
        )
        tasks = [
            self._task(one, run.pk, variation)
            for one, run in zip(batch, runs, strict=True)
            for variation in range(1, one.size + 1)
        ]
        Task.objects.bulk_create(tasks)
        by_run = {run.pk: one for one, run in zip(batch, runs, strict=True)}
        self.failed = [(task.pk, by_run[task.run_id]) for task in tasks if self._is_tried_again(task)]
        hung = (task.pk for task in tasks if task.team_id and not task.deleted_at and task.status == "succeeded")
        self.shown = list(islice(hung, _RECENT))
        self._write_likes(tasks)
        self._write_references(tasks)
        return len(tasks)

    def _write_prompts(self, until: int) -> None:
        """Write the prompts that are new, and keep the ids of all."""
        texts = [Prompt.normalised(prompt_text(number)) for number in range(len(self.prompt_ids), until)]
        rows = [Prompt.row(text) for text in texts]
        digests = [row.digest for row in rows]
        Prompt.objects.bulk_create(rows, ignore_conflicts=True)
        ids = dict(Prompt.objects.filter(digest__in=digests).values_list("digest", "pk"))
        self.prompt_ids.extend(ids[digest] for digest in digests)

    def _task(self, one: Submission, run_id: int, variation: int) -> Task:
        kind = one.common["kind"]
        media = (self.films if kind == "video" else self.stills)[theme_of(one.prompt).name]
        medium = self.random.choice(media)
        is_trashed = self.random.random() < TRASHED
        return Task(
            uuid=self._uuid(),
            run_id=run_id,
            variation=variation,
            prompt_id=self.prompt_ids[one.prompt],
            aspect_ratio=medium.aspect_ratio,
            recipe=recipe_of(one.common["model_id"], self.prompt_ids[one.prompt], medium.aspect_ratio, ()),
            created_at=one.at,
            due_at=one.at,
            deleted_at=max(one.at, self.now - timedelta(days=self.random.uniform(0, 25))) if is_trashed else None,
            **one.common,
            **outcome(self.random, medium, one.at),
        )

    def _is_tried_again(self, task: Task) -> bool:
        return task.status == Task.Status.FAILED and self.random.random() < _TRIED_AGAIN

    def _write_likes(self, tasks: list[Task]) -> None:
        likes = []
        for task in tasks:
            if task.status == Task.Status.SUCCEEDED and self.random.random() < LIKED:
                who = self.random.choice(self.cast.people).pk if task.team_id else task.owner_id
                likes.append(Favourite(user_id=who, task_id=task.pk))
        Favourite.objects.bulk_create(likes)

    def _write_references(self, tasks: list[Task]) -> None:
        links = []
        for task in tasks:
            own = self.references.get(task.owner_id)
            if own and self.random.random() < REFERRED:
                chosen = self.random.sample(own, self.random.randint(1, len(own)))
                links += [TaskReference(task=task, reference_id=pk, position=n) for n, pk in enumerate(chosen, 1)]
        TaskReference.objects.bulk_create(links)

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)


def _by_theme(media: list[Medium], kind: str) -> dict[str, list[Medium]]:
    found: dict[str, list[Medium]] = {}
    for medium in media:
        if medium.kind == kind:
            found.setdefault(medium.theme, []).append(medium)
    return found
