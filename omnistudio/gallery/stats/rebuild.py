"""The numbers of the history from the tasks themselves: for records that were written before there were any,
or in bulk. What was counted for tasks that were purged since is lost."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from omnistudio.gallery.stats.update import WAITS

_SUCCEEDED = Q(status="succeeded")
_MADE = _SUCCEEDED | (Q(status="failed") & ~Q(reason="dismissed"))
_OWNER, _TEAM = Concat(Value("u"), Cast("owner_id", CharField())), Concat(Value("t"), Cast("team_id", CharField()))
# How each kind of scope is named, and which of its columns say whose it is.
_SCOPES: list[tuple[Any, bool, bool]] = [
    (_OWNER, True, False),
    (_TEAM, False, True),
    (Concat(_TEAM, _OWNER), True, True),
]


class Rebuild:
    """Counts anew. Takes the classes, so that a migration can give it those of its time."""

    def __init__(self, model: Any) -> None:
        """`model` gives a class by its name."""
        self.task, self.favourite = model("Task"), model("Favourite")
        self.prompt_use, self.descent, self.model_use = model("PromptUse"), model("PromptDescent"), model("ModelUse")

    def run(self) -> None:
        """Throw the numbers away and count them again, in the database. Atomic."""
        with transaction.atomic():
            for rows in (self.prompt_use, self.descent, self.model_use):
                rows.objects.all().delete()
            for name, has_owner, has_team in _SCOPES:
                tasks = self._tasks(has_team=has_team).annotate(scope=name)
                whose = ["owner_id"] * has_owner + ["team_id"] * has_team
                self._uses(tasks, whose, by_model=False)
                self._uses(tasks, whose, by_model=True)
                self._descents(tasks, whose)
                self._models(tasks, whose)

    def _tasks(self, *, has_team: bool) -> QuerySet[Any]:
        liked = Exists(self.favourite.objects.filter(task_id=OuterRef("pk")))
        by_hand = Q(shared_at__gt=F("finished_at"))
        kept = _SUCCEEDED & (Q(liked) | Q(downloaded_at__isnull=False) | by_hand)
        tasks = self.task.objects.order_by().exclude(prompt__text="")
        if has_team:
            tasks = tasks.filter(team__isnull=False)
        return tasks.annotate(is_kept=Case(When(kept, then=Value(1)), default=Value(0)))

    @staticmethod
    def _numbers() -> dict[str, Any]:
        net = Coalesce("credits", 0) - Coalesce("refunded", 0)
        return {
            "made_": Count("pk", filter=_MADE),
            "succeeded_": Count("pk", filter=_SUCCEEDED),
            "kept_": Sum("is_kept"),
            "credits_": Cast(Sum(net), BigIntegerField()),
        }

    def _uses(self, tasks: QuerySet[Any], whose: list[str], *, by_model: bool) -> None:
        groups = ["scope", *whose, "prompt_id"] + ["model_id"] * by_model
        times = {"first_": Min("created_at"), "last_": Max("created_at")}
        numbers = {"uses_": Count("pk"), **self._numbers(), **times}
        rows = tasks.values(*groups).annotate(**numbers).values_list(*groups, *numbers)
        columns = [*groups, "uses", "made", "succeeded", "kept", "credits", "first_used_at", "last_used_at"]
        self._insert(self.prompt_use, columns, rows, {} if by_model else {"model_id": ""})

    def _descents(self, tasks: QuerySet[Any], whose: list[str]) -> None:
        from_another = tasks.filter(parent__isnull=False).exclude(parent__prompt_id=F("prompt_id"))
        from_another = from_another.exclude(parent__prompt__text="")
        groups = ["scope", *whose, "parent__prompt_id", "prompt_id"]
        rows = from_another.values(*groups).annotate(uses_=Count("pk")).values_list(*groups, "uses_")
        self._insert(self.descent, ["scope", *whose, "parent_id", "child_id", "uses"], rows, {})

    def _models(self, tasks: QuerySet[Any], whose: list[str]) -> None:
        groups = ["scope", *whose, "model_id"]
        numbers = self._numbers()
        counted = list(tasks.values(*groups).annotate(**numbers).values(*groups, *numbers))
        for row in counted:
            names = {name.removesuffix("_"): row.pop(name) for name in numbers}
            recent = tasks.filter(**row).filter(_SUCCEEDED, accepted_at__isnull=False, finished_at__isnull=False)
            times = recent.order_by("-pk").values_list("accepted_at", "finished_at")[:WAITS]
            waits = [round((end - start).total_seconds(), 1) for start, end in times]
            self.model_use.objects.create(**row, **names, waits=waits[::-1])

    @staticmethod
    def _insert(model: Any, columns: list[str], rows: QuerySet[Any], fixed: dict[str, str]) -> None:
        """INSERT … SELECT: a million tasks never leave the database."""
        quote = connection.ops.quote_name
        select, params = rows.query.sql_with_params()
        names = ", ".join(quote(name) for name in [*columns, *fixed])
        more = "".join(", %s" for _value in fixed.values())
        if fixed:
            select = f"SELECT counted.*{more} FROM ({select}) counted"  # noqa: S608 (names of our own)
            params = (*fixed.values(), *params)
        statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) {select}"
        with connection.cursor() as cursor:
            cursor.execute(statement, params)


def rebuild() -> None:
    """Count all numbers of the history anew. Atomic."""
    from django.apps import apps

    Rebuild(lambda name: apps.get_model("gallery", name)).run()
