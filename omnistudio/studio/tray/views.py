"""The tray in the bar of every page: what runs, what has just ended, and the poll that tells of it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseStopPolling, trigger_client_event

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.core.http.params import parse_id
from omnistudio.notices.queries import revision_of
from omnistudio.studio.tray import queries

POLL_SECONDS, REST_SECONDS = 2, 15


@require_GET
def tray(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What is in the tray now; without htmx, the studio, which has it all."""
    if not request.htmx:
        return redirect("studio")
    return render(request, "studio/tray/_tray.html", {"tray": queries.tray_of(request.user.pk)})


@login_not_required
@require_GET
def tray_poll(request: HttpRequest) -> HttpResponse:
    """204 while the person's revision is the one that the page has seen (`seen`): one row is read, and no user.

    Else how many tasks run and are ready, and a toast for what has ended after `at` (milliseconds, by the clock of
    this server). The first poll of a page has seen nothing and tells of nothing.
    """
    user_id = parse_id(request.session.get(SESSION_KEY))
    if not user_id:
        return HttpResponseStopPolling()
    revision, seen = revision_of(user_id), request.GET.get("seen")
    if seen == str(revision):
        return HttpResponse(status=204)
    if not request.user.is_authenticated:
        return HttpResponseStopPolling()
    running, ended = queries.running_count(user_id), queries.ended_since(user_id)
    at = parse_id(request.GET.get("at"))
    since = datetime.fromtimestamp(min(at / 1000, 2**32), UTC) if at else None
    new = [task for task in ended if since and task.finished_at and task.finished_at > since]
    context = {
        "revision": revision,
        "at": int(timezone.now().timestamp() * 1000),
        "pace": POLL_SECONDS if running else REST_SECONDS,
        "running": running,
        "ended": ended,
        "ready": sum(task.status == task.Status.SUCCEEDED for task in ended),
        "new": new if len(new) <= queries.TOASTS else [],
        "many": len(new) if len(new) > queries.TOASTS else 0,
    }
    return trigger_client_event(render(request, "studio/tray/_poll.html", context), "revision-changed")
