"""Every write of the history: stars, and prompts that their person wants gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from omnistudio.accounts.models import User
from omnistudio.gallery.models import Prompt, PromptDescent, PromptStar, PromptUse, Task
from omnistudio.gallery.stats.contributions import StatsScope
from omnistudio.gallery.stats.update import NUMBERS, update_stats

BATCH = 500
# What names a row beside its scope.
_KEYS = ("prompt_id", "model_id", "parent_id", "child_id")


class UnderWay(Exception):
    """Tasks with the prompt have not ended: they still need it."""


def star(user: User, prompt: Prompt, *, starred: bool) -> None:
    """Mark a prompt to find it again, or no longer."""
    if starred:
        PromptStar.objects.get_or_create(user=user, prompt=prompt)
    else:
        PromptStar.objects.filter(user=user, prompt=prompt).delete()


def forget(user: User, prompt: Prompt) -> int:
    """Remove a prompt of one's own from every place where it shows; the pictures stay, without their text.

    What others did with the same text stays theirs. Atomic.

    Returns:
        How many of the person's items have lost their text.

    Raises:
        UnderWay: tasks with it have not ended.
    """
    with transaction.atomic():
        tasks = Task.objects.filter(owner_id=user.pk, prompt=prompt)
        # What is unconfirmed may be sent again, as it was.
        if tasks.filter(status__in=[*Task.UNFINISHED, Task.Status.UNCONFIRMED]).exists():
            raise UnderWay
        blank, ids = Prompt.of(""), list(tasks.values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            chosen = ids[start : start + BATCH]
            with update_stats(chosen):
                rows = Task.objects.filter(pk__in=chosen)
                rows.update(prompt=blank, recipe="", raw_answer="", revision=F("revision") + 1)
        _take_out(PromptUse.objects.filter(owner=user, prompt=prompt), NUMBERS)
        of_it = Q(parent=prompt) | Q(child=prompt)
        _take_out(PromptDescent.objects.filter(of_it, owner=user), ["uses"])
        PromptStar.objects.filter(user=user, prompt=prompt).delete()
        if not prompt.tasks.exists() and not prompt.uses.exists():
            prompt.delete()
    return len(ids)


def _take_out(rows: Any, numbers: Iterable[str]) -> None:
    """Remove what is left in a person's rows, of items that were purged, also from the teams' sums."""
    for row in rows.filter(team__isnull=False):
        key = {name: getattr(row, name) for name in _KEYS if hasattr(row, name)}
        team = type(row).objects.filter(scope=StatsScope.of(team_id=row.team_id).name, **key)
        team.update(**{name: F(name) - getattr(row, name) for name in numbers})
        team.filter(uses__lte=0).delete()
    rows.delete()
