"""The galleries: a wall of works, its next pages, and what is done with a selection."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from omnistudio.accounts.models import Team
from omnistudio.accounts.requests import SignedInRequest
from omnistudio.gallery import lists, share_links
from omnistudio.gallery.filters import KINDS, RATIOS, STATUSES, Filter
from omnistudio.gallery.months import month_bound, months_of
from omnistudio.gallery.scopes import Scope, scope_named
from omnistudio.gallery.url_filters import model_choices
from omnistudio.numbers import whole_number


@require_GET
def gallery(request: SignedInRequest) -> HttpResponse:
    """What the person has made."""
    return _wall(request, Scope("mine", request.user))


@require_GET
def team_gallery(request: SignedInRequest, team_id: int) -> HttpResponse:
    """What a team of the person's shares."""
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=team_id)
    return _wall(request, Scope("team", request.user, team=team))


@require_GET
def favourites(request: SignedInRequest) -> HttpResponse:
    """What the person likes."""
    return _wall(request, Scope("favourites", request.user))


@require_GET
def trash(request: SignedInRequest) -> HttpResponse:
    """What the person has deleted, for 30 days."""
    return _wall(request, Scope("trash", request.user))


@require_GET
def wall_page(request: SignedInRequest) -> HttpResponse:
    """The next tiles of a wall: those after `before`, under the same filters."""
    scope = scope_named(request.user, request.GET.get("scope", ""))
    if scope is None:
        raise Http404
    return render(request, "gallery/_tiles.html", _tiles(request, scope))


def _tiles(request: SignedInRequest, scope: Scope) -> dict[str, Any]:
    chosen = Filter.of(request.GET)
    before = _before(request)
    page = lists.page(scope, chosen, before)
    return {
        "scope": scope,
        "filter": chosen,
        "page": page,
        "query": chosen.query(scope=scope.name),
        "more": chosen.query(before=page.next) if page.next else "",
        "more_page": chosen.query(scope=scope.name, before=page.next) if page.next else "",
        "is_first": before is None,
    }


def _before(request: SignedInRequest) -> int | None:
    """The cursor of the URL: an id, or a month to jump to. What is neither begins at the top."""
    cursor = whole_number(request.GET.get("before"))
    return cursor if cursor is not None else month_bound(request.GET.get("month", ""))


def _wall(request: SignedInRequest, scope: Scope) -> HttpResponse:
    tiles = _tiles(request, scope)
    chosen: Filter = tiles["filter"]
    context = {
        **tiles,
        "here": "gallery",
        "teams": list(Team.objects.visible_to(request.user).order_by("name")),
        "people": scope.people if scope.kind != "mine" and scope.kind != "trash" else [],
        "models": model_choices(),
        "kinds": KINDS,
        "statuses": STATUSES,
        "ratios": RATIOS,
        "count": None if chosen else lists.capped_count(scope),
        "most_counted": lists.most_counted(scope),
        "months": months_of(scope),
        "month": request.GET.get("month", ""),
        "month_query": f"{chosen.query()}&" if chosen else "",
        "stopped_links": share_links.stopped(request.user),
    }
    return render(request, "gallery/gallery.html", context)
