"""`/livez` and `/healthz`: for load balancers and for whoever wonders.

Both are answered whatever `Host` they are asked with, because a load balancer asks by address, and within a second,
because it does not wait.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from omnistudio.core import machines, readiness, trouble
from omnistudio.core.models import Heartbeat
from omnistudio.core.storage import availability

logger = logging.getLogger(__name__)

ANSWERS_WITHIN = 0.8
Facts = dict[str, Any]


class Check:
    """One look at a part, in a thread of its own, so that a part that hangs holds up nobody.

    A look that is under way is joined and no second one begun. `keeps` is for how many seconds an outcome is good:
    whoever asks all the time shall not have us write all the time.
    """

    def __init__(self, look: Callable[[], Facts], *, keeps: float = 0.0) -> None:
        self._look, self._keeps = look, keeps
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._facts: Facts = {}
        self._until = 0.0

    def begin(self) -> None:
        """Begin to look, where there is need."""
        with self._lock:
            if (self._thread is None or not self._thread.is_alive()) and time.monotonic() >= self._until:
                self._thread = threading.Thread(target=self._run, daemon=True, name="health")
                self._thread.start()

    def facts(self, deadline: float) -> Facts:
        """What was seen; that there is no answer, where none came by `deadline`."""
        if self._thread is not None:
            self._thread.join(max(0.0, deadline - time.monotonic()))
            if self._thread.is_alive():
                return {"ok": False, "problem": "does not answer"}
        return self._facts

    def _run(self) -> None:
        try:
            facts = {"ok": True, **self._look()}
        except Exception as error:  # whatever it is, it is what is wrong
            logger.warning("health: %s: %s", type(error).__name__, error)
            problem = "does not answer" if trouble.kind_of(error) else f"does not work: {type(error).__name__}"
            facts = {"ok": False, "problem": problem}
        finally:
            connections.close_all()
        self._facts, self._until = facts, time.monotonic() + self._keeps


def _database() -> Facts:
    facts: Facts = {"engine": connection.vendor}
    if missing := readiness.missing_migrations():
        return {**facts, "ok": False, "problem": f"run {readiness.MIGRATE}", "missing": missing}
    return {**facts, "beats": {role: _last_beat(role) for role in Heartbeat.Role.values}}


def _last_beat(role: str) -> Facts:
    """How many processes of a role are alive, and the seconds since the last sign of one."""
    last = Heartbeat.objects.filter(role=role).order_by("-beat_at").values_list("beat_at", flat=True).first()
    age = round((timezone.now() - last).total_seconds(), 1) if last else None
    return {"alive": Heartbeat.objects.alive(role).count(), "last_beat_seconds_ago": age}


def _cache() -> Facts:
    readiness.write_to_cache()
    return {}


def _storage() -> Facts:
    availability.require()
    return {}


def _clock() -> Facts:
    """Said, and no reason to send people elsewhere: the pages work."""
    machines.note()
    off = machines.clock_off()
    wrong = machines.what_is_wrong_with_the_clock(off)
    return {"seconds_off": off, **({"problem": wrong} if wrong else {})}


DATABASE, CLOCK = Check(_database), Check(_clock)
CACHE, STORAGE = Check(_cache, keeps=5.0), Check(_storage, keeps=5.0)


@login_not_required
@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """200: the process answers. Nothing else is looked at, so that nothing else gets it started anew."""
    return JsonResponse({"ok": True})


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 and the state of every part; 503 and what is wrong where pages would not work."""
    deadline = time.monotonic() + ANSWERS_WITHIN
    parts = {"database": DATABASE, "cache": CACHE, "storage": STORAGE, "clock": CLOCK}
    for check in parts.values():
        check.begin()
    told: Facts = {name: dict(check.facts(deadline)) for name, check in parts.items()}
    told |= told["database"].pop("beats", {})
    told["static"] = _static()
    told["disk"] = {"free_bytes": machines.free_bytes()}
    wrong = {name: told[name]["problem"] for name in told if told[name].get("problem")}
    is_ready = all(told[name]["ok"] for name in ("database", "cache", "storage", "static"))
    return JsonResponse({"ok": is_ready, "wrong": wrong, **told}, status=200 if is_ready else 503)


def _static() -> Facts:
    missing = readiness.missing_static_files()
    return {"ok": False, "problem": f"run {readiness.COLLECT}, then restart"} if missing else {"ok": True}


def answered_first(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer both before anything looks at the host, the session or the database."""
    views: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/livez": livez, "/healthz": healthz}

    def middleware(request: HttpRequest) -> HttpResponse:
        return views.get(request.path_info, get_response)(request)

    return middleware
