"""What people without an account see through a share link. The link is checked at each request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omnistudio.core.http.params import parse_id
from omnistudio.gallery.collections.views import page_of
from omnistudio.gallery.export.views import zip_answer
from omnistudio.gallery.export.zip import PUBLIC_COLUMNS, PUBLIC_COLUMNS_WITH_PROMPT, Archive, wordless_name
from omnistudio.gallery.media.views import attachment, media_answer
from omnistudio.gallery.models import ShareLink, Task
from omnistudio.gallery.share_links import passwords, previews
from omnistudio.gallery.share_links import queries as share_link_queries
from omnistudio.gallery.share_links import services as share_links
from omnistudio.gallery.share_links.forms import PasswordForm
from omnistudio.gallery.share_links.visits import is_program, remember, visit_of

LinkView = Callable[..., HttpResponseBase]


def of_open_link(view: LinkView) -> LinkView:
    """Load the link of the token; without one (guessed, expired, revoked) the answer is the page that says so.

    No answer is kept by a cache or by a search engine, so that the end of a link is the end of it.
    """

    @functools.wraps(view)
    def checked(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        link = share_link_queries.open_link(token)
        try:
            response = view(request, link, *args, **kwargs) if link else gone(request)
        except Http404:
            response = gone(request)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return checked


def gone(request: HttpRequest) -> HttpResponse:
    """404, in the same words whatever the reason."""
    return render(request, "gallery/share_links/public/gone.html", status=404)


@login_not_required
@require_safe
@of_open_link
def shared(request: HttpRequest, link: ShareLink) -> HttpResponseBase:
    """The item, or the collection's page; a form where the link has a password."""
    visit = visit_of(request, link)
    if link.password and not visit.unlocked:
        return _ask(request, link, PasswordForm())
    return _collection(request, link) if link.collection else _work(request, link, link.task_id or 0)


@login_not_required
@require_POST
@of_open_link
def shared_seen(request: HttpRequest, link: ShareLink) -> HttpResponse:
    """Count a visit, once a browser: its page says that it is shown. Programs that fetch it for a preview don't."""
    _require_unlocked(request, link)
    visit, response = visit_of(request, link), HttpResponse(status=204)
    if not visit.counted and not is_program(request):
        share_links.count_view(link)
        remember(response, link, visit, counted=True)
    return response


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_open_link
def unlock_shared(request: HttpRequest, link: ShareLink) -> HttpResponseBase:
    """Try a password. Who comes back to this address, for another language say, gets the form again."""
    if request.method != "POST":
        return redirect("shared", link.token)
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _ask(request, link, form, status=422)
    tries = passwords.Tries(request, link)
    if not tries.take():
        form.add_error(None, _too_many(tries))
        return _ask(request, link, form, status=429)
    if not passwords.opens(link, form.cleaned_data["password"]):
        form.add_error("password", _("This password is not correct."))
        return _ask(request, link, form, status=422)
    tries.give_back()
    response = redirect("shared", link.token)
    remember(response, link, visit_of(request, link), unlocked=True)
    return response


@login_not_required
@require_safe
@of_open_link
def shared_work(request: HttpRequest, link: ShareLink, task_id: int) -> HttpResponseBase:
    """One item of a shared collection, large."""
    _require_unlocked(request, link)
    return _work(request, link, task_id)


@login_not_required
@require_safe
@of_open_link
def shared_media(request: HttpRequest, link: ShareLink, task_id: int, which: str) -> HttpResponseBase:
    """A file of an item behind the link. `?download` works where the link allows it; else it is to be looked at."""
    _require_unlocked(request, link)
    task = get_object_or_404(share_link_queries.items_of(link).select_related("prompt"), pk=task_id)
    disposition = "inline"
    if "download" in request.GET and link.allow_download:
        disposition = attachment(task.download_name if link.show_prompt else wordless_name(task))
    return _asked_again(media_answer(request, task, which, disposition))


@login_not_required
@require_safe
@of_open_link
def shared_output(request: HttpRequest, link: ShareLink, task_id: int, position: int, which: str) -> HttpResponseBase:
    """A further result of an item behind the link, as `shared_media` is for the first."""
    _require_unlocked(request, link)
    task = get_object_or_404(share_link_queries.items_of(link).select_related("prompt"), pk=task_id)
    output = get_object_or_404(task.outputs, position=position)
    name = task.download_name if link.show_prompt else wordless_name(task)
    saves = "download" in request.GET and link.allow_download
    disposition = attachment(output.beside(name)) if saves else "inline"
    return _asked_again(media_answer(request, output, which, disposition))


@login_not_required
@require_safe
@of_open_link
def download_shared(request: HttpRequest, link: ShareLink) -> HttpResponseBase:
    """A shared collection as a ZIP, where the link allows it."""
    _require_unlocked(request, link)
    if link.collection is None or not link.allow_download:
        raise Http404
    columns = PUBLIC_COLUMNS_WITH_PROMPT if link.show_prompt else PUBLIC_COLUMNS
    return zip_answer(Archive(share_link_queries.items_of(link), columns=columns), link.collection.name)


def _asked_again(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "private, no-cache"  # asked for again each time: the link may have ended
    return response


def _too_many(tries: passwords.Tries) -> str:
    if tries.are_all_used:
        return _("Too many wrong passwords were tried at this link. Try again in an hour.")
    return _("Too many wrong passwords. Try again in ten minutes.")


def _require_unlocked(request: HttpRequest, link: ShareLink) -> None:
    if link.password and not visit_of(request, link).unlocked:
        raise Http404


def _ask(request: HttpRequest, link: ShareLink, form: PasswordForm, status: int = 200) -> HttpResponse:
    # No `no-referrer` here: under it browsers send `Origin: null` with a form, which CSRF protection refuses.
    # The site's own `same-origin` tells other sites as little.
    return render(request, "gallery/share_links/public/password.html", {"link": link, "form": form}, status=status)


def _work(request: HttpRequest, link: ShareLink, task_id: int) -> HttpResponse:
    task: Task = get_object_or_404(share_link_queries.items_of(link).select_related("prompt"), pk=task_id)
    preview = previews.of_work(link, task)
    return _shown(request, link, "gallery/share_links/public/item.html", {"task": task, "preview": preview})


def _collection(request: HttpRequest, link: ShareLink) -> HttpResponse:
    at = parse_id(request.GET.get("from")) or 0
    page = page_of(share_link_queries.public_scope(link.owner, link.collection), at)  # type: ignore[arg-type]
    shown = [task for task in page.tasks if task.file]
    context = {"tasks": shown, "next": page.next, "preview": previews.of_collection(link, shown)}
    return _shown(request, link, "gallery/share_links/public/collection.html", context)


def _shown(request: HttpRequest, link: ShareLink, template: str, context: dict[str, Any]) -> HttpResponse:
    context |= {"link": link, "is_new_visit": not visit_of(request, link).counted}
    response = render(request, template, context)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
