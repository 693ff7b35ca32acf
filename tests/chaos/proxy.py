"""The service as trackers meet it: the scripted one, which passes requests on to the built-in API, mostly."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from tests.openapi_client.behaviours import Behaviour
from tests.openapi_client.exchange import Exchange, Request
from tests.scripted_service import ScriptedService

# Before the request is passed on, and after: then it was processed, and its answer is lost.
FAULTS = ("hang", "reset", "500", "hang after", "reset after", "500 after", "429")
FILE_FAULTS = ("hang", "reset", "500", "cut off")
# After these the studio knows that nothing was done, and may send the same again.
NOT_PROCESSED = ("429", "503", "no web process")
PASSED_ON = ("content-type", "authorization", "idempotency-key", "accept-language", "accept", "host")
HANG_SECONDS = 9.0


@dataclass
class Attempt:
    """One create as it arrived, and what it came to."""

    key: str
    begun: float = field(default_factory=time.time)
    ended: float = 0.0
    outcome: str = "under way"


class MisbehavingService(ScriptedService):
    """Passes everything on to the web processes; misbehaves once in `one_in` requests.

    Args:
        webs: addresses of the web processes, the living and those that were killed just now.
    """

    def __init__(self, webs: list[str], one_in: int, seed: int) -> None:
        super().__init__(keep_alive=60)
        self.webs, self.one_in = webs, one_in
        self._random = random.Random(seed)
        self.attempts: list[Attempt] = []
        self.faults: dict[str, int] = {}
        self.passed = 0
        self._http: httpx.AsyncClient | None = None

    def _choose(self, request: Request) -> Behaviour:
        return self._behave

    async def _behave(self, exchange: Exchange) -> None:
        await exchange.read()
        is_file = "/results/" in exchange.request.path
        fault = self._next_fault(FILE_FAULTS if is_file else FAULTS)
        if exchange.request.method != "POST":
            await self._answer(exchange, fault, lambda _outcome: None)
            return
        attempt = Attempt(exchange.request.idempotency_key or "")
        self.attempts.append(attempt)

        def note(outcome: str) -> None:
            attempt.outcome = outcome

        try:
            await self._answer(exchange, fault, note)
        finally:
            attempt.ended = time.time()

    def _next_fault(self, faults: tuple[str, ...]) -> str:
        if self._random.randrange(self.one_in):
            self.passed += 1
            return ""
        fault = self._random.choice(faults)
        self.faults[fault] = self.faults.get(fault, 0) + 1
        return fault

    async def _answer(self, exchange: Exchange, fault: str, note: Callable[[str], None]) -> None:
        if fault:
            note(fault)
        match fault:
            case "hang":
                await self._hang(exchange)
            case "reset":
                exchange.reset()
            case "500":
                await exchange.send(b"<h1>Error</h1>", 500)
            case "429":
                await exchange.send(b'{"code": 0, "msg": "slow down"}', 429, {"retry_after": "1"})
            case _:
                await self._pass_on(exchange, fault, note)

    async def _pass_on(self, exchange: Exchange, fault: str, note: Callable[[str], None]) -> None:
        response = await self._forwarded(exchange.request, note)
        if response is None:
            await exchange.send(b'{"code": 0, "msg": "nobody is here"}', 503, {"retry_after": "1"})
            return
        content, kind = response.content, {"content_type": response.headers.get("content-type", "")}
        match fault:
            case "hang after":
                await self._hang(exchange)
            case "reset after":
                exchange.reset()
            case "500 after":
                await exchange.send(b"<h1>Error</h1>", 500)
            case "cut off":
                await exchange.send(content[: len(content) // 2], 200, kind, length=len(content))
            case _:
                note(f"{response.status_code}")
                await exchange.send(content, response.status_code, kind)

    async def _forwarded(self, request: Request, note: Callable[[str], None]) -> httpx.Response | None:
        """The answer of a web process; None where none can be reached, so that nothing was done."""
        if self._http is None:
            limits = httpx.Limits(max_connections=256, max_keepalive_connections=32)
            self._http = httpx.AsyncClient(timeout=20, limits=limits, trust_env=False)
        headers = {name: value for name, value in request.headers.items() if name in PASSED_ON}
        content = json.dumps(request.body).encode() if request.body is not None else None
        for web in self._random.sample(self.webs, len(self.webs)):
            try:
                return await self._http.request(request.method, web + request.path, headers=headers, content=content)
            except httpx.ConnectError:
                continue
            except httpx.HTTPError as error:  # it was killed in the middle: nobody can know
                note(type(error).__name__)
                return httpx.Response(502, content=b"<h1>Bad gateway</h1>")
        note("no web process")
        return None

    @staticmethod
    async def _hang(exchange: Exchange) -> None:
        await asyncio.sleep(HANG_SECONDS)
        exchange.reset()
