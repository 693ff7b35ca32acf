"""The client, which calls one service with one key over httpx."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from .answers import MAX_BODY, Answer, created_task, judge, remote_task
from .catalogue import AUTO
from .connections import Departure, api_root, open_pool, why
from .errors import AnswerLost, NotSent, OpenAPIError, Refused, Unauthorized
from .models import CreatedTask, KeyState, RemoteTask, Timeouts
from .redaction import mask

__all__ = ["OpenAPIClient"]

logger = logging.getLogger(__name__)

KEY_CHECK_SECONDS = 5.0
"""The most seconds that a check of a key takes: a person waits for the page."""

# No service gives a task this id: theirs are random letters and digits.
_NO_TASK = "omnistudio-key-check"

_VISIBLE = re.compile(r"[!-~]+")
_PRINTABLE = re.compile(r"[!-~]([ -~]*[!-~])?")


class OpenAPIClient:
    """Calls one Open API service with one key. Use it as an async context manager, inside one event loop.

    At most ``max_connections`` requests, creates and queries together, are in flight at a time; others wait up to
    ``timeouts.pool`` seconds for their turn. Nothing is ever sent twice: retrying is left to the caller.

    Each create uses a connection of its own. The service may close an idle connection in the very moment in which
    a request leaves on it. All that can be seen then is "closed without an answer", and a create would count as
    lost though it never arrived. This can't happen on a new connection; it costs one handshake, and a create costs
    credits. Queries cost nothing and may be repeated, so they share kept-alive connections.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - immutable
        max_connections: int = 4,
        user_agent: str = "OmniStudio",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Set up, without touching the network.

        ``base_url`` is the site, with or without ``/api/v1``. ``transport`` replaces the network, for tests;
        with one, creates share connections as the transport sees fit.

        Raises ``ValueError`` for an address or a key that could never work; the text does not hold the key.
        """
        if max_connections < 1:
            raise ValueError(f"max_connections: at least 1, not {max_connections}")
        self._root = api_root(base_url)
        self._key = _header("key", key, _VISIBLE)
        self._timeouts = timeouts
        self._slots = asyncio.Semaphore(max_connections)
        self._traced = transport is None or type(transport) is httpx.AsyncHTTPTransport
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Accept": "application/json",
            # Answers are a few hundred bytes. Uncompressed, the limit on what is read also limits what is sent.
            "Accept-Encoding": "identity",
            "User-Agent": _header("user_agent", user_agent, _PRINTABLE),
        }
        self._warm = open_pool(self._root, headers, max_connections, keep=True, transport=transport)
        fresh = {**headers, "Connection": "close"}
        self._fresh = open_pool(self._root, fresh, max_connections, keep=False, transport=transport)
        self._closed = False

    def __repr__(self) -> str:
        return f"OpenAPIClient({self._root!r}, key={mask(self._key)!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections. Closing twice does no harm; a call after it raises ``RuntimeError``."""
        self._closed = True
        await self._warm.aclose()
        await self._fresh.aclose()

    async def create_task(
        self,
        *,
        model_id: str,
        prompt: str,
        image_urls: Sequence[str] = (),
        aspect_ratio: str | None = None,
        idempotency_key: str | None = None,
        language: str | None = None,
    ) -> CreatedTask:
        """Create a task by ``POST /tasks/create``, sent once. Spends credits.

        ``aspect_ratio`` None or ``"auto"`` is left out of the request, and so are empty ``image_urls``.
        ``idempotency_key`` is sent as ``Idempotency-Key``; nothing here relies on it. ``language`` is sent as
        ``Accept-Language``: the language in which the service should give its reasons.

        Raises ``OpenAPIError``, whose ``may_have_been_processed`` decides what may be done next, and
        ``ValueError``, before anything is sent, for an ``idempotency_key`` or a ``language`` that a header
        can't contain.
        """
        wanted: dict[str, Any] = {"model_id": model_id, "prompt": prompt}
        if image_urls:
            wanted["image_urls"] = list(image_urls)
        if aspect_ratio not in (None, AUTO):
            wanted["aspect_ratio"] = aspect_ratio
        headers = {"Content-Type": "application/json"}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = _header("idempotency_key", idempotency_key, _VISIBLE)
        if language is not None:
            headers["Accept-Language"] = _header("language", language, _PRINTABLE)
        # ASCII with escapes can also represent a prompt with half a surrogate pair.
        content = json.dumps(wanted).encode("ascii")
        return created_task(await self._ask("POST", "create", content=content, headers=headers))

    async def get_task(self, task_id: str) -> RemoteTask:
        """Query a task by ``GET /tasks/{task_id}``. Spends nothing and may be repeated.

        Raises ``OpenAPIError``; ``ValueError`` for an empty id.
        """
        return remote_task(await self._ask("GET", _segment(task_id)), task_id)

    async def check_key(self) -> KeyState:
        """Find out within 5 seconds, without spending, whether the service accepts the key.

        It queries a task that does not exist. HTTP 401 means rejected, and a well-formed envelope verified.
        Anything else, such as no answer, is unknown. So is an envelope whose ``code`` is 401 or 5xx: such a
        service did not get as far as looking for the task. Errors of the service are not raised.
        """
        try:
            answer = await self._ask("GET", _NO_TASK, total=min(self._timeouts.total, KEY_CHECK_SECONDS))
            judge(answer)
        except Unauthorized:
            return KeyState.REJECTED
        except Refused as error:
            return KeyState.VERIFIED if error.looked_for_a_task else KeyState.UNKNOWN
        except OpenAPIError:
            return KeyState.UNKNOWN
        return KeyState.VERIFIED

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        total: float | None = None,
    ) -> Answer:
        """Send one request and read the answer. Raises ``NotSent`` or ``AnswerLost`` if none came."""
        if self._closed:
            raise RuntimeError("this client is closed")
        total = self._timeouts.total if total is None else total
        answer = Answer(key=self._key, creating=method == "POST")
        departure = Departure(traced=self._traced)
        failure: OpenAPIError | None = None
        started = time.monotonic()
        try:
            async with asyncio.timeout(total), self._slot():
                await self._exchange(answer, departure, method, path, content, headers)
        except Exception as exc:  # whatever it was, what matters is whether the request may have been sent
            reason = why(exc, self._timeouts, total)
            if answer.status is not None:
                # A body that can't be decompressed did arrive in full; it is not lost.
                answer.lost = "" if isinstance(exc, httpx.DecodingError) else reason
            elif departure.possible(exc):
                failure = answer.error(AnswerLost, f"No answer came: {reason}", unsure=True)
            else:
                failure = answer.error(NotSent, f"The service could not be reached: {reason}")
        spent = 1000 * (time.monotonic() - started)
        outcome = answer.status if failure is None else type(failure).__name__
        logger.debug("%s task: %s in %.0f ms", "create" if answer.creating else "get", outcome, spent)
        if failure is not None:
            # Raised outside the `except` block, so that httpx's error, which quotes headers and what the service
            # sent, is not its context.
            raise failure
        return answer

    async def _exchange(
        self,
        answer: Answer,
        departure: Departure,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> None:
        pool = self._fresh if answer.creating else self._warm
        bounds = self._timeouts
        request = pool.build_request(
            method,
            f"{self._root}/tasks/{path}",
            content=content,
            headers=headers,
            timeout=httpx.Timeout(connect=bounds.connect, read=bounds.read, write=bounds.write, pool=bounds.pool),
            extensions={"trace": departure},
        )
        response = await pool.send(request, stream=True)
        try:
            answer.status, answer.headers = response.status_code, response.headers
            answer.location = response.extensions.get("location", "")
            if answer.body_matters:
                async for chunk in response.aiter_bytes():
                    answer.body += chunk
                    if len(answer.body) > MAX_BODY:
                        answer.too_large = True
                        break
        finally:
            await response.aclose()

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        """Hold one of the ``max_connections`` slots. Raises ``httpx.PoolTimeout`` if none becomes free in time."""
        try:
            async with asyncio.timeout(self._timeouts.pool):
                await self._slots.acquire()
        except TimeoutError:
            raise httpx.PoolTimeout("no connection is free") from None
        try:
            yield
        finally:
            self._slots.release()


def _segment(task_id: str) -> str:
    """Return ``task_id`` as one segment of a path.

    A segment of dots alone would lead to another path, and ``quote`` leaves dots as they are.
    """
    if not task_id:
        raise ValueError("task_id is empty")
    return quote(task_id, safe="") if task_id.strip(".") else task_id.replace(".", "%2E")


def _header(name: str, value: str, form: re.Pattern[str]) -> str:
    """Return ``value`` if a header can contain it.

    Raises ``ValueError`` otherwise, with ``name`` but without the value, which may be a key.
    """
    if not form.fullmatch(value):
        raise ValueError(f"{name}: visible ASCII characters only, and at least one")
    return value
