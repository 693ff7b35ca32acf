"""Views of the Open API, below `/api/v1/`."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from omnistudio.core.http.files import ranged
from omnistudio.openapi_server import catalogue, queries, responses, schema
from omnistudio.openapi_server.decorators import endpoint, with_key
from omnistudio.openapi_server.models import Key
from omnistudio.openapi_server.request_body import Refused, read_order
from omnistudio.openapi_server.services import jobs


@endpoint("POST")
@with_key
def api_create_task(request: HttpRequest, key: Key) -> HttpResponseBase:
    """Create a task and charge for it."""
    order = read_order(_body(request))
    job = jobs.create_job(key, order, idempotency_key=_idempotency_key(request), language=get_language() or "en")
    return responses.created(job)


@endpoint("GET", "HEAD")
@with_key
def api_task(request: HttpRequest, key: Key, task_id: str = "") -> HttpResponseBase:
    """Return the state of a task. Other people's tasks are answered like ids that don't exist."""
    job = queries.job_of(key.owner_id, task_id)
    return responses.found(request, job) if job else responses.refused(_("There is no task with this ID."))


@endpoint("GET", "HEAD")
def api_result(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Return the file of a finished task to anybody who has its URL. Supports range requests."""
    job = queries.job_with_result(token)
    if job is None or name != job.result_name or not default_storage.exists(str(job.result)):
        return responses.refused(_("There is no such file, or it has expired."), status=404)
    modified = job.finished_at.timestamp() if job.finished_at else None
    response = ranged(request, job.result.open("rb"), content_type=job.content_type, etag=token, modified=modified)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "public, max-age=86400, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@endpoint("GET", "HEAD")
def api_document(request: HttpRequest) -> HttpResponseBase:
    """Return the API's OpenAPI 3.1 document."""
    return JsonResponse(schema.openapi(request.build_absolute_uri("/").rstrip("/")))


@endpoint()
def api_unknown(request: HttpRequest) -> HttpResponseBase:
    """Answer any other address below `/api/v1/` with a 404 in the envelope."""
    return responses.refused(_("There is nothing at this address."), status=404)


def _body(request: HttpRequest) -> bytes:
    """Return the body. Raises `Refused` if it is too long, by `Content-Length` before it is read."""
    try:
        if int(request.headers.get("Content-Length") or 0) <= catalogue.MAX_BODY_BYTES:
            return request.body
    except (ValueError, RequestDataTooBig):
        pass
    raise Refused(_("The body is longer than %(most)d KB.") % {"most": catalogue.MAX_BODY_BYTES // 1024})


def _idempotency_key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > catalogue.MAX_IDEMPOTENCY_KEY or not key.isprintable():
        raise Refused(
            _("The Idempotency-Key is longer than %(most)d characters.") % {"most": catalogue.MAX_IDEMPOTENCY_KEY}
        )
    return key
