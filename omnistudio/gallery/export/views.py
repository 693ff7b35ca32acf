"""Downloads of several items: a selection, or a collection, as one ZIP."""

from __future__ import annotations

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.core.http.params import parse_ids
from omnistudio.gallery.collections.queries import items_of
from omnistudio.gallery.export.zip import Archive, safe_name
from omnistudio.gallery.media.views import attachment
from omnistudio.gallery.models import Collection, Task
from omnistudio.gallery.selection import MAX_ITEMS, TooMany, checked_ids
from omnistudio.gallery.services import mark_downloaded


@require_POST
def download(request: AuthenticatedHttpRequest) -> HttpResponseBase:
    """The selected items as a ZIP; those that the person does not see are left out, and counted in it."""
    ids = parse_ids(request.POST)
    if not ids:
        return _refused(request, _("Select at least one item to download."))
    try:
        checked_ids(ids)
    except TooMany:
        too_many = _("At most %(most)d items can be downloaded at once. Select fewer, or add them to a collection.")
        return _refused(request, too_many % {"most": MAX_ITEMS})
    tasks = Task.objects.visible_to(request.user).filter(pk__in=ids).order_by("-pk")
    archive = Archive(tasks, left_out=len(ids) - tasks.count())
    if not archive.entries:
        raise Http404
    mark_downloaded(tasks)
    return zip_answer(archive, f"{archive.count}-items")


@require_GET
def download_collection(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponseBase:
    """What the person sees of a collection, as a ZIP."""
    collection = get_object_or_404(Collection.objects.visible_to(request.user), pk=collection_id)
    tasks = items_of(collection, request.user)
    archive = Archive(tasks)
    mark_downloaded(tasks)
    return zip_answer(archive, collection.name)


def zip_answer(archive: Archive, name: str) -> StreamingHttpResponse:
    """Send an archive while it is made."""
    response = StreamingHttpResponse(archive.stream(), content_type="application/zip")
    words = safe_name(name.lower())[:60].strip(".-_") or "items"
    response.headers["Content-Disposition"] = attachment(f"{timezone.localdate():%Y-%m-%d}_{words}.zip")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if archive.length is not None:
        response.headers["Content-Length"] = str(archive.length)
    return response


def _refused(request: AuthenticatedHttpRequest, text: str) -> HttpResponse:
    return render(request, "gallery/collections/refused.html", {"text": text}, status=422)
