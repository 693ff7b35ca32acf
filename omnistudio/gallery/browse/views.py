"""The gallery pages: a list of items, its next pages, and how many there are."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Team
from omnistudio.accounts.queries import teams_of
from omnistudio.core.http.params import parse_id, parse_ids
from omnistudio.gallery.browse import pagination
from omnistudio.gallery.browse.filter_text import no_match
from omnistudio.gallery.browse.filters import KINDS, RATIOS, STATUSES, Filter
from omnistudio.gallery.browse.months import month_bound, months_of
from omnistudio.gallery.browse.scopes import Scope, scope_named
from omnistudio.gallery.browse.url_filters import model_choices
from omnistudio.gallery.models import Task
from omnistudio.gallery.queries import stopped_links


@require_GET
def gallery(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What the person has made."""
    return _wall(request, Scope("mine", request.user))


@require_GET
def team_gallery(request: AuthenticatedHttpRequest, team_id: int) -> HttpResponse:
    """What a team of the person's shares."""
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=team_id)
    return _wall(request, Scope("team", request.user, team=team))


@require_GET
def favourites(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What the person likes."""
    return _wall(request, Scope("favourites", request.user))


@require_GET
def trash(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What the person has deleted, for 30 days."""
    return _wall(request, Scope("trash", request.user))


@require_GET
def wall_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Tiles: those after `before`, those above `after`, or those from `from` on, under the same filters."""
    return render(request, "gallery/browse/_tiles.html", _tiles(request, _named_scope(request)))


@require_GET
def wall_new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """How many items of the first page of a gallery are not among `ids`, the newest that the page shows.

    With `show` they are put in themselves, each before the item that follows it in the list. They need not be the
    newest ones: what takes longer has its place by when it was begun.
    """
    scope, chosen = _named_scope(request), Filter.of(request.GET)
    there = parse_ids(request.GET)[: pagination.PAGE]
    if not there:
        raise Http404
    shown = pagination.page(scope, chosen).tasks
    new = [task for task in shown if task.pk not in there and task.pk > min(there)]
    groups, rest = _before_which(shown, {task.pk for task in new})
    context = {
        "scope": scope,
        "query": chosen.query(scope=scope.name),
        "page_query": chosen.query(),
        "new": new,
        "fits": not rest,  # else there are more than a page, and the list begins anew
        "groups": groups if "show" in request.GET else [],
    }
    return render(request, "gallery/browse/_new.html", context)


def _before_which(shown: list[Task], new: set[int]) -> tuple[list[tuple[int, list[Task]]], list[Task]]:
    """The new items with the id of the item that is on the page and follows them; and those that none follows."""
    groups: list[tuple[int, list[Task]]] = []
    waiting: list[Task] = []
    for task in shown:
        if task.pk in new:
            waiting.append(task)
        elif waiting:
            groups.append((task.pk, waiting))
            waiting = []
    return groups, waiting


@require_GET
def wall_count(request: AuthenticatedHttpRequest) -> HttpResponse:
    """How many items a gallery has by now, under its filters."""
    scope, chosen = _named_scope(request), Filter.of(request.GET)
    context = {"count": pagination.count(scope, chosen), "query": chosen.query(scope=scope.name)}
    return render(request, "gallery/browse/_count.html", context)


def _named_scope(request: AuthenticatedHttpRequest) -> Scope:
    scope = scope_named(request.user, request.GET.get("scope", ""))
    if scope is None:
        raise Http404
    return scope


def _tiles(request: AuthenticatedHttpRequest, scope: Scope) -> dict[str, Any]:
    chosen = Filter.of(request.GET)
    after = parse_id(request.GET.get("after"))
    before = _before(request)
    page = pagination.page(scope, chosen, before) if after is None else pagination.newer_page(scope, chosen, after)
    older, newer = _beyond(request, scope, chosen, page)
    return {
        "scope": scope,
        "filter": chosen,
        "page": page,
        "query": chosen.query(scope=scope.name),
        "more": chosen.query(before=older) if older else "",
        "more_page": chosen.query(scope=scope.name, before=older) if older else "",
        "newer": chosen.query(after=newer) if newer else "",
        "newer_page": chosen.query(scope=scope.name, after=newer) if newer else "",
        "is_first": before is None and after is None,
    }


def _beyond(
    request: AuthenticatedHttpRequest, scope: Scope, chosen: Filter, page: pagination.Page
) -> tuple[int | None, int | None]:
    """Where older and newer items are asked for: the cursor of each, or None. A part of a page has one end."""
    is_part = request.resolver_match is not None and request.resolver_match.url_name == "wall_page"
    if "after" in request.GET:
        return (None if is_part or not page.tasks else page.tasks[-1].pk), page.next
    if not page.tasks or _before(request) is None or (is_part and "before" in request.GET):
        return page.next, None
    first = page.tasks[0].pk
    return page.next, first if pagination.neighbours(scope, chosen, first).newer else None


def _before(request: AuthenticatedHttpRequest) -> int | None:
    """The cursor of the URL: an id, one to begin with, or a month to jump to. Anything else begins at the top."""
    cursor, first = parse_id(request.GET.get("before")), parse_id(request.GET.get("from"))
    if cursor is None and first is not None:
        return first + 1
    return cursor if cursor is not None else month_bound(request.GET.get("month", ""))


def _wall(request: AuthenticatedHttpRequest, scope: Scope) -> HttpResponse:
    tiles = _tiles(request, scope)
    chosen: Filter = tiles["filter"]
    context = {
        **tiles,
        "here": "gallery",
        "teams": teams_of(request.user),
        "people": scope.people if scope.kind != "mine" and scope.kind != "trash" else [],
        "models": model_choices(),
        "kinds": KINDS,
        "statuses": STATUSES,
        "ratios": RATIOS,
        "count": pagination.count(scope, chosen),
        "no_match": no_match(scope, chosen) if chosen and not tiles["more"] else "",  # also for when all were deleted
        "without_search": chosen.query(q=""),
        "months": months_of(scope),
        "month": request.GET.get("month", ""),
        "month_query": f"{chosen.query()}&" if chosen else "",
        "stopped_links": stopped_links(request.user),
    }
    return render(request, "gallery/browse/gallery.html", context)
