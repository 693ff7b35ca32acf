"""How the scripted service can behave: each function here makes a behaviour, for ``tests.scripted_service``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from json import dumps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.openapi_client.exchange import Exchange

Behaviour = Callable[["Exchange"], Awaitable[None]]

__all__ = [
    "Behaviour",
    "answer",
    "charged",
    "close_silently",
    "endless",
    "envelope",
    "half_json",
    "hang",
    "html",
    "huge_body",
    "json",
    "ok",
    "redirect",
    "reset_after_request",
    "reset_before_reading",
    "slow",
    "status",
    "task",
    "too_many",
    "trickle",
    "truncated",
    "unauthorized",
]


# Well-behaved


def ok(**data: Any) -> Behaviour:
    """A create: take it on and say so. ``data`` is put over what the answer's ``data`` has."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read()
        made = exchange.service.take_on(exchange.request)
        about = {"task_id": made.task_id, "request_id": f"kie_{made.task_id}", "credits": made.credits}
        await envelope(200, "提交成功,等待生成", data={**about, **data})(exchange)

    return behave


def task(*statuses: int, msg: str = "ok", **data: Any) -> Behaviour:
    """A look at a task: one of ``statuses`` after the other, look by look, and the last for ever.

    A success has its link: ``/files/result.png``, or ``.mp4`` for a video. ``msg`` comes with status 4.
    """

    async def behave(exchange: Exchange) -> None:
        await exchange.read()
        seen = exchange.service.look_at(exchange.request.name)
        if seen is None:
            await envelope(0, "no such task")(exchange)
            return
        now = statuses[min(seen.looks, len(statuses)) - 1]
        about: dict[str, Any] = {"task_id": seen.task_id, "task_status": now, "task_type": seen.kind}
        about |= {"model_id": seen.model_id, "image_url": None, "video_url": None, "audio_url": None}
        about |= {"credits": seen.credits, "created_at": 1730000000}
        if now == 3:
            name = "result.mp4" if seen.kind == "video" else "result.png"
            about[f"{seen.kind}_url"] = f"{exchange.service.url}/files/{name}"
        await envelope(200, msg if now == 4 else "ok", data={**about, **data})(exchange)

    return behave


# Complete answers, right and wrong


def answer(content: bytes, status: int = 200, **headers: str) -> Behaviour:
    """Any bytes under any status: ``answer(PNG, content_type="image/png")`` is a file."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read()
        await exchange.send(content, status, headers)

    return behave


def json(body: Any, status: int = 200, **headers: str) -> Behaviour:
    """Any JSON."""
    return answer(dumps(body).encode(), status, **{"content_type": "application/json", **headers})


def envelope(code: int, msg: str = "", status: int = 200, data: Any = None) -> Behaviour:
    """The envelope; ``code`` 0 is a failed transaction."""
    return json({"code": code, "msg": msg, "data": data}, status)


def unauthorized() -> Behaviour:
    """401, as for a key that was rejected."""
    return envelope(401, "invalid key", status=401)


def too_many(retry_after: object = None, status: int = 429) -> Behaviour:
    """429 (or 503) in an envelope, with ``Retry-After`` where it is given: seconds, or any text."""
    headers = {} if retry_after is None else {"retry_after": str(retry_after)}
    return json({"code": 0, "msg": "slow down", "data": None}, status, **headers)


def status(code: int, body: bytes = b"<h1>Error</h1>") -> Behaviour:
    """An HTTP status with a page that is no envelope, like a gateway's."""
    return answer(body, code, content_type="text/html")


def html(code: int = 200) -> Behaviour:
    """An HTML page instead of JSON or a file, like a captive portal's."""
    return status(code, b"<!doctype html><title>Welcome</title>")


def redirect(to: str, code: int = 302) -> Behaviour:
    """3xx."""
    return answer(b"", code, location=to)


def half_json() -> Behaviour:
    """A complete body that is half a document. A create is charged: it may well have been a success."""
    return charged(answer(b'{"code": 200, "msg": "ok", "da', content_type="application/json"))


def huge_body(megabytes: int = 2) -> Behaviour:
    """A true envelope behind megabytes of white space."""
    return answer(b" " * (megabytes << 20) + b'{"code": 200, "msg": "ok", "data": null}')


# Answers that do not come, or not to their end. A create that was read is charged: it did arrive.


def hang(seconds: float = 3600) -> Behaviour:
    """Read the request and say nothing; close in the end."""
    return charged(_end(lambda exchange: asyncio.sleep(seconds)))


def reset_after_request() -> Behaviour:
    """Read the whole request, then reset the connection: what the rule about money is about."""
    return charged(_end(lambda exchange: exchange.reset()))


def reset_before_reading() -> Behaviour:
    """Reset the connection without having read the body: nothing is charged, or stands in ``creates``."""
    return _end(lambda exchange: exchange.reset())


def close_silently() -> Behaviour:
    """Read the whole request, then close the connection as if all were said."""
    return charged(_end(lambda exchange: None))


def trickle(content: bytes = bytes(3600), seconds: float = 1.0) -> Behaviour:
    """The right head, then one byte of ``content`` every ``seconds``."""

    async def behave(exchange: Exchange) -> None:
        await exchange.send(b"", length=len(content))
        for byte in content:
            exchange.writer.write(bytes([byte]))
            await exchange.writer.drain()
            await asyncio.sleep(seconds)

    return charged(behave)


def truncated(content: bytes, length: int | None = None, **headers: str) -> Behaviour:
    """``content``, then the end of the connection, though ``length`` bytes, or twice as many, were announced."""

    async def behave(exchange: Exchange) -> None:
        await exchange.send(content, headers=headers, length=length or 2 * len(content))

    return charged(behave)


def endless(length: int = 5_000_000_000, head: bytes = b"", **headers: str) -> Behaviour:
    """A file of 5 GB: ``head``, then zeros until the client goes away."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read()
        await exchange.send(head, headers=headers, length=length)
        for _ in range(length >> 16):
            exchange.writer.write(bytes(1 << 16))
            await exchange.writer.drain()

    return behave


def charged(behaviour: Behaviour) -> Behaviour:
    """``behaviour``, once a create was read, taken on and charged for."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read()
        if exchange.request.method == "POST":
            exchange.service.take_on(exchange.request)
        await behaviour(exchange)

    return behave


def slow(behaviour: Behaviour, seconds: float) -> Behaviour:
    """``behaviour``, after a while."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read()
        await asyncio.sleep(seconds)
        await behaviour(exchange)

    return behave


def _end(act: Callable[[Exchange], Awaitable[None] | None]) -> Behaviour:
    async def behave(exchange: Exchange) -> None:
        exchange.over = True
        waiting = act(exchange)
        if waiting is not None:
            await waiting

    return behave
