"""The history: every prompt of a scope, and the page of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Team
from omnistudio.accounts.queries import teams_of
from omnistudio.gallery.browse.filter_text import no_prompt_matches
from omnistudio.gallery.browse.scopes import Scope, scope_named
from omnistudio.gallery.browse.url_filters import model_choices
from omnistudio.gallery.history import queries, services
from omnistudio.gallery.history.filters import SORTS, HistoryFilter, counted_scope
from omnistudio.gallery.history.lineage import lineage_of
from omnistudio.gallery.models import Prompt, PromptDescent, PromptUse
from omnistudio.gallery.prompt_addresses import is_at
from omnistudio.gallery.text_diff import Budget, told


@require_GET
def history(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Every prompt that the person has used."""
    return _page(request, Scope("mine", request.user))


@require_GET
def team_history(request: AuthenticatedHttpRequest, team_id: int) -> HttpResponse:
    """Every prompt of what a team of the person's shares."""
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=team_id)
    return _page(request, Scope("team", request.user, team=team))


@require_GET
def prompt_rows(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The next rows of a list: those after the cursor, under the same filters."""
    return render(request, "gallery/history/_prompt_rows.html", _rows(request, scope_of(request)))


def scope_of(request: AuthenticatedHttpRequest) -> Scope:
    """The scope that the URL names: mine, or a team of the person's. Raises `Http404`."""
    scope = scope_named(request.user, request.GET.get("scope", "mine"))
    if scope is None or scope.kind not in ("mine", "team"):
        raise Http404
    return scope


def history_url(scope: Scope) -> str:
    return reverse("team_history", args=[scope.team.pk]) if scope.team else reverse("history")


def _rows(request: AuthenticatedHttpRequest, scope: Scope) -> dict[str, Any]:
    chosen = HistoryFilter.of(request.GET)
    page = queries.page(scope, chosen, request.GET.get("after", ""))
    return {
        "scope": scope,
        "url": history_url(scope),
        "filter": chosen,
        "rows": page.rows,
        "more": chosen.query(after=page.next) if page.next else "",
        "export": chosen.query(scope=scope.name),
        "more_rows": chosen.query(scope=scope.name, after=page.next) if page.next else "",
    }


def _page(request: AuthenticatedHttpRequest, scope: Scope) -> HttpResponse:
    rows = _rows(request, scope)
    chosen: HistoryFilter = rows["filter"]
    context = {
        **rows,
        "no_match": no_prompt_matches(scope, chosen) if chosen and not rows["rows"] else "",
        "without_search": chosen.query(q="", sort=""),
        "here": "history",
        "teams": teams_of(request.user),
        "people": scope.people if scope.team else [],
        "models": model_choices(),
        "sorts": SORTS,
        "totals": queries.totals(scope),
        "most_counted": queries.MAX_COUNTED,
        "is_first": not request.GET.get("after"),
    }
    return render(request, "gallery/history/history.html", context)


def _visible(request: AuthenticatedHttpRequest, address: str) -> Prompt:
    return get_object_or_404(queries.visible_prompts(request.user), is_at(address))


def _place(request: AuthenticatedHttpRequest, prompt: Prompt) -> Scope:
    """Where a prompt is looked at: the scope that the URL names if it is used there, else one where it is."""
    teams = teams_of(request.user)
    scopes = [Scope("mine", request.user), *(Scope("team", request.user, team=team) for team in teams)]
    used = set(PromptUse.objects.filter(prompt=prompt, model_id="").values_list("scope", flat=True))
    there = [scope for scope in scopes if counted_scope(scope).name in used]
    return next((scope for scope in there if scope.name == request.GET.get("scope")), there[0])


@require_GET
def prompt(request: AuthenticatedHttpRequest, address: str) -> HttpResponse:
    """One prompt: its numbers, its results, the prompts related to it."""
    shown = _visible(request, address)
    scope = _place(request, shown)
    use = PromptUse.objects.select_related("prompt").get(scope=counted_scope(scope).name, prompt=shown, model_id="")
    context = {
        "here": "history",
        "scope": scope,
        "query": f"scope={scope.name}",
        "url": history_url(scope),
        "row": queries.rows(scope, [use])[0],
        "by_model": queries.by_model(scope, shown),
        "items": queries.items_of_prompt(scope, shown),
        "root": lineage_of(request.user, shown.pk),
        "is_mine": PromptUse.objects.filter(scope=f"u{request.user.pk}", prompt=shown).exists(),
    }
    return render(request, "gallery/history/prompt.html", context)


@require_GET
def prompt_remixes(request: AuthenticatedHttpRequest, address: str) -> HttpResponse:
    """What came of a prompt in a scope, with what differs."""
    shown, scope = _visible(request, address), scope_of(request)
    name = counted_scope(scope).name
    edges = PromptDescent.objects.filter(scope=name, parent=shown).order_by("-uses", "-pk")
    children = list(edges.values_list("child_id", flat=True)[: queries.PAGE])
    uses = PromptUse.objects.filter(scope=name, model_id="", prompt_id__in=children).select_related("prompt")
    rows = queries.rows(scope, sorted(uses, key=lambda use: use.last_used_at, reverse=True))
    budget = Budget()
    remixes = [(row, told(shown.text, row.prompt.text, budget)) for row in rows]
    return render(
        request, "gallery/history/_prompt_remixes.html", {"prompt": shown, "remixes": remixes, "scope": scope}
    )


@require_POST
def star_prompt(request: AuthenticatedHttpRequest, address: str) -> HttpResponse:
    """Star a prompt, or no longer: `starred=1|0`."""
    shown = _visible(request, address)
    starred = request.POST.get("starred") == "1"
    services.star(request.user, shown, starred=starred)
    if not request.htmx:
        return redirect("prompt", address)
    return render(request, "gallery/history/_prompt_star.html", {"prompt": shown, "is_starred": starred})


@require_http_methods(["GET", "POST"])
def delete_prompt(request: AuthenticatedHttpRequest, address: str) -> HttpResponse:
    """Remove a prompt of one's own, once the person is sure: this can't be undone."""
    mine = Prompt.objects.filter(uses__scope=f"u{request.user.pk}", uses__model_id="")
    shown = get_object_or_404(mine, is_at(address))
    items = shown.tasks.filter(owner_id=request.user.pk).count()
    if request.method == "GET":
        return render(
            request, "gallery/history/prompt_delete.html", {"here": "history", "prompt": shown, "items": items}
        )
    try:
        count = services.forget(request.user, shown)
    except services.UnderWay:
        said = _(
            "Tasks with this prompt are still in progress or unconfirmed. You can delete the prompt when they "
            "have ended."
        )
        messages.warning(request, said)
        return redirect("prompt", address)
    said = ngettext(
        "The prompt was deleted. %(n)d item remains, without its prompt.",
        "The prompt was deleted. %(n)d items remain, without their prompt.",
        count,
    )
    messages.success(request, said % {"n": count})
    return redirect("history")
