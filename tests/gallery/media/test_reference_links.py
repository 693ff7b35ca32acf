"""Links under which the service fetches references."""

import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from omnistudio.gallery.media import reference_links
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Task, TaskReference
from tests.conftest import picture, read


@pytest.fixture
def task(make_task, owner) -> Task:
    made = make_task()
    reference = keep_reference(owner, SimpleUploadedFile("a.png", picture()))
    TaskReference.objects.create(task=made, reference=reference, position=1)
    return made


@pytest.fixture
def path(task, settings) -> str:
    settings.PUBLIC_URL = "https://studio.example.com"
    link = reference_links.reference_link(task.task_references.get())
    assert link.startswith("https://studio.example.com/")
    return urlsplit(link).path


def test_a_link_needs_no_sign_in_and_names_its_file(client, path):
    response = client.get(path)
    assert read(response).startswith(b"\x89PNG")
    assert response.headers["Content-Type"] == "image/png"
    assert path.endswith(".png")


def test_a_forged_link_is_404(client, path):
    token = path.split("/")[3]
    for forged in (path.replace(token, token[:-2] + "xx"), path.replace(token, "1"), path.replace(token, "a:b:c")):
        assert client.get(forged).status_code == 404


def test_a_link_works_while_the_task_is_under_way_and_a_day_longer(client, path, task):
    def ended(hours: float) -> None:
        Task.objects.filter(pk=task.pk).update(finished_at=timezone.now() - timedelta(hours=hours))

    Task.objects.filter(pk=task.pk).update(created_at=timezone.now() - timedelta(days=9))
    assert read(client.get(path))
    ended(25)
    assert read(client.get(path))
    ended(27)
    assert client.get(path).status_code == 404
    Task.objects.filter(pk=task.pk).update(finished_at=None)  # sent again
    assert read(client.get(path))


def test_a_link_of_the_release_before_opens_for_a_day(client, path, task, monkeypatch):
    old = signing.TimestampSigner(salt="omnistudio.reference").sign_object(task.task_references.get().reference_id)
    theirs = path.replace(path.split("/")[3], old)
    assert read(client.get(theirs))
    later = time.time() + 27 * 3600
    monkeypatch.setattr("time.time", lambda: later)
    assert client.get(theirs).status_code == 404


def test_a_link_opens_only_references_of_its_task(client, path, task, owner):
    keep_reference(owner, SimpleUploadedFile("b.png", picture(colour="red")))
    TaskReference.objects.filter(task=task).delete()
    assert client.get(path).status_code == 404
