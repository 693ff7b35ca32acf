"""The people of the gallery's tests, a studio with one of everything, and an empty folder."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.base import ContentFile

from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.media import ingest
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Task
from omnistudio.gallery.share_links import services as share_links
from tests.conftest import picture
from tests.gallery.conftest import as_teammate, as_viewer, make_item, team, viewer
from tests.gallery.export.test_zip import keep_file
from tests.gallery.media.test_preview import film
from tests.operations.helpers import Elsewhere

__all__ = ["as_teammate", "as_viewer", "make_item", "team", "viewer"]


@pytest.fixture
def elsewhere(tmp_path) -> Elsewhere:
    return Elsewhere(tmp_path / "elsewhere")


@pytest.fixture
def full(owner, stranger, team, make_item, make_task, tmp_path) -> list[Task]:
    """Items of three kinds, one shared, one in the trash; a reference, a collection, a link, a failure."""
    still = keep_file(make_item(prompt="แจกันศิลาดล\n“quoted” 陶瓷 \u2028 {}", credits=15, team=team))
    path = film(tmp_path / "a.mp4", seconds=1)
    moving = make_task(kind="video", status="succeeded", seconds=1.5)
    fields = ingest.store(moving, path, ingest.examine(path, "video"), hashlib.sha256(path.read_bytes()).hexdigest())
    Task.objects.filter(pk=moving.pk).update(**fields)
    trashed = keep_file(make_item(prompt="gone", deleted_at="2026-11-01T10:00:00.123456Z", retry_of=None))
    retried = make_task(status="failed", reason="service_failed", reason_words="nsfw\t内容", retry_of=still)
    keep_reference(owner, ContentFile(picture("JPEG"), "a.jpg"))
    collection = collections.create(owner, "Spring")
    collections.add(collection, owner, [still.pk, moving.pk])
    share_links.make(owner, still, password="open sesame")
    make_task(person=stranger, prompt="somebody else's")
    return [still, moving, trashed, retried]
