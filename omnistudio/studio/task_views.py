"""What a person can do with one task: one URL an action; the answer is the changed card and a word about it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.models import Membership, Team
from omnistudio.core.http.htmx import Level, respond
from omnistudio.core.http.params import parse_id
from omnistudio.core.text import join_sentences
from omnistudio.gallery.models import Task
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.sharing.text import not_shared_any_more
from omnistudio.studio import services
from omnistudio.studio.composer.forms import AdoptForm
from omnistudio.studio.feed import queries
from omnistudio.studio.feed.status import state_of
from omnistudio.studio.tray.queries import tray_of


def _own_task(request: AuthenticatedHttpRequest, task_id: int) -> Task:
    return get_object_or_404(Task.objects.visible_to(request.user).filter(owner_id=request.user.pk), pk=task_id)


def _answer(
    request: AuthenticatedHttpRequest,
    task: Task,
    said: str,
    *,
    done: bool,
    new_run: int | None = None,
    undo: dict[str, Any] | None = None,
) -> HttpResponse:
    """The card as it is now, with a toast; `look=tray`: the tray as it is now; without htmx, the page."""
    level: Level = "success" if done else "warning"
    if request.htmx and request.POST.get("look") == "tray":
        changed = {"tray": tray_of(request.user.pk), "text": said, "level": level}
        return render(request, "studio/tray/_changed.html", changed)

    def context() -> dict[str, Any]:
        run = queries.runs_of(request.user.pk, [task.run_id])[0]
        after = parse_id(request.POST.get("after"))
        return {
            "tasks": [shown for shown in run.tasks if shown.pk == task.pk],
            "changed_runs": [run],
            "runs": queries.runs_since(request.user.pk, after, new_run) if new_run else [],
            "undo": undo,
            **state_of(request.user.pk),
        }

    return respond(request, "studio/feed/_action_done.html", context, message=said, level=level, redirect_to="studio")


def _came_back(request: AuthenticatedHttpRequest, task: Task, said: str, *, done: bool) -> HttpResponse:
    """The same for a task that goes on; where its person may not share it any more, that is said."""
    if done and task.team_id and Task.objects.filter(pk=task.pk, team__isnull=True).exists():
        said = join_sentences(said, not_shared_any_more(task.team))
    return _answer(request, task, said, done=done)


@require_POST
def cancel_task(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Take a waiting task back."""
    task = _own_task(request, task_id)
    done = services.cancel(task)
    said = _("#%(id)d was cancelled. Nothing was charged.") if done else _("#%(id)d was sent already.")
    return _answer(request, task, said % {"id": task.pk}, done=done)


@require_POST
def retry_task(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Make a failed or cancelled task once more, as a new task."""
    task = _own_task(request, task_id)
    if task.status not in (Task.Status.FAILED, Task.Status.CANCELLED):
        return _answer(request, task, _("#%(id)d has not failed.") % {"id": task.pk}, done=False)
    if not task.prompt.text:
        return _answer(request, task, _("The prompt of #%(id)d was deleted.") % {"id": task.pk}, done=False)
    again, is_new = services.retry(task)
    said = (_("Retried as #%(id)d.") if is_new else _("It was retried already, as #%(id)d.")) % {"id": again.pk}
    if is_new and task.team_id and again.team_id is None:
        said = join_sentences(said, not_shared_any_more(task.team))
    return _answer(request, task, said, done=is_new, new_run=again.run_id if is_new else None)


@require_POST
def send_task_again(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Send an unconfirmed task again, as its person decided."""
    task = _own_task(request, task_id)
    if not task.prompt.text:
        return _answer(request, task, _("The prompt of #%(id)d was deleted.") % {"id": task.pk}, done=False)
    done = services.send_again(task)
    said = _("#%(id)d was sent again.") if done else _("#%(id)d is no longer unconfirmed.")
    return _came_back(request, task, said % {"id": task.pk}, done=done)


@require_POST
def adopt_task(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Follow an unconfirmed task under the id that its person found at the service."""
    task = _own_task(request, task_id)
    form = AdoptForm(request.POST)
    if not form.is_valid():
        return _answer(request, task, join_sentences(*map(str, form.errors["remote_id"])), done=False)
    remote_id = form.cleaned_data["remote_id"]
    known = Task.objects.filter(owner_id=request.user.pk, remote_id=remote_id).exclude(pk=task.pk).first()
    if known:
        return _answer(request, task, _("This ID belongs to #%(id)d.") % {"id": known.pk}, done=False)
    done = services.adopt(task, remote_id)
    said = _("Tracking #%(id)d.") if done else _("#%(id)d is no longer unconfirmed.")
    return _came_back(request, task, said % {"id": task.pk}, done=done)


@require_POST
def dismiss_task(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Let an unconfirmed task go."""
    task = _own_task(request, task_id)
    done = services.dismiss(task)
    said = _("#%(id)d was dismissed.") if done else _("#%(id)d is no longer unconfirmed.")
    return _answer(request, task, said % {"id": task.pk}, done=done)


@require_POST
def fetch_task_again(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Try once more to get the file of a task that the service has made."""
    task = _own_task(request, task_id)
    done = services.fetch_again(task)
    said = _("Downloading the file of #%(id)d again.") if done else _("#%(id)d has no file to download.")
    return _came_back(request, task, said % {"id": task.pk}, done=done)


@require_POST
def share_task(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Show an item of the feed to a team, named in the form."""
    task = _own_task(request, task_id)
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=parse_id(request.POST.get("team")) or 0)
    try:
        done = bool(sharing.share(request.user, [task.pk], team).ids)
    except Membership.DoesNotExist as error:
        raise Http404 from error
    undo = {"url": reverse("take_task_back", args=[task.pk])} if done else None
    said = _("#%(id)d is shared with %(team)s.") % {"id": task.pk, "team": team.name}
    return _answer(request, task, said, done=True, undo=undo)


@require_POST
def take_task_back(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Make an item of the feed private again."""
    task = _own_task(request, task_id)
    done = bool(sharing.unshare(request.user, [task.pk]).ids)
    undo = {"url": reverse("share_task", args=[task.pk]), "team": task.team_id} if done else None
    return _answer(
        request, task, _("#%(id)d is no longer shared. Only you can see it.") % {"id": task.pk}, done=True, undo=undo
    )
