"""Every read of the studio."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.queries import key_of
from omnistudio.core.models import Heartbeat
from omnistudio.gallery import queries as record
from omnistudio.gallery.catalogue import catalogue, model_name
from omnistudio.gallery.history.queries import scopes_of
from omnistudio.gallery.models import Favourite, ModelUse, Task
from omnistudio.openapi_client.catalogue import DEFAULT_ASPECT_RATIO, Model, ratio_value
from omnistudio.studio.prices import prices_of

RUNS_A_PAGE = 12


@dataclass(frozen=True)
class ShownRun:
    """One submission as the feed shows it."""

    id: int
    tasks: list[Task]

    @property
    def first(self) -> Task:
        return self.tasks[0]

    @property
    def model_name(self) -> str:
        return model_name(self.first.model_id)

    @property
    def ratio(self) -> float:
        """Width by height of every box of the run. Where the model chose, the first picture tells."""
        if self.first.aspect_ratio == "auto":
            made = next((task for task in self.tasks if task.width), self.first)
            return made.ratio
        return ratio_value(self.first.aspect_ratio, self.first.kind)

    @property
    def shape(self) -> str:
        return "tall" if self.ratio < 0.9 else "square" if self.ratio <= 1.2 else "wide"

    @property
    def credits(self) -> int:
        return sum(task.credits or 0 for task in self.tasks)

    @property
    def refunded(self) -> int:
        return sum(task.refunded or 0 for task in self.tasks)

    @property
    def shared(self) -> list[Task]:
        """Those of its items that a team sees."""
        return [task for task in self.tasks if task.team_id]

    @property
    def shared_with(self) -> list[str]:
        """The names of the teams that see some of it, each once."""
        return list(dict.fromkeys(task.team.name for task in self.tasks if task.team))


def shown_tasks(user_id: int) -> Q:
    return Q(owner_id=user_id, deleted_at__isnull=True)


def _with_all(user_id: int, wanted: Q) -> list[Task]:
    # Of a retry its id alone: whole rows of it would be a third of the time that a card takes.
    retry = Task.objects.not_trashed().filter(retry_of=OuterRef("pk")).values("pk")
    liked = Favourite.objects.filter(user_id=user_id, task_id=OuterRef("pk"))
    tasks = Task.objects.filter(shown_tasks(user_id) & wanted).select_related("prompt", "owner", "team")
    tasks = tasks.annotate(retried_as=Subquery(retry), is_liked=Exists(liked))
    shown: list[Task] = list(
        tasks.prefetch_related("task_references", "outputs").order_by("-run_id", "variation", "id")
    )
    running = {task.model_id for task in shown if task.status == Task.Status.RUNNING}
    usual = record.usual_times(running)
    for task in shown:
        task.usual_time = usual.get(task.model_id)
    return shown


def _runs(tasks: list[Task]) -> list[ShownRun]:
    return [ShownRun(run_id, list(group)) for run_id, group in groupby(tasks, key=lambda task: task.run_id)]


def feed(user_id: int, before: int | None = None) -> tuple[list[ShownRun], int | None]:
    """The person's newest runs (older than the run `before`), and where the next page begins, if there is one."""
    rows = Task.objects.filter(shown_tasks(user_id))
    if before:
        rows = rows.filter(run_id__lt=before)
    ids = list(rows.order_by("-run_id").values_list("run_id", flat=True).distinct()[: RUNS_A_PAGE + 1])
    runs = _runs(_with_all(user_id, Q(run_id__in=ids[:RUNS_A_PAGE])))
    return runs, ids[RUNS_A_PAGE - 1] if len(ids) > RUNS_A_PAGE else None


def runs_of(user_id: int, run_ids: Collection[int]) -> list[ShownRun]:
    """These runs of the person, newest first."""
    return _runs(_with_all(user_id, Q(run_id__in=run_ids))) if run_ids else []


def runs_since(user_id: int, after: int | None, run_id: int) -> list[ShownRun]:
    """A new run for a page whose newest one is `after`, with those that other tabs made in between.

    The page asks for what is newer than its newest run: what is left out now would never come.
    """
    ids = {run_id}
    if after is not None:
        rows = Task.objects.filter(shown_tasks(user_id), run_id__gt=after, run_id__lt=run_id)
        ids |= set(rows.values_list("run_id", flat=True))
    return runs_of(user_id, ids)


@dataclass(frozen=True)
class Pending:
    """How many tasks of a person are on their way, and whether the service was out of reach for one of them."""

    count: int = 0
    unreachable: bool = False


def pending(user_id: int) -> Pending:
    """What the person has on the way now."""
    return pending_of(list(Task.objects.filter(shown_tasks(user_id)).unfinished().values_list("trouble", flat=True)))


def pending_of(troubles: list[str]) -> Pending:
    """The same from the troubles of the tasks, one for each ("" where there is none)."""
    return Pending(len(troubles), Task.Trouble.UNREACHABLE in troubles)


@dataclass(frozen=True)
class ModelChoice:
    """A model as the composer offers it, with what is known of it from earlier tasks."""

    model: Model
    cost: int | None
    usual: timedelta | float | None  # seconds, where it is a number
    known: ModelUse | None = None

    @property
    def default_ratio(self) -> str:
        """The aspect ratio that goes with the model where nobody chose one."""
        return DEFAULT_ASPECT_RATIO[self.model.kind]


def model_choices(user: User) -> list[ModelChoice]:
    """The models, with how they do for the person's team, or else for the person."""
    uses = ModelUse.objects.filter(scope__in=scopes_of(user))
    # The last one stays: of several teams, the one with most of it.
    known = {use.model_id: use for use in sorted(uses, key=lambda use: (use.team_id is not None, use.made))}
    models = list(catalogue())
    prices = prices_of(model.model_id for model in models)
    waits = {model_id: use.usual_wait for model_id, use in known.items() if use.usual_wait}
    times = record.usual_times(model.model_id for model in models if model.model_id not in waits)
    return [
        ModelChoice(
            model,
            prices.get(model.model_id),
            waits.get(model.model_id) or times.get(model.model_id),
            known.get(model.model_id),
        )
        for model in models
    ]


def spent_this_month(user_id: int) -> int:
    """Credits that the person's tasks took since the first of the month, less what came back.

    It reads the month's part of one index (`task_spent`) and no task.
    """
    first: datetime = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    charged = Task.objects.filter(owner_id=user_id, created_at__gte=first, credits__isnull=False)
    sums = charged.aggregate(Sum("credits"), Sum("refunded"))
    return (sums["credits__sum"] or 0) - (sums["refunded__sum"] or 0)


def notice(user_id: int, now: Pending) -> str:
    """The one thing that keeps this person's tasks from moving, or nothing.

    `key_missing`, `key_rejected`, `key_unreadable`, `no_tracker` or `unreachable`: said once, whatever the
    number of tasks.
    """
    key: ApiKey | None = key_of(user_id)
    if key is None:
        return "key_missing" if now.count else ""
    if key.state in ApiKey.HOLDING:
        return f"key_{key.state}"
    if now.count and not Heartbeat.objects.alive(Heartbeat.Role.TRACKER).exists():
        return "no_tracker"
    return "unreachable" if now.unreachable else ""
