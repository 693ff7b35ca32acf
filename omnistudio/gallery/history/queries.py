"""Every read of the history's pages. Each takes the same number of queries, whatever it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from omnistudio.accounts.models import Membership, User
from omnistudio.gallery.browse.pagination import shown
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.browse.url_filters import FIRST_YEAR, LAST_YEAR
from omnistudio.gallery.catalogue import model_name
from omnistudio.gallery.history.filters import ORDERS, HistoryFilter, counted_scope, filtered
from omnistudio.gallery.history.latest import newest
from omnistudio.gallery.models import ModelUse, Prompt, PromptDescent, PromptUse, Task
from omnistudio.gallery.stats.contributions import StatsScope

PAGE = 30
TICKS, STRIP = 16, 5
MAX_COUNTED = 10_000
MAX_ITEMS = 60


@dataclass
class Row:
    """A prompt as the history shows it."""

    use: PromptUse
    models: list[str] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)  # the newest, of any state
    is_starred: bool = False
    parent: Prompt | None = None
    remixes: int = 0

    @property
    def prompt(self) -> Prompt:
        return self.use.prompt

    @property
    def strip(self) -> list[Task]:
        return [task for task in self.tasks if task.status == Task.Status.SUCCEEDED][:STRIP]

    @property
    def ticks(self) -> list[str]:
        """How the newest tasks ended, the oldest of them first."""
        return [_TICKS[str(task.status)] for task in reversed(self.tasks) if task.status in _TICKS]

    @property
    def hidden(self) -> int:
        """How many results the strip has no room for."""
        return self.use.succeeded - len(self.strip)

    @property
    def latest(self) -> Task | None:
        return self.tasks[0] if self.tasks else None


_TICKS: dict[str, str] = {Task.Status.SUCCEEDED: "", Task.Status.FAILED: "is-bad", Task.Status.UNCONFIRMED: "is-warn"}


@dataclass(frozen=True)
class Page:
    """Some prompts of a list, and where the next page begins (empty at the end)."""

    rows: list[Row]
    next: str


def page(scope: Scope, chosen: HistoryFilter, after: str = "", size: int = PAGE) -> Page:
    """The prompts after the cursor `after`, in the order that is chosen."""
    uses = page_of_uses(scope, chosen, after, size + 1)
    more = cursor_of(uses[size - 1], chosen.sort) if len(uses) > size else ""
    return Page(rows(scope, uses[:size], person=chosen.person or None), more)


def page_of_uses(scope: Scope, chosen: HistoryFilter, after: str, size: int) -> list[PromptUse]:
    """One query: a scan of an index from the cursor on."""
    order = ORDERS[chosen.sort]
    uses = filtered(scope, chosen)
    if (cut := _read_cursor(after, chosen.sort)) is not None:
        value, pk = cut
        beyond = Q(**{f"{order}__lt": value}) | Q(pk__lt=pk)
        uses = uses.filter(beyond, **{f"{order}__lte": value})
    return list(uses.select_related("prompt").order_by(f"-{order}", "-pk")[:size])


def cursor_of(use: PromptUse, sort: str) -> str:
    value = getattr(use, ORDERS[sort])
    said = value.isoformat() if isinstance(value, datetime) else repr(value)
    return f"{said}~{use.pk}"


def _read_cursor(text: str, sort: str) -> tuple[Any, int] | None:
    """What a URL says, or None for anything else: the list begins at its top then."""
    value, _tilde, pk = text.rpartition("~")
    read: Any = {"": datetime.fromisoformat, "most": int, "kept": float}[sort]
    try:
        found = read(value), int(pk)
    except ValueError:
        return None
    moment = found[0] if isinstance(found[0], datetime) else None
    is_none = moment is not None and (moment.tzinfo is None or not FIRST_YEAR <= moment.year <= LAST_YEAR)
    return None if is_none or not 0 < found[1] < 2**63 or abs(_size(found[0])) >= 2**31 else found


def _size(value: Any) -> float:
    return 0.0 if isinstance(value, datetime) or value != value else float(value)


def rows(scope: Scope, uses: Sequence[PromptUse], *, person: int | None = None) -> list[Row]:
    """The rows of a page with all that they show."""
    ids = [use.prompt_id for use in uses]
    counted = counted_scope(scope, person)
    models = models_of(counted, ids)
    people = people_of(scope, ids)
    tasks = newest(items(scope, person), ids, TICKS)
    starred = set(scope.user.prompt_stars.filter(prompt_id__in=ids).values_list("prompt_id", flat=True))
    parents = parents_of(scope.user, counted, ids)
    remixes = dict(
        PromptDescent.objects.filter(scope=counted.name, parent_id__in=ids)
        .values_list("parent_id")
        .annotate(Count("pk"))
    )
    return [
        Row(
            use,
            models[use.prompt_id],
            people[use.prompt_id],
            tasks.get(use.prompt_id, []),
            use.prompt_id in starred,
            parents.get(use.prompt_id),
            remixes.get(use.prompt_id, 0),
        )
        for use in uses
    ]


def items(scope: Scope, person: int | None = None) -> QuerySet[Task]:
    """The items whose strips a page shows."""
    return scope.tasks.filter(owner_id=person) if person and scope.team else scope.tasks


def models_of(counted: StatsScope, ids: Iterable[int]) -> defaultdict[int, list[str]]:
    """The names of the models that each prompt was used with, the most used first."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    uses = PromptUse.objects.filter(scope=counted.name, prompt_id__in=ids).exclude(model_id="")
    for prompt_id, model_id in uses.order_by("-uses").values_list("prompt_id", "model_id"):
        found[prompt_id].append(model_name(model_id))
    return found


