"""Build the API's answers: the envelope, and the language of its reasons."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from omnistudio.openapi_server.models import Job

OK = 200
FAILED = 0
UNAUTHORISED = 401

# The texts of `msg` in the contract.
SUBMITTED = "提交成功,等待生成"
FOUND = "ok"


def envelope(code: int, msg: str, data: dict[str, Any] | None, *, status: int = 200, **beside: Any) -> JsonResponse:
    """Return an answer with `code`, `msg` and `data`, and the fields of `data` again at the top level.

    The page of the contract has the fields in `data`; the SDKs of the service read them at the top level. `beside`
    are fields that are at the top level only.
    """
    body = {"code": code, "msg": msg, "data": data, **(data or {}), **beside}
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "no-store"
    return response


def refused(reason: str, *, status: int = 200) -> JsonResponse:
    """Return the answer to a request that was not carried out, with the reason."""
    return envelope(FAILED, reason, None, status=status)


def unauthorised(reason: str) -> JsonResponse:
    """Return the 401 answer to a request without a valid key."""
    response = envelope(UNAUTHORISED, reason, None, status=401)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def created(job: Job) -> JsonResponse:
    """Return the answer to a create request."""
    data = {"task_id": job.task_id, "request_id": job.request_id, "credits": job.credits}
    return envelope(OK, SUBMITTED, data, task_status=int(Job.Status.QUEUED))


def found(request: HttpRequest, job: Job) -> JsonResponse:
    """Return the answer to a query; for a failed task, `msg` is the reason."""
    url = result_url(request, job) if job.status == Job.Status.SUCCEEDED else None
    data = {
        "task_id": job.task_id,
        "task_status": job.status,
        "task_type": job.kind,
        "model_id": job.model_id,
        "image_url": url if job.kind == "image" else None,
        "video_url": url if job.kind == "video" else None,
        "audio_url": None,
        "credits": job.credits,
        "created_at": int(job.created_at.timestamp()),
    }
    return envelope(OK, job.reason if job.status == Job.Status.FAILED else FOUND, data)


def result_url(request: HttpRequest, job: Job) -> str:
    """Return the absolute URL of the result, with the host of the request."""
    path = reverse("api_result", args=[job.result_token, job.result_name])
    return request.build_absolute_uri(path)


def language_of(request: HttpRequest) -> str:
    """Return the supported language that `Accept-Language` prefers; `LANGUAGE_CODE` by default."""
    for code, _weight in trans_real.parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
