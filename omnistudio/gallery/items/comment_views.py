"""Writing and deleting comments; the answer is the list of them as it is now."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.teams.services import NotAllowed
from omnistudio.core.http.htmx import respond
from omnistudio.gallery.items import comments
from omnistudio.gallery.items import queries as item_queries
from omnistudio.gallery.items.actions import address
from omnistudio.gallery.items.views import item_context, people_context
from omnistudio.gallery.models import Task


def _task(request: AuthenticatedHttpRequest, task_id: int) -> Task:
    shared = item_queries.openable_by(request.user).filter(deleted_at__isnull=True, team__isnull=False)
    return get_object_or_404(shared, pk=task_id)


@require_POST
def add_comment(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Say something of a shared item."""
    task = _task(request, task_id)
    if not comments.may_write(request.user, task):
        raise Http404
    form = comments.CommentForm(request.POST)
    if not form.is_valid():
        return _refused(request, task, form)
    comments.add(request.user, task, form.cleaned_data["text"])
    return _answer(request, task, _("Your comment was added."))


@require_POST
def delete_comment(request: AuthenticatedHttpRequest, task_id: int, comment_id: int) -> HttpResponse:
    """Delete a comment, as its author or as an owner of the team."""
    task = _task(request, task_id)
    try:
        comments.delete(request.user, task, comment_id)
    except NotAllowed as error:
        raise Http404 from error
    return _answer(request, task, _("The comment is deleted."))


def _refused(request: AuthenticatedHttpRequest, task: Task, form: comments.CommentForm) -> HttpResponse:
    """422 with the text as it was typed."""
    if request.htmx:
        return render(request, "gallery/items/_comments.html", people_context(request, task, form), status=422)
    context = {**item_context(request, task, form), "here": "gallery", "is_page": True}
    return render(request, "gallery/items/item.html", context, status=422)


def _answer(request: AuthenticatedHttpRequest, task: Task, text: str) -> HttpResponse:
    return respond(
        request,
        "gallery/items/_comments_done.html",
        lambda: people_context(request, task),
        message=text,
        redirect_to=f"{address(request, task)}#item-comments",
    )
