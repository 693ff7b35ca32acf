"""What is done with a selection of items. One URL an action; the answer is a toast, with Undo where it fits."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Membership, Team
from omnistudio.core.http.htmx import respond
from omnistudio.core.http.params import parse_id, parse_ids, parse_pairs
from omnistudio.core.http.redirects import MAX_ADDRESS, safe_next_url
from omnistudio.gallery import selection
from omnistudio.gallery.browse import pagination
from omnistudio.gallery.browse.filters import Filter
from omnistudio.gallery.browse.scopes import Scope, scope_named
from omnistudio.gallery.items import compare as comparing
from omnistudio.gallery.items import favourites
from omnistudio.gallery.models import Task
from omnistudio.gallery.models.task import TaskQuerySet
from omnistudio.gallery.selection import Done
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.sharing import unsharing
from omnistudio.gallery.sharing.text import unshare_question, with_the_rest
from omnistudio.gallery.trash import services as trash


def _answer(
    request: AuthenticatedHttpRequest,
    act: Callable[[], Done],
    say: Callable[[int], str],
    *,
    undo: str = "",
    gone: bool = False,
) -> HttpResponse:
    """Do it and say so: how many, and how many were left out because they are not the person's to change."""
    try:
        done = act()
    except selection.TooMany as error:
        return _say(request, str(error), Done([], 0))
    text = with_the_rest(say(len(done.ids)) if done.ids else _("Nothing was changed."), done)
    return _say(request, text, done, undo=undo, gone=gone)


def _say(
    request: AuthenticatedHttpRequest, text: str, done: Done, *, undo: str = "", gone: bool = False
) -> HttpResponse:
    return respond(
        request,
        "gallery/items/_bulk_done.html",
        lambda: _done_context(request, done, undo=undo, gone=gone),
        message=text,
        level="success" if done.ids else "warning",
        redirect_to=safe_next_url(request) or "gallery",
    )


def _done_context(request: AuthenticatedHttpRequest, done: Done, *, undo: str, gone: bool) -> dict[str, Any]:
    scope = scope_named(request.user, request.POST.get("scope", "")) or Scope("mine", request.user)
    filters = request.POST.get("filters", "")  # of the list that the tiles go back to
    return {
        "undo": undo if done.ids else "",
        "ids": done.ids,
        "teams": done.teams.items(),
        "note": unsharing.note_of(request.user, done),
        "filters": filters,
        "query": Filter.of(QueryDict(filters)).query(scope=scope.name),
        "gone": done.ids if gone else [],
        "tiles": [] if gone else pagination.shown(_still_seen(scope).filter(pk__in=done.ids), scope),
        "scope": scope,
    }


def _still_seen(scope: Scope) -> TaskQuerySet:
    return scope.tasks if scope.kind == "trash" else Task.objects.visible_to(scope.user)