def people_of(scope: Scope, ids: Iterable[int]) -> defaultdict[int, list[User]]:
    """Who in the team has used each prompt, whoever did it most first."""
    found: defaultdict[int, list[User]] = defaultdict(list)
    if scope.team is None:
        return found
    uses = PromptUse.objects.filter(team=scope.team, owner__isnull=False, model_id="", prompt_id__in=ids)
    for use in uses.select_related("owner").order_by("-uses"):
        found[use.prompt_id].append(use.owner)  # type: ignore[arg-type]
    return found


def scopes_of(user: User) -> list[str]:
    """The scopes whose prompts a person may see: their own, and those of their teams."""
    teams = Membership.objects.filter(user_id=user.pk).values_list("team_id", flat=True)
    return [StatsScope.of(owner_id=user.pk).name, *(StatsScope.of(team_id=team).name for team in teams)]


def visible_prompts(user: User) -> QuerySet[Prompt]:
    """The prompts that a person may see: through a use in a scope of theirs, and only so."""
    # A look-up for each prompt that is asked about: SQLite would collect all prompts of an IN beforehand.
    seen = PromptUse.objects.filter(scope__in=scopes_of(user), model_id="", prompt_id=OuterRef("pk"))
    return Prompt.objects.filter(Exists(seen))


def parents_of(user: User, counted: StatsScope, ids: Iterable[int]) -> dict[int, Prompt]:
    """The prompt that each was most often made from, where the person may see it."""
    edges = PromptDescent.objects.filter(scope=counted.name, child_id__in=ids).order_by("uses", "-pk")
    pairs = list(edges.values_list("child_id", "parent_id"))
    if not pairs:
        return {}
    parents = visible_prompts(user).in_bulk([parent for _child, parent in pairs])
    return {child: parents[parent] for child, parent in pairs if parent in parents}


@dataclass(frozen=True)
class Totals:
    """“86 prompts, 412 results”; `prompts` is counted to one more than `MAX_COUNTED`."""

    prompts: int
    results: int


def totals(scope: Scope) -> Totals:
    """How much there is in a scope, from rows that are kept."""
    counted = counted_scope(scope)
    prompts = PromptUse.objects.filter(scope=counted.name, model_id="")[: MAX_COUNTED + 1].count()
    results = ModelUse.objects.filter(scope=counted.name).values_list("succeeded", flat=True)
    return Totals(prompts, sum(results))


def by_model(scope: Scope, prompt: Prompt) -> list[PromptUse]:
    """The numbers of a prompt with each model that it was used with."""
    uses = PromptUse.objects.filter(scope=counted_scope(scope).name, prompt=prompt).exclude(model_id="")
    return list(uses.order_by("-uses", "model_id"))


def items_of_prompt(scope: Scope, prompt: Prompt) -> list[Task]:
    """The newest items of a prompt in a scope, of any state."""
    tasks = shown(scope.tasks.filter(prompt=prompt), scope)
    return list(tasks.order_by("-pk")[:MAX_ITEMS])
