"""Media: our own copies of results and references, to those who may see them."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib.auth.decorators import login_not_required
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.core.file_types import INLINE_TYPES, OCTETS
from omnistudio.core.http.files import ranged, stored
from omnistudio.gallery.media import reference_links
from omnistudio.gallery.models import Reference, StoredFile, Task
from omnistudio.gallery.services import mark_downloaded

# A file that is opened by itself may do nothing but be looked at.
MEDIA_CSP = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
)
SMALL = {"thumbnail": "image/webp", "poster": "image/jpeg", "preview": "video/mp4"}
_WEBP = ".webp"


@require_safe
def media(request: AuthenticatedHttpRequest, task_id: int, which: str) -> HttpResponseBase:
    """A task's file, poster, thumbnail or preview. `?download` gives the file a good name."""
    tasks = Task.objects.visible_to(request.user)
    if which == "thumbnail":  # in the trash a person still sees what they may bring back
        tasks = tasks | Task.objects.trashed().filter(owner_id=request.user.pk)
    task = get_object_or_404(tasks.select_related("prompt"), pk=task_id)
    if which == "thumbnail" and not task.thumbnail:  # a sound has none, and its neighbours ask before they know
        return HttpResponse(status=204)
    disposition = attachment(task.download_name) if "download" in request.GET else "inline"
    if "download" in request.GET and which == "file" and request.method == "GET" and task.downloaded_at is None:
        mark_downloaded(Task.objects.filter(pk=task.pk))
    return media_answer(request, task, which, disposition)


@require_safe
def output(request: AuthenticatedHttpRequest, task_id: int, position: int, which: str) -> HttpResponseBase:
    """A file of a further result of a task. `?download` gives the file a good name."""
    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("prompt"), pk=task_id)
    further = get_object_or_404(task.outputs, position=position)
    disposition = attachment(further.download_name) if "download" in request.GET else "inline"
    return media_answer(request, further, which, disposition)


def media_answer(request: HttpRequest, result: StoredFile, which: str, disposition: str) -> HttpResponseBase:
    """One of a result's files, to whoever the caller has found to be allowed to see it.

    What is no type that a browser may show is sent to be saved, whatever was asked for.
    """
    field = getattr(result, which)
    content_type = SMALL.get(which) or result.content_type or OCTETS
    if which == "poster" and str(field.name).endswith(_WEBP):  # a picture's upright copy
        content_type = "image/webp"
    if content_type not in INLINE_TYPES and disposition == "inline":
        disposition = "attachment"  # no name: a public link may hide the prompt, which is in it
    return _answer(request, field, content_type, f"{result.sha256}-{which}", disposition)


def attachment(name: str) -> str:
    """The header that makes a browser save an answer under `name`."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


@require_safe
def reference_file(request: AuthenticatedHttpRequest, reference_id: int, which: str) -> HttpResponseBase:
    """A person's own reference, or its thumbnail."""
    reference = get_object_or_404(Reference, pk=reference_id, owner_id=request.user.pk)
    content_type = SMALL.get(which) or reference.content_type
    return _answer(request, getattr(reference, which), content_type, f"{reference.sha256}-{which}")


@login_not_required
@require_safe
def linked_reference(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """A reference for the service, by a signed link: the file itself, wherever it is stored.

    No redirect, because a service need not follow one, and may reach us and not our object store.
    """
    reference = reference_links.reference_of_link(token)
    if reference is None:
        raise Http404
    try:
        file = reference.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = ranged(request, file, content_type=reference.content_type, etag=reference.sha256)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return _guarded(response)


def _answer(
    request: HttpRequest, field: FieldFile, content_type: str, etag: str, disposition: str = "inline"
) -> HttpResponseBase:
    return _guarded(stored(request, field, content_type=content_type, etag=etag, disposition=disposition))


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Content-Security-Policy"] = MEDIA_CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
