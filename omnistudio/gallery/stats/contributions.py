"""What one task counts for in the numbers of the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from omnistudio.gallery.models import Favourite, Task


@dataclass(frozen=True)
class StatsScope:
    """Whose numbers: of a person (`u7`), a team (`t3`), a person in a team (`t3u7`)."""

    name: str
    owner_id: int | None
    team_id: int | None

    @classmethod
    def of(cls, *, owner_id: int | None = None, team_id: int | None = None) -> StatsScope:
        team, owner = f"t{team_id}" if team_id else "", f"u{owner_id}" if owner_id else ""
        return cls(team + owner, owner_id, team_id)

    def __lt__(self, other: StatsScope) -> bool:
        return self.name < other.name

    @property
    def columns(self) -> dict[str, Any]:
        return {"scope": self.name, "owner_id": self.owner_id, "team_id": self.team_id}


@dataclass(frozen=True)
class Contribution:
    """What a task adds to each of its scopes. `wait` are the seconds from the acceptance to the end, or None."""

    scopes: tuple[StatsScope, ...]
    prompt_id: int
    parent_prompt_id: int | None
    model_id: str
    at: datetime
    made: bool
    succeeded: bool
    kept: bool
    credits: int
    wait: float | None


_NEEDED = (
    "owner_id",
    "team_id",
    "prompt_id",
    "parent_id",
    "model_id",
    "status",
    "reason",
    "credits",
    "refunded",
    "created_at",
    "accepted_at",
    "finished_at",
    "shared_at",
    "downloaded_at",
)


def contributions_of(ids: Sequence[int]) -> dict[int, Contribution]:
    """The shares of tasks by their ids, the tasks locked. A task whose prompt was deleted has none. Two queries."""
    tasks = Task.objects.select_for_update(of=("self",)).filter(pk__in=ids).exclude(prompt__text="").order_by("pk")
    liked = Exists(Favourite.objects.filter(task_id=OuterRef("pk")))
    found = list(tasks.annotate(liked=liked).only(*_NEEDED))
    parents = {task.parent_id for task in found if task.parent_id}
    prompts = dict(Task.objects.filter(pk__in=parents).exclude(prompt__text="").values_list("pk", "prompt_id"))
    return {task.pk: _contribution(task, prompts.get(task.parent_id or 0)) for task in found}


def _contribution(task: Any, parent_prompt_id: int | None) -> Contribution:
    scopes = [StatsScope.of(owner_id=task.owner_id)]
    if task.team_id:
        scopes += [StatsScope.of(team_id=task.team_id), StatsScope.of(owner_id=task.owner_id, team_id=task.team_id)]
    succeeded = task.status == Task.Status.SUCCEEDED
    failed = task.status == Task.Status.FAILED and task.reason != Task.Reason.DISMISSED
    is_new_text = parent_prompt_id != task.prompt_id
    wait = None
    if succeeded and task.accepted_at and task.finished_at:
        wait = (task.finished_at - task.accepted_at).total_seconds()
    return Contribution(
        scopes=tuple(scopes),
        prompt_id=task.prompt_id,
        parent_prompt_id=parent_prompt_id if is_new_text else None,
        model_id=task.model_id,
        at=task.created_at,
        made=succeeded or failed,
        succeeded=succeeded,
        kept=succeeded and _is_kept(task),
        credits=(task.credits or 0) - (task.refunded or 0),
        wait=wait,
    )


def _is_kept(task: Any) -> bool:
    """Liked, downloaded, or shared once it was there; sharing from the composer says nothing of the result."""
    by_hand = task.shared_at and task.finished_at and task.shared_at > task.finished_at
    return bool(task.liked or task.downloaded_at or by_hand)
