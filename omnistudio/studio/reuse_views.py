"""Using an item again: the same once more, or its parameters and its picture in the composer."""

from __future__ import annotations

import uuid
from typing import Literal, get_args
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.queries import key_of, teams_to_share_with
from omnistudio.core.http.htmx import respond
from omnistudio.core.images import BadPicture
from omnistudio.gallery.catalogue import catalogue
from omnistudio.gallery.media.references import last_frame_as_reference, own_reference, picture_as_reference
from omnistudio.gallery.models import Reference, Task
from omnistudio.studio import services
from omnistudio.studio.composer.values import fresh_values, values_from

How = Literal["edit", "remix", "animate", "continue", "reference"]
RECENT_REFERENCES = 60


def _seen(request: AuthenticatedHttpRequest, task_id: int) -> Task:
    """An item that the person may see, and that still has its text."""
    tasks = Task.objects.visible_to(request.user).exclude(prompt__text="")
    return get_object_or_404(tasks.select_related("prompt", "owner"), pk=task_id)


def _references(request: AuthenticatedHttpRequest, task: Task) -> list[Reference]:
    """The references of an item, as the person's own."""
    links = task.task_references.select_related("reference")
    return [own_reference(request.user, link.reference) for link in links]


def _references_for(request: AuthenticatedHttpRequest, task: Task, how: str) -> list[Reference]:
    """What goes with an item into the composer: its own references, its picture, or the last one of a video.

    Raises:
        BadPicture: with a text for a person.
    """
    match how:
        case "continue":
            return [last_frame_as_reference(request.user, task)]
        case "animate" | "reference":
            return [picture_as_reference(request.user, task)]
    return _references(request, task)


@require_POST
def use_work(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Fill the composer with an item: its parameters and references, or its image. What it needs is copied first.

    With htmx the composer of the page that asks is filled in place; else the studio opens with it.
    """
    task, how = _seen(request, task_id), request.POST.get("as", "")
    if how not in get_args(How):
        raise Http404
    try:
        references = _references_for(request, task, how)
    except BadPicture as error:
        page = reverse("item", args=[task.pk])
        return respond(
            request, "gallery/items/_toast.html", {}, message=str(error), level="warning", redirect_to=page
        )
    if request.htmx:
        return _filled(request, task, how, references)
    query = {"from": task.pk, "as": how, "references": ",".join(str(one.pk) for one in references)}
    return redirect(f"{reverse('studio')}?{urlencode({name: value for name, value in query.items() if value})}")


def _filled(request: AuthenticatedHttpRequest, task: Task, how: str, references: list[Reference]) -> HttpResponse:
    """Return the parts of the composer that change, and beside them the values of its other fields.

    They are not in a header: a prompt may be longer than a proxy takes there.
    """
    values = values_from(request.user, fresh_values(request), task, how)
    response = render(request, "studio/composer/_filled.html", {"values": values, "references": references})
    return trigger_client_event(response, "composer-filled", after="swap")


@require_POST
def run_again(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """Make the same once more: prompt, model, ratio, references. One click is one task, however often it is sent."""
    task = _seen(request, task_id)
    look = request.POST.get("look", "")
    if key_of(request.user.pk) is None:
        said = _("You need an API key first. Add it on your account page.")
        return _said(request, task, look, said, done=False)
    if task.model_id not in catalogue():
        return _said(request, task, look, _("The model of this item is no longer available."), done=False)
    own_team = next((team for team in teams_to_share_with(request.user) if team.pk == task.team_id), None)
    wanted = services.Submission(
        task.prompt.text,
        task.model_id,
        task.aspect_ratio,
        1,
        _references(request, task),
        own_team if task.owner_id == request.user.pk else None,
        parent=task,
    )
    run, _is_new = services.submit(request.user, wanted, _uuid(request.POST.get("submission", "")))
    said = _("It is being generated again as #%(id)d.") % {"id": run.tasks.values_list("pk", flat=True)[0]}
    return _said(request, task, look, said, done=True)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _said(request: AuthenticatedHttpRequest, task: Task, look: str, text: str, *, done: bool) -> HttpResponse:
    """A word about it, and the button anew; without htmx, the studio."""
    return respond(
        request,
        "studio/_run_again_done.html",
        {"task": task, "look": look},
        message=text,
        level="success" if done else "warning",
        redirect_to="studio",
    )


@require_GET
def recent_references(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The pictures that the person has used as references, the newest first, to choose from again."""
    references = Reference.objects.filter(owner=request.user).order_by("-pk")[:RECENT_REFERENCES]
    return render(request, "studio/composer/_recent_references.html", {"references": references})
