"""The API as its users call it, and a workshop with the tiny engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from omnistudio.accounts.models import User
from omnistudio.openapi_server import decorators
from omnistudio.openapi_server.models import Job, LedgerEntry
from omnistudio.openapi_server.queries import balance
from omnistudio.openapi_server.render.renderer import Renderer
from omnistudio.openapi_server.render.workshop import Workshop
from omnistudio.openapi_server.services import credits, keys
from omnistudio.openapi_server.throttle import Throttle

TINY_ENGINE = "tests.openapi_server.tiny_engine.TinyEngine"


class Api:
    """The API as a program with one key calls it."""

    def __init__(self, secret: str) -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def create(self, body: Any = None, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        """Send a create request: of the fields given on top of good ones, or of a whole body."""
        if body is None:
            body = {"model_id": "gpt-image-2", "prompt": "a serene zen garden at sunrise", **fields}
        return self.client.post(
            "/api/v1/tasks/create", body, content_type="application/json", headers={**self.headers, **(headers or {})}
        )

    def get(self, task_id: str, **headers: str) -> Any:
        """Query a task."""
        return self.client.get(f"/api/v1/tasks/{task_id}", headers={**self.headers, **headers})

    def make(self, **fields: Any) -> Job:
        """Create a task; return its row."""
        return Job.objects.get(task_id=self.create(**fields).json()["task_id"])


@pytest.fixture
def secret(owner: User) -> str:
    """A key of the owner, who has 100 credits."""
    credits.grant(owner, 100, LedgerEntry.Note.WELCOME)
    return keys.make_key(owner, "Render farm")[1]


@pytest.fixture
def api(secret: str) -> Api:
    return Api(secret)


@pytest.fixture
def strangers_api(stranger: User) -> Api:
    credits.grant(stranger, 100, LedgerEntry.Note.WELCOME)
    return Api(keys.make_key(stranger, "Theirs")[1])


@pytest.fixture
def left(owner: User) -> Any:
    """What the owner has left, when it is called."""
    return lambda: balance(owner.pk)


@pytest.fixture(scope="session")
def shared_workshop() -> Iterator[Workshop]:
    workshop = Workshop(TINY_ENGINE)
    yield workshop
    workshop.close()


@pytest.fixture
def renderer(shared_workshop: Workshop) -> Renderer:
    return Renderer(shared_workshop)


@pytest.fixture(autouse=True)
def _own_ground(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, prices and the engine are each test's own."""
    settings.OPENAPI_SERVER = {
        **settings.OPENAPI_SERVER,
        "ENGINE": TINY_ENGINE,
        "CREDITS_IMAGE": 15,
        "CREDITS_VIDEO": 60,
        "WELCOME_CREDITS": 10_000,
        "RESULT_DAYS": 14,
        "REQUESTS_PER_MINUTE": 600,
        "PRIVATE_HOSTS": [],
    }
    settings.OMNI_MODELS = ""
    settings.OMNI_API_IS_BUILT_IN = True
    monkeypatch.setattr(decorators, "throttle", Throttle())
    cache.clear()
