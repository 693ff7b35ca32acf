"""The history of a scope as a file, streamed: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.gallery.browse.scopes import Scope
from omnistudio.gallery.export.zip import cell, safe_name
from omnistudio.gallery.history import queries
from omnistudio.gallery.history.filters import HistoryFilter, counted_scope
from omnistudio.gallery.history.views import scope_of
from omnistudio.gallery.media.views import attachment

BATCH = 500
COLUMNS = ["prompt", "uses", "made", "succeeded", "kept", "credits", "models", "people", "first_used", "last_used"]


@require_GET
def export_history(request: AuthenticatedHttpRequest, kind: str) -> StreamingHttpResponse:
    """The prompts that the filters leave, all of them, as `csv` or `json`."""
    scope, chosen = scope_of(request), HistoryFilter.of(request.GET)
    lines = _csv(_facts(scope, chosen)) if kind == "csv" else _json(_facts(scope, chosen))
    content_type = "text/csv; charset=utf-8" if kind == "csv" else "application/json"
    response = StreamingHttpResponse((line.encode() for line in lines), content_type=content_type)
    name = scope.team.name if scope.team else "mine"
    file_name = f"{timezone.localdate():%Y-%m-%d}_history_{safe_name(name.lower())[:40].strip('-')}.{kind}"
    response.headers["Content-Disposition"] = attachment(file_name)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _facts(scope: Scope, chosen: HistoryFilter) -> Iterator[dict[str, Any]]:
    """A batch at a time, cut by key: what it needs of memory does not grow."""
    after, counted = "", counted_scope(scope, chosen.person or None)
    while uses := queries.page_of_uses(scope, chosen, after, BATCH):
        ids = [use.prompt_id for use in uses]
        models, people = queries.models_of(counted, ids), queries.people_of(scope, ids)
        for use in uses:
            yield {
                "prompt": use.prompt.text,
                "uses": use.uses,
                "made": use.made,
                "succeeded": use.succeeded,
                "kept": use.kept,
                "credits": use.credits,
                "models": models[use.prompt_id],
                "people": [person.display_name for person in people[use.prompt_id]],
                "first_used": timezone.localtime(use.first_used_at).isoformat(timespec="seconds"),
                "last_used": timezone.localtime(use.last_used_at).isoformat(timespec="seconds"),
            }
        after = queries.cursor_of(uses[-1], chosen.sort)


def _csv(facts: Iterator[dict[str, Any]]) -> Iterator[str]:
    """With a byte order mark, without which Excel takes Thai and Chinese for Latin-1."""
    yield "\ufeff" + _line(COLUMNS)
    for fact in facts:
        joined = {**fact, "models": ", ".join(fact["models"]), "people": ", ".join(fact["people"])}
        yield _line([cell(joined[column]) for column in COLUMNS])


def _line(values: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(values)
    return text.getvalue()


def _json(facts: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield "[\n"
    for number, fact in enumerate(facts):
        yield (",\n" if number else "") + json.dumps(fact, ensure_ascii=False)
    yield "\n]\n"
