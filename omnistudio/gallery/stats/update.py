"""The numbers of the history, kept up to date in the transaction that changes a task.

A task has a share in the numbers of its scopes: its person's, its team's, and its person's in that team. Whoever
changes a task does it inside `update_stats`, which carries the difference between its shares before and after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from omnistudio.gallery.models import ModelUse, PromptDescent, PromptUse
from omnistudio.gallery.stats.contributions import Contribution, StatsScope, contributions_of

WAITS = 100
# Rows written by one statement.
BATCH = 500


@contextmanager
def update_stats(ids: Iterable[int]) -> Iterator[None]:
    """Carry what is changed inside into the numbers of the prompts and models. Atomic: both or neither.

    Locks the tasks first, so that of two that change the same task each carries its own difference.
    """
    chosen = sorted(ids)
    with transaction.atomic():
        before = contributions_of(chosen)
        yield
        _carry(before, contributions_of(chosen))


def count_new(ids: Iterable[int]) -> None:
    """Count tasks that were written a moment ago, in the same transaction."""
    _carry({}, contributions_of(sorted(ids)))


@dataclass
class Numbers:
    """A difference. `uses` are tasks, `credits` what was taken less what came back."""

    uses: int = 0
    made: int = 0
    succeeded: int = 0
    kept: int = 0
    credits: int = 0

    def add(self, share: Contribution, sign: int) -> None:
        self.uses += sign
        self.made += sign * share.made
        self.succeeded += sign * share.succeeded
        self.kept += sign * share.kept
        self.credits += sign * share.credits

    def __bool__(self) -> bool:
        return any(astuple(self))

    def onto(self, names: Iterable[str]) -> dict[str, Any]:
        """As the values of an UPDATE."""
        return {name: F(name) + getattr(self, name) for name in names if getattr(self, name)}


NUMBERS = tuple(field.name for field in fields(Numbers))
# scope, model (empty: all), prompt
_UseKey = tuple[StatsScope, str, int]
# scope, parent, child
_DescentKey = tuple[StatsScope, int, int]


def _carry(before: Mapping[int, Contribution], after: Mapping[int, Contribution]) -> None:
    uses: defaultdict[_UseKey, Numbers] = defaultdict(Numbers)
    times: dict[_UseKey, tuple[datetime, datetime]] = {}
    descents: defaultdict[_DescentKey, int] = defaultdict(int)
    models: defaultdict[tuple[StatsScope, str], Numbers] = defaultdict(Numbers)
    waits: defaultdict[tuple[StatsScope, str], list[float]] = defaultdict(list)
    for sign, shares in ((-1, before), (1, after)):
        for task_id, share in shares.items():
            for scope in share.scopes:
                models[scope, share.model_id].add(share, sign)
                if share.parent_prompt_id:
                    descents[scope, share.parent_prompt_id, share.prompt_id] += sign
                for model_id in ("", share.model_id):
                    key = (scope, model_id, share.prompt_id)
                    uses[key].add(share, sign)
                    if sign > 0:
                        first, last = times.get(key, (share.at, share.at))
                        times[key] = (min(first, share.at), max(last, share.at))
                was = before.get(task_id)
                is_new = was is None or was.wait is None or scope not in was.scopes
                if sign > 0 and share.wait is not None and is_new:
                    waits[scope, share.model_id].append(share.wait)
    _write_uses({key: numbers for key, numbers in uses.items() if numbers}, times)
    _write_descents({key: number for key, number in descents.items() if number})
    _write_models({key: numbers for key, numbers in models.items() if numbers}, waits)


def _write_uses(changes: dict[_UseKey, Numbers], times: dict[_UseKey, tuple[datetime, datetime]]) -> None:
    if not changes:
        return
    fresh = [
        PromptUse(
            prompt_id=prompt_id,
            model_id=model_id,
            first_used_at=times[scope, model_id, prompt_id][0],
            last_used_at=times[scope, model_id, prompt_id][1],
            **scope.columns,
        )
        for scope, model_id, prompt_id in sorted(changes)
        if changes[scope, model_id, prompt_id].uses > 0
    ]
    PromptUse.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    rows = _locked_uses(changes)
    same: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    moved = []
    for key, row in rows.items():
        same[astuple(changes[key])].append(row.pk)
        first, last = times.get(key, (row.first_used_at, row.last_used_at))
        if changes[key].uses > 0 and (first < row.first_used_at or last > row.last_used_at):
            row.first_used_at, row.last_used_at = min(first, row.first_used_at), max(last, row.last_used_at)
            moved.append(row)
    for numbers, ids in same.items():
        PromptUse.objects.filter(pk__in=ids).update(**Numbers(*numbers).onto(NUMBERS))
    PromptUse.objects.bulk_update(moved, ["first_used_at", "last_used_at"], batch_size=BATCH)
    _forget_unused([row.pk for key, row in rows.items() if changes[key].uses < 0])


def _locked_uses(changes: dict[_UseKey, Numbers]) -> dict[_UseKey, PromptUse]:
    scopes = {scope.name: scope for scope, _model, _prompt in changes}
    rows = PromptUse.objects.select_for_update().filter(
        scope__in=scopes,
        model_id__in={model_id for _scope, model_id, _prompt in changes},
        prompt_id__in={prompt_id for _scope, _model, prompt_id in changes},
    )
    found = {(scopes[row.scope], row.model_id, row.prompt_id): row for row in rows.order_by("pk")}
    return {key: row for key, row in found.items() if key in changes}


def _forget_unused(ids: list[int]) -> None:
    PromptUse.objects.filter(pk__in=ids, uses=0).delete()


def _write_descents(changes: dict[_DescentKey, int]) -> None:
    if not changes:
        return
    fresh = [
        PromptDescent(parent_id=parent, child_id=child, **scope.columns)
        for scope, parent, child in sorted(changes)
        if changes[scope, parent, child] > 0
    ]
    PromptDescent.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    scopes = {scope.name: scope for scope, _parent, _child in changes}
    parents, children = {parent for _, parent, _ in changes}, {child for _, _, child in changes}
    rows = PromptDescent.objects.select_for_update().filter(scope__in=scopes, child_id__in=children)
    same: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows.filter(parent_id__in=parents).order_by("pk"):
        if number := changes.get((scopes[row.scope], row.parent_id, row.child_id)):
            same[number].append(row.pk)
    for number, ids in same.items():
        PromptDescent.objects.filter(pk__in=ids).update(uses=F("uses") + number)
    PromptDescent.objects.filter(pk__in=[pk for number in same if number < 0 for pk in same[number]], uses=0).delete()


def _write_models(
    changes: dict[tuple[StatsScope, str], Numbers], waits: Mapping[tuple[StatsScope, str], list[float]]
) -> None:
    for scope, model_id in sorted(changes):
        ModelUse.objects.bulk_create([ModelUse(model_id=model_id, **scope.columns)], ignore_conflicts=True)
        row = ModelUse.objects.select_for_update().get(scope=scope.name, model_id=model_id)
        new = waits.get((scope, model_id), [])
        changed = changes[scope, model_id].onto(name for name in NUMBERS if name != "uses")
        if new:
            changed["waits"] = [*row.waits, *(round(wait, 1) for wait in new)][-WAITS:]
        if changed:
            ModelUse.objects.filter(pk=row.pk).update(**changed)
