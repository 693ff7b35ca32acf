"""A real web server, real renderers, and a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Any

import httpx
import pytest

from omnistudio.accounts.models import User
from omnistudio.openapi_server.models import LedgerEntry
from omnistudio.openapi_server.services import credits, keys
from tests.contract.processes import answers, environment, free_port, process, wait_for

StartRenderer = Callable[..., AbstractContextManager[Popen[bytes]]]


@pytest.fixture(scope="session")
def port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def server(django_db_setup: Any, port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a gunicorn with two processes."""
    log = tmp_path_factory.mktemp("contract") / "web.log"
    arguments = ["-m", "gunicorn", "omnistudio.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    arguments += ["--workers", "2", "--threads", "8", "--no-control-socket"]
    with process(arguments, environment(port), log):
        wait_for(lambda: answers(port))
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def start_renderer(transactional_db: None, port: int, tmp_path: Path) -> StartRenderer:
    """Starts a renderer for as long as a `with` block lasts."""
    return lambda **more: process(["manage.py", "render"], environment(port, **more), tmp_path / "render.log")


@pytest.fixture
def renderer(start_renderer: StartRenderer) -> Iterator[Popen[bytes]]:
    with start_renderer() as running:
        yield running


@pytest.fixture
def payer(transactional_db: None) -> User:
    """Somebody with 1,000 credits."""
    user = User.objects.create_user("payer@example.com")
    credits.grant(user, 1000, LedgerEntry.Note.ADDED)
    return user


@pytest.fixture
def secret(payer: User) -> str:
    return keys.make_key(payer, "Contract")[1]


@pytest.fixture
def http(server: str, secret: str) -> Iterator[httpx.Client]:
    """A client with the key."""
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=f"{server}/api/v1", headers=headers, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def create(http: httpx.Client) -> Callable[..., Any]:
    """Send a create request; returns the answer."""

    def send(headers: dict[str, str] | None = None, **fields: Any) -> Any:
        body = {"model_id": "gpt-image-2", "prompt": "a serene zen garden", **fields}
        return http.post("/tasks/create", json=body, headers=headers).json()

    return send


@pytest.fixture
def ended(http: httpx.Client) -> Callable[[str], Any]:
    """Ask for a task until it has ended; returns the last answer."""

    def look(task_id: str) -> Any:
        answer = http.get(f"/tasks/{task_id}").json()
        return answer if answer["task_status"] in (3, 4) else None

    return lambda task_id: wait_for(partial(look, task_id), 30)
