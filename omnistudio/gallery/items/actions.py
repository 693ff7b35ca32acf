"""What a person does with one item: one URL an action; the answer is the changed part and a word about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import replace_url, trigger_client_event

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Membership, Team
from omnistudio.core.http.htmx import Level, respond
from omnistudio.core.http.params import parse_id
from omnistudio.core.http.redirects import safe_next_url
from omnistudio.core.text import join_sentences
from omnistudio.gallery.items import favourites
from omnistudio.gallery.items import queries as item_queries
from omnistudio.gallery.items.views import item_context, people_context
from omnistudio.gallery.models import Task
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.sharing.text import not_shared_any_more
from omnistudio.gallery.trash import services as trash


def address(request: AuthenticatedHttpRequest, task: Task, name: str = "item") -> str:
    """The page (or panel) of an item in the list that the request came from."""
    query = item_queries.place_of(request.user, task, request.GET).query
    url = reverse(name, args=[task.pk])
    return f"{url}?{query}" if query else url


def _seen(request: AuthenticatedHttpRequest, task_id: int) -> Task:
    return get_object_or_404(item_queries.openable_by(request.user).filter(deleted_at__isnull=True), pk=task_id)


def _own(request: AuthenticatedHttpRequest, task_id: int) -> Task:
    return get_object_or_404(item_queries.openable_by(request.user).filter(owner_id=request.user.pk), pk=task_id)


@require_POST
def favourite_item(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Favourite an item, or no longer: `liked=1|0`. `look=tile` answers with the button as a tile has it."""
    task = _seen(request, task_id)
    liked = request.POST.get("liked") == "1"
    favourites.set_favourite(request.user, [task.pk], liked=liked)
    if not request.htmx:
        return redirect(safe_next_url(request) or address(request, task))
    task.is_liked = liked  # type: ignore[attr-defined]
    look = "tile" if request.POST.get("look") == "tile" else "item"
    place = item_queries.place_of(request.user, task, request.GET)
    context = {"task": task, "look": look, "query": place.query}
    if look == "item":
        context |= {"likes": item_queries.likes(request.user, task), "oob": True}
    elif place.scope.kind == "favourites" and not liked:  # it goes from the list, and can come back
        context |= {
            "text": _("#%(id)d was removed from favourites.") % {"id": task.pk},
            "level": "success",
            "undo": {"url": address(request, task, "favourite_item"), "look": "tile", "liked": True},
        }
    response = render(request, "gallery/items/_favourite_changed.html", context)
    return trigger_client_event(response, "favourite-changed", {"id": task.pk, "liked": liked})


@require_POST
def share_item(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Show one's own item to a team, named in the form."""
    task = _own(request, task_id)
    teams = Team.objects.visible_to(request.user)
    team = get_object_or_404(teams, pk=parse_id(request.POST.get("team", "")) or 0)
    if task.team_id != team.pk:
        try:
            sharing.share(request.user, [task.pk], team)
        except Membership.DoesNotExist as error:
            raise Http404 from error
    said = _("#%(id)d is shared with %(team)s.") % {"id": task_id, "team": team.name}
    return _changed(request, task_id, said, undo={"url": address(request, task, "take_item_back")})


@require_POST
def take_item_back(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Make an item private again: one's own, or as an owner of the team somebody else's."""
    task = _seen(request, task_id)
    if not sharing.unshare(request.user, [task.pk]).ids:
        raise Http404
    if task.owner_id == request.user.pk:
        said = _("#%(id)d is no longer shared. Only you can see it.") % {"id": task_id}
        undo = {"url": address(request, task, "share_item"), "team": task.team_id}
        return _changed(request, task_id, said, undo=undo)
    said = _("#%(id)d is no longer shared with %(team)s. It still belongs to %(name)s.")
    team = task.team.name if task.team else ""
    return _gone(request, task, said % {"id": task_id, "team": team, "name": task.owner.display_name})


@require_POST
def delete_item(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Put one's own finished item into the trash, and go on to the next one."""
    task = _own(request, task_id)
    if task.deleted_at is None and not trash.put_in_trash(request.user, [task.pk]).ids:
        said = _("#%(id)d is still in progress and can be deleted when it has ended.") % {"id": task_id}
        return _said(request, task, said, level="warning")
    return _gone(request, task, _("#%(id)d was moved to the trash.") % {"id": task_id}, undo=True)


@require_POST
def restore_item(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Restore an item from the trash."""
    task = _own(request, task_id)
    done = trash.restore(request.user, [task.pk])
    said = _("#%(id)d was restored.") if done.ids else _("#%(id)d is not in the trash.")
    said = (_("#%(id)d was restored.") if done.private else said) % {"id": task_id}
    if done.private:
        said = join_sentences(said, not_shared_any_more(task.team))
    task = _own(request, task_id)
    response = _said(request, task, said, level="success" if done.ids else "warning")
    back = {"ids": [task_id], "panel": address(request, task, "item_panel"), "page": address(request, task)}
    return trigger_client_event(response, "items-back", back)


def _said(request: AuthenticatedHttpRequest, task: Task, text: str, *, level: Level = "success") -> HttpResponse:
    """A message about it; without htmx, on the page of the item."""
    page = address(request, task)
    return respond(request, "gallery/items/_toast.html", {}, message=text, level=level, redirect_to=page)


def _changed(request: AuthenticatedHttpRequest, task_id: int, text: str, undo: dict[str, Any]) -> HttpResponse:
    """Who sees the item and its comments as they are now; `look=tile`: only the word about it, with Undo."""
    task = _seen(request, task_id)
    is_tile = request.POST.get("look") == "tile"
    response = respond(
        request,
        "gallery/items/_tile_changed.html" if is_tile else "gallery/items/_changed.html",
        lambda: {"undo": {**undo, "look": "tile"}} if is_tile else people_context(request, task),
        message=text,
        redirect_to=address(request, task),
    )
    if not request.htmx or "scope" not in request.GET:
        return response
    is_here = item_queries.place_of(request.user, task, request.GET).named  # still in the list it was opened from
    return trigger_client_event(response, "items-moved", {"ids": [task.pk], "here": is_here, "team": task.team_id})


def _gone(request: AuthenticatedHttpRequest, task: Task, text: str, *, undo: bool = False) -> HttpResponse:
    """The next item of the list in its place, else the word that this was the last one; `look=tile`: that it went."""
    place = item_queries.place_of(request.user, task, request.GET)
    context = {
        "text": text,
        "level": "success",
        "gone": task,
        "undo": undo,
        "place": place,
        "undo_query": place.query,
    }
    if request.htmx and request.POST.get("look") == "tile":
        response = render(request, "gallery/items/_toast.html", context)
        return trigger_client_event(response, "items-gone", {"ids": [task.pk]})
    beside = item_queries.neighbours(place, task)
    nearest = beside.next or beside.previous
    following = item_queries.openable_by(request.user).filter(pk=nearest.pk if nearest else 0).first()
    if not request.htmx:
        trash = reverse("item", args=[task.pk])
        link = format_html(' <a class="link" href="{}">{}</a>', trash, _("View it in the trash")) if undo else ""
        messages.success(request, format_html("{}{}", text, link))
        return redirect(address(request, following) if following else place.back)
    if following:
        context |= item_context(request, following)
    response = render(request, "gallery/items/_gone.html", context)
    replace_url(response, address(request, following) if following else place.back)
    return trigger_client_event(response, "items-gone", {"ids": [task.pk]})