@require_POST
def share_works(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show items to a team."""
    teams = Team.objects.visible_to(request.user)
    team = get_object_or_404(teams, pk=parse_id(request.POST.get("team", "")) or 0)

    def say(n: int) -> str:
        return ngettext("%(n)d item is shared with %(team)s.", "%(n)d items are shared with %(team)s.", n) % {
            "n": n,
            "team": team.name,
        }

    try:
        return _answer(
            request, lambda: sharing.share(request.user, parse_ids(request.POST), team), say, undo="hang_as_before"
        )
    except Membership.DoesNotExist as error:
        raise Http404 from error


@require_POST
def take_works_back(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Make items private again; where other people share some of them, ask first."""
    ids = parse_ids(request.POST)
    if "sure" not in request.POST:
        with suppress(selection.TooMany):  # said below
            if others := unsharing.of_others(request.user, ids):
                return _ask_to_unshare(request, ids, others)
    return _answer(
        request,
        lambda: sharing.unshare(request.user, ids),
        lambda n: ngettext("%(n)d item is no longer shared.", "%(n)d items are no longer shared.", n) % {"n": n},
        undo="restore_sharing",
        gone=request.POST.get("scope", "").startswith("team:"),
    )


def _ask_to_unshare(request: AuthenticatedHttpRequest, ids: list[int], others: unsharing.Others) -> HttpResponse:
    """The question with its numbers: over the page, or a page of its own without htmx. Nothing is done yet."""
    context = {
        "title": unshare_question(others),
        "text": _(
            "The team will no longer see them. The people who created them keep them, and you can undo this for "
            "a short time."
        )
        if request.htmx
        else _("The team will no longer see them. The people who created them keep them."),
        "people": others.people if len(others.people) > 1 else [],
        "button": ngettext("Stop sharing %(n)d item", "Stop sharing %(n)d items", others.items) % {"n": others.items},
        "keep": _("Cancel"),
        "ids": ids,
        "action": reverse("take_works_back"),
        "scope": request.POST.get("scope", ""),
        "filters": request.POST.get("filters", ""),
        "next": safe_next_url(request) or "",
        "back": safe_next_url(request) or reverse("gallery"),
    }
    if not request.htmx:
        return render(request, "gallery/collections/confirm.html", context)
    return reswap(retarget(render(request, "gallery/items/_bulk_question.html", context), "#aside"), "innerHTML")


@require_POST
def restore_sharing(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Undo `take_works_back`: `note` says how each of them was shared."""
    return _answer(
        request,
        lambda: unsharing.restore_sharing(request.user, request.POST.get("note", "")),
        lambda n: (
            ngettext(
                "The sharing of %(n)d item is back as it was.", "The sharing of %(n)d items is back as it was.", n
            )
            % {"n": n}
        ),
    )


@require_POST
def hang_as_before(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Undo `share_works`; `teams` says where items were shared that were shared before, each as `item.team`."""
    teams = parse_pairs(request.POST.getlist("teams"))
    return _answer(
        request,
        lambda: sharing.undo_share(request.user, parse_ids(request.POST), teams),
        lambda n: (
            ngettext(
                "The sharing of %(n)d item is back as it was.", "The sharing of %(n)d items is back as it was.", n
            )
            % {"n": n}
        ),
    )


@require_POST
def like_works(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Add items to one's favourites."""
    return _answer(
        request,
        lambda: favourites.set_favourite(request.user, parse_ids(request.POST), liked=True),
        lambda n: (
            ngettext("%(n)d item was added to favourites.", "%(n)d items were added to favourites.", n) % {"n": n}
        ),
        undo="unlike_works",
    )


@require_POST
def unlike_works(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Take items out of one's favourites."""
    return _answer(
        request,
        lambda: favourites.set_favourite(request.user, parse_ids(request.POST), liked=False),
        lambda n: (
            ngettext("%(n)d item was removed from favourites.", "%(n)d items were removed from favourites.", n)
            % {"n": n}
        ),
        undo="like_works",
        gone=request.POST.get("scope") == "favourites",
    )


@require_POST
def delete_works(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Put one's own items into the trash."""
    return _answer(
        request,
        lambda: trash.put_in_trash(request.user, parse_ids(request.POST)),
        lambda n: (
            ngettext("%(n)d item was moved to the trash.", "%(n)d items were moved to the trash.", n) % {"n": n}
        ),
        undo="restore_works",
        gone=request.POST.get("scope") != "trash",  # there it undoes that they were restored
    )


@require_POST
def restore_works(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Restore items from the trash."""
    return _answer(
        request,
        lambda: trash.restore(request.user, parse_ids(request.POST)),
        lambda n: ngettext("%(n)d item was restored.", "%(n)d items were restored.", n) % {"n": n},
        undo="delete_works",
        gone=request.POST.get("scope") == "trash",
    )


@require_POST
def compare_works(request: AuthenticatedHttpRequest) -> HttpResponse:
    """On to the page that has the selected items side by side; its address holds their numbers and the list."""
    ids = ",".join(map(str, parse_ids(request.POST)[: comparing.MAX_ASKED]))
    chosen = Filter.of(QueryDict(request.POST.get("filters", "")[:MAX_ADDRESS]))
    place = chosen.query(scope=request.POST.get("scope", "")[:40])
    return redirect(f"{reverse('compare')}?ids={ids}{place and '&'}{place}")
