"""Adding references in the composer, one file or one URL at a time."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.core import trouble
from omnistudio.core.fetch.safe_fetch import FetchError
from omnistudio.core.http.params import parse_id
from omnistudio.core.images import BadPicture
from omnistudio.gallery.media.references import fetch_reference, keep_reference, picture_as_reference
from omnistudio.gallery.models import Reference, Task


@require_POST
def add_reference(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Keep a `file`, the picture at `url` or that of an item (`task`); the answer is its tile, 422 or 503."""
    file, url = request.FILES.get("file"), request.POST.get("url", "").strip()
    try:
        if request.POST.get("task"):
            reference = picture_as_reference(request.user, _seen(request))
        elif file:
            reference = keep_reference(request.user, file)
        elif url:
            reference = fetch_reference(request.user, url[:2000])
        else:
            raise BadPicture(_("Choose an image, or paste its URL."))
    except (BadPicture, FetchError) as error:
        return _not_kept(str(file.name if file else url), str(error), 422)
    except Exception as error:
        kind = trouble.kind_of(error)
        if kind is None:
            raise
        return _not_kept(str(file.name if file else url), trouble.words(kind), 503)
    return render(request, "studio/composer/_reference.html", {"reference": reference})


def _not_kept(name: str, why: str, status: int) -> HttpResponse:
    """A line of plain text, which the composer shows as it is."""
    text = f"{name[:80]}: {why}" if name else why
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _seen(request: AuthenticatedHttpRequest) -> Task:
    """The item that the form names; only its picture is wanted, so that it needs no text.

    Raises:
        BadPicture: there is none that the person may see.
    """
    pk = parse_id(request.POST.get("task"))
    task = Task.objects.visible_to(request.user).filter(pk=pk).first() if pk else None
    if task is None:
        raise BadPicture(_("The item to be used as a reference was deleted, or is not shared with you any more."))
    return task


@require_GET
def reference(request: AuthenticatedHttpRequest, reference_id: int) -> HttpResponse:
    """The tile of a reference that the person added before: a draft that comes back."""
    own = get_object_or_404(Reference, pk=reference_id, owner_id=request.user.pk)
    return render(request, "studio/composer/_reference.html", {"reference": own})
