"""`/healthz`: for load balancers and for whoever wonders."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from omnistudio.models import Heartbeat


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 and the state of every part; 503 where the database does not answer."""
    free = shutil.disk_usage(settings.DATA_DIR).free
    try:
        beats = {role: _last_beat(role) for role in Heartbeat.Role.values}
        database = {"ok": True, "engine": connection.vendor}
    except DatabaseError:
        return JsonResponse({"ok": False, "database": {"ok": False}, "disk": {"free_bytes": free}}, status=503)
    return JsonResponse({"ok": True, "database": database, **beats, "disk": {"free_bytes": free}})


def _last_beat(role: str) -> dict[str, object]:
    """How many processes of a role are alive, and the seconds since the last sign of one."""
    last = Heartbeat.objects.filter(role=role).order_by("-beat_at").values_list("beat_at", flat=True).first()
    age = round((timezone.now() - last).total_seconds(), 1) if last else None
    return {"alive": Heartbeat.objects.alive(role).count(), "last_beat_seconds_ago": age}
