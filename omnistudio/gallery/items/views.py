"""One item with all that is known about it, its references, and items side by side."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Membership
from omnistudio.accounts.queries import teams_to_share_with
from omnistudio.core.http.params import parse_id
from omnistudio.gallery.items import comments, details
from omnistudio.gallery.items import compare as comparing
from omnistudio.gallery.items import queries as item_queries
from omnistudio.gallery.media.views import SMALL, _answer
from omnistudio.gallery.models import Comment, Task, TaskReference
from omnistudio.gallery.share_links import queries as share_link_queries
from omnistudio.gallery.share_links.forms import ShareLinkForm
from omnistudio.gallery.trash.services import TRASH_KEEPS


@require_safe
def item(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """An item on a page of its own."""
    task = get_object_or_404(item_queries.openable_by(request.user), pk=task_id)
    context = item_context(request, task)
    here = "studio" if context["place"].scope.kind == "studio" else "gallery"
    return render(request, "gallery/items/item.html", {**context, "here": here, "help_of": "item", "is_page": True})


@require_safe
def item_panel(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """The same, to be put in place over the gallery; 204 where the page has seen this revision already."""
    task = get_object_or_404(item_queries.openable_by(request.user), pk=task_id)
    if request.GET.get("seen") == str(task.revision):
        return HttpResponse(status=204)
    return render(request, "gallery/items/_item.html", item_context(request, task))


def item_context(
    request: AuthenticatedHttpRequest, task: Task, form: comments.CommentForm | None = None
) -> dict[str, Any]:
    """All that the page of an item shows."""
    user = request.user
    place = item_queries.place_of(user, task, request.GET)
    return {
        "place": place,
        "query": place.query,
        "beside": item_queries.neighbours(place, task),
        "position": item_queries.position(place, task),
        "variations": item_queries.variations(user, task),
        "lineage": item_queries.lineage(user, task),
        "kin": item_queries.kin(user, task),
        "references": item_queries.references(task),
        "timing": details.timing(task),
        "archive": details.archive(task, user),
        "kept_until": details.kept_until(task),
        "trash_days": TRASH_KEEPS.days,
        "happened": details.what_happened(task, user),
        **people_context(request, task, form),
    }


def people_context(
    request: AuthenticatedHttpRequest, task: Task, form: comments.CommentForm | None = None
) -> dict[str, Any]:
    """Who made, shares and likes an item, and what is said of it."""
    user = request.user
    role = comments.role_at(user, task)
    before = parse_id(request.GET.get("before"))
    return {
        "task": task,
        "is_owner": task.owner_id == user.pk,
        "role": role,
        "can_comment": role in Membership.CHANGING,
        "can_take_back": task.owner_id == user.pk or role == Membership.Role.OWNER,
        "teams": teams_to_share_with(user) if task.owner_id == user.pk else [],
        "team_size": Membership.objects.filter(team_id=task.team_id).count() if task.team_id else 0,
        "public_links": share_link_queries.open_links_to(task).count() if task.owner_id == user.pk else 0,
        "new_link": ShareLinkForm(auto_id=False),
        "likes": item_queries.likes(user, task),
        "said": comments.of(user, task, role, before),
        "form": form or comments.CommentForm(),
        "most_characters": Comment.MAX_LENGTH,
        "query": item_queries.place_of(user, task, request.GET).query,
    }


@require_safe
def item_reference(
    request: AuthenticatedHttpRequest, task_id: int, position: int, which: str = "file"
) -> HttpResponseBase:
    """A reference of an item, for everybody who may see the item."""
    task = get_object_or_404(item_queries.openable_by(request.user), pk=task_id)
    links = TaskReference.objects.select_related("reference")
    reference = get_object_or_404(links, task_id=task.pk, position=position).reference
    content_type = SMALL.get(which) or reference.content_type
    return _answer(request, getattr(reference, which), content_type, f"{reference.sha256}-{which}")


@require_safe
def compare(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Two to eight items side by side, and what differs between them."""
    asked = comparing.asked_ids(request.GET.getlist("ids"))
    comparison = comparing.compare(request.user, asked)
    if asked and not comparison.tasks:
        raise Http404
    place = item_queries.list_of(request.user, request.GET)
    context = {"here": "gallery", "comparison": comparison, "most": comparing.MAX, "place": place}
    return render(request, "gallery/items/compare.html", context)
