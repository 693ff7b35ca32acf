"""Actions on the items of a collection: add, remove, reorder, choose the cover."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.core.http.htmx import respond
from omnistudio.core.http.params import parse_id, parse_ids, parse_pairs
from omnistudio.core.text import join_sentences
from omnistudio.gallery.collections import queries as collection_queries
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.collections.forms import NewCollectionForm
from omnistudio.gallery.collections.views import items_context, kept_collection, too_many_collections
from omnistudio.gallery.models import Collection
from omnistudio.gallery.selection import Done, TooMany, checked_ids


class Refused(Exception):
    """It can't be done; the text says why."""


@require_POST
def add_to_collection(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Put items into a collection (`collection`), or into a new one (`name`, and `team` where it is a team's)."""
    ids = parse_ids(request.POST)
    try:
        kept = _target(request, ids)
        done = collections.add(kept, request.user, ids)
    except (Refused, TooMany, collections.Full) as error:
        return _told(request, _reason(error), status=422)
    undo = {"ids": done.new, "created": not request.POST.get("collection")} if done.new else None
    level = "success" if done.ids else "warning"
    return _told(request, _said(kept, done), collection=kept, undo=undo, level=level)


@require_POST
def undo_adding(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Undo `add_to_collection`: take out what was new there; a collection `created` for it goes, if it is empty."""
    kept = kept_collection(request, collection_id)
    try:
        done = collections.remove(kept, request.user, parse_ids(request.POST))
    except TooMany as error:
        return _told(request, _reason(error), status=422)
    n, words = len(done.ids), {"n": len(done.ids), "name": kept.name}
    said = ngettext("%(n)d item was removed from “%(name)s”.", "%(n)d items were removed from “%(name)s”.", n) % words
    if "created" in request.POST and collections.delete_if_empty(kept):
        said = join_sentences(said, _("The new collection was deleted."))
        return respond(
            request, "gallery/collections/_message.html", {}, message=said, redirect_to=reverse("collections")
        )
    if not n:
        return _told(request, _("Nothing was changed."), collection=kept, level="warning")
    return _told(request, said, collection=kept, level="success")


def _target(request: AuthenticatedHttpRequest, ids: list[int]) -> Collection:
    if not ids:
        raise Refused(_("Select at least one item."))
    checked_ids(ids)
    if number := request.POST.get("collection", ""):
        return kept_collection(request, parse_id(number) or 0)
    form = NewCollectionForm(request.user, request.POST)
    if not form.is_valid():
        raise Refused(_("Choose a collection, or name a new one (80 characters at most)."))
    try:
        return collections.create(request.user, form.cleaned_data["name"], form.cleaned_data["team"])
    except collections.Full as error:
        raise Refused(too_many_collections()) from error


def _reason(error: Exception) -> str:
    if isinstance(error, collections.Full):
        return _("A collection can hold at most %(most)d items.") % {"most": collections.MAX_ITEMS}
    return str(error)


def _said(kept: Collection, done: Done) -> str:
    n = len(done.ids)
    words = {"n": n, "name": kept.name}
    said = [ngettext("%(n)d item is in “%(name)s”.", "%(n)d items are in “%(name)s”.", n) % words]
    if not n:
        said = [_("Nothing was added to “%(name)s”.") % words]
    if done.left_out:
        left = ngettext(
            "%(n)d was skipped: it no longer exists, or you don’t have access.",
            "%(n)d were skipped: they no longer exist, or you don’t have access.",
            done.left_out,
        )
        said.append(left % {"n": done.left_out})
    if hidden := collection_queries.private_in(kept, done.ids):
        said.append(
            ngettext(
                "The team can’t see %(n)d of them: it is not shared.",
                "The team can’t see %(n)d of them: they are not shared.",
                hidden,
            )
            % {"n": hidden}
        )
    return join_sentences(*said)


def _told(
    request: AuthenticatedHttpRequest,
    text: str,
    *,
    collection: Collection | None = None,
    undo: dict[str, Any] | None = None,
    level: str = "error",
    status: int = 200,
) -> HttpResponse:
    if request.htmx:
        context = {"text": text, "level": level, "collection": collection, "undo": undo}
        return render(request, "gallery/collections/_message.html", context, status=status)
    if collection is None:
        return render(request, "gallery/collections/refused.html", {"text": text}, status=status)
    (messages.success if level == "success" else messages.warning)(request, text)
    return redirect("collection", collection.pk)


@require_POST
def remove_from_collection(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Take items out of a collection; they stay in the gallery."""
    kept = kept_collection(request, collection_id)
    try:
        done = collections.remove(kept, request.user, parse_ids(request.POST))
    except TooMany as error:
        return _told(request, _reason(error), status=422)
    n = len(done.ids)
    said = ngettext(
        "%(n)d item was removed from the collection.", "%(n)d items were removed from the collection.", n
    ) % {"n": n}
    kept.refresh_from_db(fields=["cover"])
    return _works(request, kept, text=said, undo=done)


@require_POST
def put_back_into_collection(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Undo that items were taken out: `places` says where each was (`item.position`), `cover` which was in front."""
    kept = kept_collection(request, collection_id)
    places = parse_pairs(request.POST.getlist("places"))
    try:
        done = collections.put_back(kept, request.user, places, parse_id(request.POST.get("cover", "")))
    except (TooMany, collections.Full) as error:
        return _told(request, _reason(error), status=422)
    kept.refresh_from_db(fields=["cover"])
    return _works(request, kept, text=_said(kept, done))


@require_POST
def move_earlier(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Move an item one place towards the top."""
    return _moved(request, collection_id, earlier=True)


@require_POST
def move_later(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Move an item one place towards the end."""
    return _moved(request, collection_id, earlier=False)


def _moved(request: AuthenticatedHttpRequest, collection_id: int, *, earlier: bool) -> HttpResponse:
    kept = kept_collection(request, collection_id)
    for task_id in parse_ids(request.POST)[:1]:
        collections.move(kept, request.user, task_id, earlier=earlier)
    return _works(request, kept)


@require_POST
def arrange_collection(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Set items in the order in which they were put down."""
    kept = kept_collection(request, collection_id)
    try:
        collections.arrange(kept, request.user, parse_ids(request.POST))
    except TooMany as error:
        return _told(request, _reason(error), status=422)
    return _works(request, kept)


@require_POST
def set_cover(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Make an item the cover of the collection."""
    kept = kept_collection(request, collection_id)
    done = [pk for pk in parse_ids(request.POST)[:1] if collections.set_cover(kept, request.user, pk)]
    kept.refresh_from_db(fields=["cover"])
    return _works(request, kept, text=_("#%(id)d is the cover now.") % {"id": done[0]} if done else "")


def _works(
    request: AuthenticatedHttpRequest, kept: Collection, *, text: str = "", undo: collections.Removed | None = None
) -> HttpResponse:
    """The items as they are now, with a toast; without htmx, the page."""
    cursor = parse_id(request.POST.get("from"))
    return respond(
        request,
        "gallery/collections/_changed.html",
        lambda: {**items_context(request, kept), "undo": undo},
        message=text,
        redirect_to=reverse("collection", args=[kept.pk]) + (f"?from={cursor}" if cursor else ""),
    )
