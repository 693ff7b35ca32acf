"""Fixtures of all tests: owner, teammate, stranger; a key; an image."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.services import keep_key
from omnistudio.core.storage import config as storage_settings
from omnistudio.gallery.models import Task
from omnistudio.gallery.stats.update import update_stats
from omnistudio.studio.services import Submission, submit

PASSWORD = "correct horse battery"
KEY = "sk-" + "a1B2c3D4" * 4


@pytest.fixture(autouse=True)
def _media_of_its_own(settings, tmp_path):
    """Each test writes files into a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="session")
def running_store() -> Iterator[Any]:
    """An object store on loopback; loaded only by tests that ask for it."""
    from tests.object_store import ObjectStore

    with ObjectStore() as store:
        yield store


@pytest.fixture
def store(running_store: Any, settings, request) -> Any:
    """The store, with a prefix of its own for each test, set as `MEDIA_STORAGE_URL` sets it."""
    prefix = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]
    place = storage_settings.read(running_store.url(f"studio/{prefix}"))
    assert place is not None
    settings.STORAGES = {**settings.STORAGES, "default": place.storage}
    return running_store


@pytest.fixture
def owner(db) -> User:
    """The owner of the items; has a key."""
    user = User.objects.create_user("owner@example.com", PASSWORD, name="Nok Srisai")
    keep_key(user, KEY, ApiKey.State.VERIFIED)
    return user


@pytest.fixture
def teammate(db) -> User:
    return User.objects.create_user("teammate@example.com", PASSWORD, name="Maya Okafor")


@pytest.fixture
def stranger(db) -> User:
    return User.objects.create_user("stranger@example.com", PASSWORD, name="林薇")


@pytest.fixture
def as_owner(owner: User) -> Client:
    """A browser in which the owner is signed in."""
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def as_stranger(stranger: User) -> Client:
    client = Client()
    client.force_login(stranger)
    return client


@pytest.fixture
def make_task(owner: User) -> Callable[..., Task]:
    """Make a task of the owner's (or of `person`) in any state: `make_task(status="failed", credits=15)`."""

    def make(person: User | None = None, *, prompt: str = "a celadon vase", model_id: str = "gpt-image-2", **fields):
        run, _new = submit(person or owner, Submission(prompt, model_id, fields.pop("aspect_ratio", "1:1"), 1))
        task = run.tasks.get()
        if fields:
            with update_stats([task.pk]):
                Task.objects.filter(pk=task.pk).update(**fields)
            task.refresh_from_db()
        return task

    return make


def picture(format: str = "PNG", size: tuple[int, int] = (64, 48), colour: str = "#2f7d6e", **options) -> bytes:
    """The bytes of a real image."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, format, **options)
    return buffer.getvalue()


@pytest.fixture
def png() -> bytes:
    return picture()


def read(response) -> bytes:
    """The whole body of an answer, streamed or not; its file is closed then."""
    return b"".join(response.streaming_content) if response.streaming else response.content
