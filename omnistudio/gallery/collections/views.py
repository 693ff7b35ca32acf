"""Collections: the list of them, one collection, and what its owners do with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.queries import teams_to_share_with
from omnistudio.core.http.params import parse_id
from omnistudio.gallery.browse.filters import Filter
from omnistudio.gallery.browse.pagination import Page, by_hand, page
from omnistudio.gallery.browse.scopes import Scope, scope_named
from omnistudio.gallery.collections import queries as collection_queries
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.collections.forms import NameForm, NewCollectionForm, OrderForm
from omnistudio.gallery.models import Collection


def seen_collection(request: AuthenticatedHttpRequest, collection_id: int) -> Collection:
    """A collection that the person sees; 404 otherwise."""
    found = Collection.objects.visible_to(request.user).select_related("team", "owner")
    return get_object_or_404(found, pk=collection_id)


def kept_collection(request: AuthenticatedHttpRequest, collection_id: int) -> Collection:
    """A collection that the person may change; 404 otherwise."""
    return get_object_or_404(Collection.objects.changeable_by(request.user).select_related("team"), pk=collection_id)


@require_GET
def collections_page(request: AuthenticatedHttpRequest) -> HttpResponse:
    """One's own collections and those of one's teams."""
    return _collections(request, NewCollectionForm(request.user))


def _collections(request: AuthenticatedHttpRequest, form: NewCollectionForm, status: int = 200) -> HttpResponse:
    context = {"here": "gallery", "groups": collection_queries.collection_groups(request.user), "form": form}
    return render(
        request,
        "gallery/collections/collections.html",
        {**context, "most": collection_queries.MAX_COUNTED},
        status=status,
    )


@require_POST
def create_collection(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Make an empty collection."""
    form = NewCollectionForm(request.user, request.POST)
    if form.is_valid():
        try:
            made = collections.create(request.user, form.cleaned_data["name"], form.cleaned_data["team"])
        except collections.Full:
            form.add_error(None, too_many_collections())
        else:
            return redirect("collection", made.pk)
    return _collections(request, form, status=422)


def too_many_collections() -> str:
    return _("There are %(most)d collections already. Delete one first.") % {"most": collections.MAX_COLLECTIONS}


@require_GET
def collection(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """The items of a collection, newest first or in the order set by hand."""
    return collection_answer(request, seen_collection(request, collection_id))


def collection_answer(
    request: AuthenticatedHttpRequest, collection: Collection, *, form: NameForm | None = None, status: int = 200
) -> HttpResponse:
    context = items_context(request, collection)
    context["form"] = form or NameForm(initial={"name": collection.name})
    return render(request, "gallery/collections/collection.html", {"here": "gallery", **context}, status=status)


def items_context(request: AuthenticatedHttpRequest, collection: Collection) -> dict[str, Any]:
    """A page of the collection's items, from the place that the request names."""
    at = parse_id(request.GET.get("from") or request.POST.get("from")) or 0
    return {
        "collection": collection,
        "query": f"scope=collection:{collection.pk}",
        "page": page_of(Scope("collection", request.user, collection=collection), at),
        "cursor": at or "",
        "is_changeable": Collection.objects.changeable_by(request.user).filter(pk=collection.pk).exists(),
        "orders": Collection.Order.choices,
        "by_hand": collection.order == Collection.Order.HAND,
    }


def page_of(scope: Scope, at: int) -> Page:
    """A page of a collection in its own order; `at` is where it begins, 0 at the top."""
    if scope.collection and scope.collection.order == Collection.Order.HAND:
        return by_hand(scope, after=at)
    return page(scope, Filter(), before=at or None)


@require_POST
def rename_collection(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Give a collection another name."""
    kept = kept_collection(request, collection_id)
    form = NameForm(request.POST)
    if not form.is_valid():
        return collection_answer(request, kept, form=form, status=422)
    collections.rename(kept, form.cleaned_data["name"])
    return redirect("collection", kept.pk)


@require_POST
def order_collection(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Show a collection newest first, or by hand."""
    kept = kept_collection(request, collection_id)
    form = OrderForm(request.POST)
    if form.is_valid():
        collections.set_order(kept, form.cleaned_data["order"])
    return redirect("collection", kept.pk)


@require_POST
def delete_collection(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """Delete a collection and its links; its items stay."""
    kept = kept_collection(request, collection_id)
    kept.delete()
    messages.success(request, _("“%(name)s” was deleted. Its items stay where they are.") % {"name": kept.name})
    return redirect("collections")


@require_GET
def collection_choices(request: AuthenticatedHttpRequest) -> HttpResponse:
    """A fragment to choose a collection in, or to name a new one, for a form that has `ids`.

    In a team's gallery (`scope`) a new one is that team's, where nothing else is chosen. `form` is the id of the form
    that the fields belong to, where it is not around them.
    """
    scope = scope_named(request.user, request.GET.get("scope", ""))
    context = {
        "choices": collection_queries.choices(request.user),
        "action": reverse("add_to_collection"),
        "teams": teams_to_share_with(request.user),
        "default_team": scope.team.pk if scope and scope.team else None,
        "form": "collect" if request.GET.get("form") == "collect" else "",
    }
    return render(request, "gallery/collections/_choices.html", context)
