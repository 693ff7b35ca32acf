"""What is done with items in the trash."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.core.http.params import parse_ids
from omnistudio.core.text import join_sentences
from omnistudio.gallery import selection
from omnistudio.gallery.models import Task
from omnistudio.gallery.sharing import services as sharing
from omnistudio.gallery.sharing.text import now_private
from omnistudio.gallery.trash import services as trash


@require_POST
def restore_from_trash(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Restore one's own items from the trash."""
    ids = parse_ids(request.POST)
    try:
        done = trash.restore(request.user, ids)
    except selection.TooMany as error:
        return _refused(request, error)
    n = len(done.ids)
    said = ngettext("%(n)d item was restored.", "%(n)d items were restored.", n) % {"n": n}
    if done.private:
        said = join_sentences(said, now_private(done.private))
    return _said(request, replace(done, left_out=len(set(ids)) - n), said)


@require_POST
def purge_from_trash(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Ask first; then remove one's own items permanently, with their files."""
    ids = parse_ids(request.POST)
    try:
        selection.checked_ids(ids)
    except selection.TooMany as error:
        return _refused(request, error)
    if "sure" not in request.POST:
        return _ask(request, ids)
    done = trash.purge(request.user, ids)
    n = len(done.ids)
    return _said(
        request,
        done,
        ngettext("%(n)d item was deleted permanently.", "%(n)d items were deleted permanently.", n) % {"n": n},
    )


def _ask(request: AuthenticatedHttpRequest, ids: list[int]) -> HttpResponse:
    own = Task.objects.trashed().filter(owner_id=request.user.pk, pk__in=ids).order_by("-pk")
    chosen = list(own.values_list("pk", flat=True))
    if not chosen:
        raise Http404
    n = len(chosen)
    context = {
        "title": ngettext("Delete %(n)d item permanently?", "Delete %(n)d items permanently?", n) % {"n": n},
        "text": _("The files are removed from the storage. This can’t be undone."),
        "button": ngettext("Delete %(n)d item", "Delete %(n)d items", n) % {"n": n},
        "ids": chosen,
        "action": reverse("purge_from_trash"),
        "back": reverse("trash"),
        "keep": _("Keep in the trash"),
    }
    return render(request, "gallery/collections/confirm.html", context)


def _said(request: AuthenticatedHttpRequest, done: sharing.Done, text: str) -> HttpResponse:
    if not done.ids:
        text = _("Nothing was changed.")
    if done.left_out:
        left = ngettext(
            "%(n)d was skipped: it is not in your trash.",
            "%(n)d were skipped: they are not in your trash.",
            done.left_out,
        )
        text = join_sentences(text, left % {"n": done.left_out})
    (messages.success if done.ids else messages.warning)(request, text)
    return redirect("trash")


def _refused(request: AuthenticatedHttpRequest, error: selection.TooMany) -> HttpResponse:
    return render(request, "gallery/collections/refused.html", {"text": str(error)}, status=422)
