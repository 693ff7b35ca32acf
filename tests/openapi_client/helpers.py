"""One call of the client, from a synchronous test."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from omnistudio.openapi_client import (
    CreatedTask,
    KeyState,
    OpenAPIClient,
    OpenAPIError,
    RemoteTask,
    Timeouts,
)

KEY = "sk-Zq7Lw9Xk2Vb4Nm6Tc8Rd1Yf3Hg5Ja1b2"
MASKED = "sk-…a1b2"

# Short enough for a test to wait for, long enough for a busy machine to answer in.
QUICK = Timeouts(connect=0.4, read=0.4, write=0.4, pool=0.4, total=0.8)
PATIENT = Timeouts(connect=5, read=5, write=5, pool=5, total=10)

Result = TypeVar("Result")


def ask(url: str, call: Callable[[OpenAPIClient], Awaitable[Result]], **options: Any) -> Result:
    """What ``call`` gives for a client at ``url``, which is closed after it."""
    options = {"key": KEY, "timeouts": PATIENT, **options}

    async def run() -> Result:
        async with OpenAPIClient(url, **options) as client:
            return await call(client)

    return asyncio.run(run())


def create(url: str, wanted: dict[str, Any] | None = None, **options: Any) -> CreatedTask:
    """Create a task at ``url``; ``wanted`` is put over a model and a prompt."""
    full = {"model_id": "gpt-image-2", "prompt": "a serene zen garden", **(wanted or {})}
    return ask(url, lambda client: client.create_task(**full), **options)


def look(url: str, task_id: str = "abcdef123456", **options: Any) -> RemoteTask:
    """Look at a task."""
    return ask(url, lambda client: client.get_task(task_id), **options)


def check(url: str, **options: Any) -> KeyState:
    """Check the key."""
    return ask(url, lambda client: client.check_key(), **options)


def failure(call: Callable[..., object], *args: Any, **options: Any) -> OpenAPIError:
    """The error that a call ends with."""
    with pytest.raises(OpenAPIError) as caught:
        call(*args, **options)
    return caught.value
