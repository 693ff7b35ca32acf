"""Measuring one size: the pages of the demo through Django's test client, and their reads alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from bench.cases import CASES, Case
from omnistudio.accounts.models import User
from omnistudio.gallery.browse import pagination
from omnistudio.gallery.browse.filters import Filter, filtered
from omnistudio.gallery.browse.scopes import Scope, scope_named
from omnistudio.gallery.demo.people import demo_people
from omnistudio.gallery.history import filters as history
from omnistudio.gallery.history import queries as prompts
from omnistudio.gallery.history.filters import HistoryFilter
from omnistudio.gallery.models import Prompt, PromptDescent, PromptUse, Task
from omnistudio.studio.composer.duplicates import known_of
from omnistudio.studio.services import Submission

DEEP = 1000 * pagination.PAGE
PROMPTS = prompts.PAGE
# The window that is counted, in pixels: 1440 wide less margins and the months, rows as high as the slider's start.
WIDE, HIGH, ROW, GAP = 1440 - 100, 1000, 236, 6


class Worker:
    """The demo of one size, and the ways to measure each case in it."""

    def __init__(self) -> None:
        self.user: User = demo_people().order_by("pk").first()  # type: ignore[assignment]
        self.team = self.user.teams.get()
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(self.user)
        hung = Task.objects.not_trashed().filter(team=self.team, status="succeeded").order_by("-pk")
        # Page 1,000, or the last full page where there are not so many.
        rank = min(DEEP, hung.count() - 2 * pagination.PAGE)
        self.deep = hung.values_list("pk", flat=True)[rank]
        self.middle = hung.values_list("pk", flat=True)[min(DEEP, rank) // 2]
        self.prompt = Prompt.objects.get(pk=self._parent_of_one())
        uses = PromptUse.objects.filter(scope=f"t{self.team.pk}", model_id="").order_by("-last_used_at", "-pk")
        rank = min(1000 * PROMPTS, uses.count() - 2 * PROMPTS)
        self.deep_prompt = prompts.cursor_of(uses[rank], "")
        self.fills = {
            "{person}": str(self.team.people.order_by("pk")[1].pk),
            "{until}": str(date.today() - timedelta(days=365)),
        }

    def _parent_of_one(self) -> int:
        """A prompt without a parent that one other was remixed from, each used once: the same in every size."""
        scopes = prompts.scopes_of(self.user)
        kin = PromptDescent.objects.filter(scope__in=scopes)
        used = PromptUse.objects.filter(scope=f"t{self.team.pk}", model_id="", uses=1, succeeded=1)
        many = kin.values("parent").annotate(children=Count("child", distinct=True)).filter(children__gt=1)
        pairs = kin.filter(parent__in=used.values("prompt"), child__in=used.values("prompt"))
        pairs = pairs.exclude(parent__in=kin.values("child")).exclude(child__in=kin.values("parent"))
        return pairs.exclude(parent__in=many.values("parent")).values_list("parent", flat=True).order_by("-pk")[0]

    def query(self, case: Case) -> QueryDict:
        text = case.query
        for name, value in self.fills.items():
            text = text.replace(name, value)
        values = QueryDict(mutable=True)
        for pair in filter(None, text.split("&")):
            name, _equals, value = pair.partition("=")
            values[name] = value
        if case.deep:
            values["after" if case.is_history else "before"] = self.deep_prompt if case.is_history else str(self.deep)
        return values

    def scope_name(self, case: Case) -> str:
        return f"team:{self.team.pk}" if case.scope == "team" else case.scope

    def url(self, case: Case) -> str | None:
        """The page of a case, or None where it has none (yet)."""
        values = self.query(case)
        match case.kind:
            case "poll":
                return f"{reverse('poll')}?{self._cards()}"
            case "item":
                try:
                    return f"{reverse('item', args=[self.middle])}?scope={self.scope_name(case)}"
                except NoReverseMatch:
                    return None
            case "prompt":
                return f"{reverse('prompt', args=[self.prompt.address])}?scope={self.scope_name(case)}"
            case "studio" | "summary":
                return reverse(case.kind)
            case "neighbours" | "count" | "made":
                return None
        if case.is_history:
            return f"{self._history_url(case)}?{values.urlencode()}"
        scope = scope_named(self.user, self.scope_name(case))
        return f"{scope.url}?{values.urlencode()}" if scope else None

    def _history_url(self, case: Case) -> str:
        return reverse("team_history", args=[self.team.pk]) if case.scope == "team" else reverse("history")

    def _wanted(self, case: Case) -> Submission:
        """What was made already, or never was."""
        task = Task.objects.get(pk=self.middle)
        text = "a zeppelin that nobody has asked for" if case.query else task.prompt.text
        return Submission(text, task.model_id, task.aspect_ratio, 1)

    def _cards(self) -> str:
        """The poll of a page of the studio with its newest items on it, at rest."""
        tasks = Task.objects.filter(owner=self.user).order_by("-run_id")[:40]
        values = QueryDict(mutable=True)
        values.setlist("card", [f"{task.pk}.{task.revision}" for task in tasks])
        values["after"], values["pace"] = str(tasks[0].run_id), "15"
        return values.urlencode()

    def bare(self, case: Case) -> Callable[[], Any] | None:
        """The reads of a case without a page around them; of a search that finds little the ids that it finds."""
        scope = scope_named(self.user, self.scope_name(case))
        assert scope is not None
        if case.is_history:
            return self._bare_history(case, scope)
        chosen = Filter.of(self.query(case))
        match case.kind:
            case "made":
                wanted = self._wanted(case)
                return lambda: known_of(self.user, wanted)
            case "neighbours":
                return lambda: pagination.neighbours(scope, chosen, self.middle)
            case "count":
                return lambda: pagination.capped_count(scope)
            case "poll" | "item" | "prompt" | "studio" | "summary":
                return None
        if case.kind == "rare":
            found = lambda: filtered(scope, chosen).order_by("-pk").values_list("pk")[: pagination.PAGE + 1]  # noqa: E731
            return lambda: list(found())
        before = self.deep if case.deep else None
        return lambda: pagination.page(scope, chosen, before)

    def _bare_history(self, case: Case, scope: Scope) -> Callable[[], Any]:
        query = self.query(case)
        chosen, after = HistoryFilter.of(query), query.get("after", "")
        if case.kind == "rare":
            return lambda: list(history.filtered(scope, chosen).values_list("pk")[: PROMPTS + 1])
        return lambda: prompts.page(scope, chosen, after)

    def visit(self, url: str) -> Any:
        connection.close()  # as at the end of each request in earnest
        response = self.client.get(url, headers={"HX-Request": "true"} if "/poll/" in url else {})
        assert response.status_code in (200, 204), (url, response.status_code)
        return response

    def look(self, number: int) -> dict[str, Any]:
        """Once a case, not timed: which queries it makes and what it sends."""
        url, bare = self.url(CASES[number]), self.bare(CASES[number])
        connection.ensure_connection()
        with CaptureQueriesContext(connection) as caught:
            response = self.client.get(url) if url else bare() if bare else None
        found = len(re.findall(r'id="(?:item|prompt-row)-', response.text)) if url else None
        return {"queries": len(caught), "html": len(response.content) if url else 0, "found": found}

    def time(self, number: int) -> dict[str, float | None]:
        """One measurement of a case in ms: of its page, and of its reads alone."""
        url, bare = self.url(CASES[number]), self.bare(CASES[number])
        page = _timed(lambda: self.visit(url)) if url else None
        connection.ensure_connection()
        in_database = CASES[number].kind == "rare" and connection.vendor == "postgresql"
        return {"page": page, "bare": (_asked if in_database else _timed)(bare) if bare else None}

    def weigh(self, _number: int) -> dict[str, int]:
        """The first page: bytes of its HTML, how many tiles the first window shows, and their thumbnails' bytes."""
        page = self.client.get(reverse("team_gallery", args=[self.team.pk])).text
        tiles = re.findall(r'style="--r:\s*([\d.]+)"\s+id="item-(\d+)"', page)
        top, filled, shown = 0.0, 0.0, []
        for ratio, pk in tiles:
            if filled and filled + float(ratio) * ROW + GAP > WIDE:
                top, filled = top + ROW + GAP, 0.0
            if top >= HIGH:
                break
            filled += float(ratio) * ROW + GAP
            shown.append(pk)
        sizes = [Task.objects.get(pk=pk).thumbnail.size for pk in shown]
        return {"html": len(page.encode()), "tiles": len(shown), "thumbnails": sum(sizes)}


def _asked(act: Callable[[], Any]) -> float:
    """The ms from sending each query of `act` until its rows are here, and not what Python does with them.

    For PostgreSQL alone: SQLite looks for rows while they are fetched.
    """
    total = 0.0

    def time_query(execute: Any, *query: Any) -> Any:
        nonlocal total
        began = time.perf_counter()
        try:
            return execute(*query)
        finally:
            total += (time.perf_counter() - began) * 1000

    with connection.execute_wrapper(time_query):
        act()
    return total


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
