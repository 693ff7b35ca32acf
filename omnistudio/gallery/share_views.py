"""A person's share links: what there is, a new one, and the end of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from omnistudio.accounts.requests import SignedInRequest
from omnistudio.gallery import share_links
from omnistudio.gallery.collection_views import kept_collection
from omnistudio.gallery.models import Collection, ShareLink, Task
from omnistudio.gallery.share_links_forms import ShareLinkForm


@require_http_methods(["GET", "POST"])
def task_links(request: SignedInRequest, task_id: int) -> HttpResponse:
    """The links to one's own work, private or shared; POST makes another."""
    own = Task.objects.hung().filter(owner_id=request.user.pk, status=Task.Status.SUCCEEDED)
    return _links(request, get_object_or_404(own.select_related("prompt"), pk=task_id))


@require_http_methods(["GET", "POST"])
def collection_links(request: SignedInRequest, collection_id: int) -> HttpResponse:
    """The links to a collection that the person may change; POST makes another."""
    return _links(request, kept_collection(request, collection_id))


def _links(request: SignedInRequest, thing: Task | Collection) -> HttpResponse:
    if request.method != "POST":
        return _answer(request, thing)
    form = ShareLinkForm(request.POST)
    if not form.is_valid():
        return _answer(request, thing, form=form, status=422)
    data = form.cleaned_data
    wish = {name: data[name] for name in ("password", "show_prompt", "allow_download")}
    try:
        made = share_links.make(request.user, thing, good_for=form.good_for, **wish)
    except share_links.TooManyLinks:
        form.add_error(
            None, _("There are %(most)d links already. Revoke one first.") % {"most": share_links.MOST_LINKS}
        )
        return _answer(request, thing, form=form, status=422)
    if not request.htmx:
        messages.success(request, _("The link is ready."))
        return redirect(_page(thing))
    return _answer(request, thing, made=made)


@require_POST
def revoke_link(request: SignedInRequest, link_id: int) -> HttpResponse:
    """Make a link lead nowhere from now on."""
    link = share_links.revocable(request.user, link_id)
    if link is None:
        raise Http404
    share_links.revoke(link)
    said = _("The link was revoked. It leads nowhere any more.")
    thing = share_links.kept_by(request.user, link)
    if request.htmx and thing:
        return _answer(request, thing, said=said)
    messages.success(request, said)
    return redirect(_page(thing) if thing else "collections")


def _page(thing: Task | Collection) -> str:
    return reverse("task_links" if isinstance(thing, Task) else "collection_links", args=[thing.pk])


def _answer(
    request: SignedInRequest,
    thing: Task | Collection,
    *,
    form: ShareLinkForm | None = None,
    made: ShareLink | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    """The fragment where htmx asks for it, else the page around it."""
    links = list(share_links.links_to(thing))
    for link in links:
        link.address = share_links.address_of(link)  # type: ignore[attr-defined]
        link.has_expired = bool(link.expires_at and link.expires_at <= timezone.now())  # type: ignore[attr-defined]
    context = {
        "thing": thing,
        "is_task": isinstance(thing, Task),
        "action": _page(thing),
        "links": links,
        "form": form or ShareLinkForm(),
        "made": made,
        "text": said,
    }
    template = "gallery/_share_links.html" if request.htmx else "gallery/share.html"
    response = render(request, template, {"here": "gallery", **context}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    add_never_cache_headers(response)
    return response
