"""The newest tasks of each of several prompts, in two queries however many prompts there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, TextField

from omnistudio.gallery.models import Prompt, Task

# A page has some 500 of them: without the service's long answers, and all else that a strip does not show.
SHOWN = ("prompt_id", "status", "kind", "aspect_ratio", "width", "height", "thumbnail")


class _Ids(Subquery):
    """The ids that a correlated query finds, as one value: an array, or on SQLite JSON."""

    template = "ARRAY(%(subquery)s)"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "(SELECT json_group_array(found) FROM (%(subquery)s))"
        return self.as_sql(compiler, connection, template=template, **context)


def newest(tasks: QuerySet[Task], prompt_ids: Iterable[int], each: int) -> dict[int, list[Task]]:
    """The newest `each` of the tasks for every prompt, newest first.

    A look into the index for each prompt: what a prompt has more of is not read.
    """
    of_prompt = tasks.filter(prompt_id=OuterRef("pk")).order_by("-pk").annotate(found=F("pk")).values("found")[:each]
    rows = Prompt.objects.filter(pk__in=list(prompt_ids)).annotate(newest=_Ids(of_prompt))
    ids = {pk: _list(found) for pk, found in rows.values_list("pk", "newest")}
    shown = Task.objects.only(*SHOWN).in_bulk([pk for found in ids.values() for pk in found])
    return {prompt_id: [shown[pk] for pk in found if pk in shown] for prompt_id, found in ids.items()}


def _list(found: Any) -> list[int]:
    return json.loads(found) if isinstance(found, str) else list(found or [])
