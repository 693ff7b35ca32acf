"""Views for administrators: the state of the instance and its credits; and the metrics for the monitoring."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from omnistudio.accounts.http import AuthenticatedHttpRequest
from omnistudio.core.http.params import parse_id
from omnistudio.gallery.export.zip import metadata_csv
from omnistudio.gallery.media.views import attachment
from omnistudio.gallery.models import Task
from omnistudio.operations import metrics as numbers
from omnistudio.operations import queries
from omnistudio.operations.wording import trouble_words

View = Callable[..., HttpResponseBase]
COLUMNS = [
    *("number", "task id", "request id", "idempotency key", "model", "state", "reason", "charged", "given back"),
    *("key", "created", "sent", "accepted", "finished"),
]


def for_administrators(view: View) -> View:
    """Let only staff use the view; everybody else gets a 404."""

    @functools.wraps(view)
    def checked(request: AuthenticatedHttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **kwargs)

    return checked


@require_safe
@never_cache
@for_administrators
def ops(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show processes, waiting and stuck tasks, credits at risk, media that failed, and circuit breakers."""
    beats = queries.processes()
    context = {
        "beats": beats,
        "trackers": sum(beat.is_alive and beat.role == "tracker" for beat in beats),
        "tripped": sum(beat.is_alive and beat.breaker_open for beat in beats),
        "counts": queries.counts(),
        "oldest": queries.oldest_waiting(),
        "depths": queries.queue_depths(),
        "troubles": [(trouble_words(name), count) for name, count in queries.troubles().items()],
        "stuck": queries.stuck_tasks(),
        "failed_media": queries.failed_media(),
        "risk": queries.risk(queries.at_risk_ids()),
        "built_in": settings.OMNI_API_IS_BUILT_IN,
        "service": settings.OMNI_API_URL,
    }
    return render(request, "operations/ops.html", context)


@require_safe
@never_cache
@for_administrators
def ops_credits(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show what each task cost and what was refunded; with `?risk`, only tasks whose credits are at risk."""
    ids = queries.at_risk_ids()
    only_risk = "risk" in request.GET
    cursor = parse_id(request.GET.get("before"))
    page = queries.LedgerPage(queries.tasks_of(ids[:500]), None) if only_risk else queries.ledger(cursor)
    context = {"page": page, "risky": set(ids), "risk": queries.risk(ids), "only_risk": only_risk, "before": cursor}
    return render(request, "operations/ops_credits.html", context)


@require_GET
@never_cache
@for_administrators
def credits_at_risk_csv(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Return the tasks whose credits are at risk as CSV, with the ids that the service's support asks for.

    It contains no prompts and no links.
    """
    tasks = queries.tasks_of(queries.at_risk_ids())
    response = HttpResponse(metadata_csv(map(_facts, tasks), COLUMNS), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = attachment(f"{timezone.localdate():%Y-%m-%d}_credits-at-risk.csv")
    return response


def _facts(task: Task) -> dict[str, Any]:
    moments = {"created": task.created_at, "sent": task.sent_at, "accepted": task.accepted_at}
    moments["finished"] = task.finished_at
    return {
        "number": task.pk,
        "task id": task.remote_id,
        "request id": task.request_id,
        "idempotency key": str(task.uuid),
        "model": task.model_id,
        "state": task.status,
        "reason": task.reason,
        "charged": task.credits,
        "given back": task.refunded,
        "key": f"sk-…{task.key_last_four}" if task.key_last_four else "",
        **{name: moment.isoformat(timespec="seconds") if moment else "" for name, moment in moments.items()},
    }


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics for Prometheus; 404 without the right token, or if `METRICS_TOKEN` is not set."""
    token = settings.METRICS_TOKEN
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if not token or scheme.lower() != "bearer" or not constant_time_compare(given.strip(), token):
        raise Http404
    return HttpResponse(numbers.text(), content_type=CONTENT_TYPE_LATEST)
