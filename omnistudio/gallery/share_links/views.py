"""A person's share links: what there is, a new one, and the end of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.accounts.teams.pages import owners_seat
from omnistudio.core.http.params import parse_id
from omnistudio.core.http.redirects import safe_next_url
from omnistudio.gallery.collections.views import kept_collection
from omnistudio.gallery.models import Collection, ShareLink, Task
from omnistudio.gallery.queries import stopped_links
from omnistudio.gallery.share_links import queries as share_link_queries
from omnistudio.gallery.share_links import services as share_links
from omnistudio.gallery.share_links.forms import ShareLinkForm


@require_http_methods(["GET", "POST"])
def task_links(request: AuthenticatedHttpRequest, task_id: int) -> HttpResponse:
    """The links to one's own item, private or shared; POST makes another."""
    own = Task.objects.not_trashed().filter(owner_id=request.user.pk, status=Task.Status.SUCCEEDED)
    return _links(request, get_object_or_404(own.select_related("prompt"), pk=task_id))


@require_http_methods(["GET", "POST"])
def collection_links(request: AuthenticatedHttpRequest, collection_id: int) -> HttpResponse:
    """The links to a collection that the person may change; POST makes another."""
    return _links(request, kept_collection(request, collection_id))


def _links(request: AuthenticatedHttpRequest, thing: Task | Collection) -> HttpResponse:
    if request.method != "POST":
        return _answer(request, thing)
    form = ShareLinkForm(request.POST)
    if not form.is_valid():
        return _answer(request, thing, form=form, status=422)
    data = form.cleaned_data
    wanted = {name: data[name] for name in ("password", "show_prompt", "allow_download")}
    try:
        made = share_links.make(request.user, thing, good_for=form.good_for, **wanted)
    except share_links.TooManyLinks:
        form.add_error(
            None, _("There are %(most)d links already. Revoke one first.") % {"most": share_links.MAX_LINKS}
        )
        return _answer(request, thing, form=form, status=422)
    if not request.htmx:
        messages.success(request, _("The link is ready."))
        return redirect(_page(thing))
    return _answer(request, thing, made=made)


@require_GET
def team_links(request: AuthenticatedHttpRequest, team_id: int) -> HttpResponse:
    """For the owners of a team: every link that shows something of it, whoever made it, and its end."""
    seat = owners_seat(request, team_id)
    before = parse_id(request.GET.get("before"))
    links, following = share_link_queries.page_of_team(seat.team, before)
    share_link_queries.show_addresses(request.user, links)
    context = {"here": "team", "team": seat.team, "links": links, "following": following, "before": before}
    context |= {"back": request.get_full_path(), "stopped_links": stopped_links(request.user)}
    return render(request, "gallery/share_links/team_links.html", context)


@require_POST
def dismiss_stopped_links(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The person has read how many links an update has stopped."""
    stopped_links(request.user).delete()
    return redirect(safe_next_url(request) or "gallery")


@require_POST
def revoke_link(request: AuthenticatedHttpRequest, link_id: int) -> HttpResponse:
    """End a link from now on."""
    link = share_link_queries.revocable(request.user, link_id)
    if link is None:
        raise Http404
    share_links.revoke(link)
    said = _("The link was revoked. It no longer works.")
    thing = share_link_queries.kept_by(request.user, link)
    if request.htmx and thing:
        return _answer(request, thing, said=said)
    messages.success(request, said)
    return redirect(safe_next_url(request) or (_page(thing) if thing else "collections"))


def _page(thing: Task | Collection) -> str:
    return reverse("task_links" if isinstance(thing, Task) else "collection_links", args=[thing.pk])


def _answer(
    request: AuthenticatedHttpRequest,
    thing: Task | Collection,
    *,
    form: ShareLinkForm | None = None,
    made: ShareLink | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    """The fragment where htmx asks for it, else the page around it."""
    links = list(share_link_queries.links_to(thing))
    share_link_queries.show_addresses(request.user, links)
    for link in links:
        link.has_expired = bool(link.expires_at and link.expires_at <= timezone.now())  # type: ignore[attr-defined]
    context = {
        "thing": thing,
        "is_task": isinstance(thing, Task),
        "action": _page(thing),
        "links": links,
        "form": form or ShareLinkForm(),
        "not_shown": 0 if isinstance(thing, Task) else share_link_queries.not_shown(request.user, thing),
        "made": made,
        "text": said,
    }
    template = "gallery/share_links/_links.html" if request.htmx else "gallery/share_links/links.html"
    response = render(request, template, {"here": "gallery", **context}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    add_never_cache_headers(response)
    return response
