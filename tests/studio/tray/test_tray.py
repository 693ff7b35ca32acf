"""The tray: what it shows, and a poll that reads one row while nothing has happened."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omnistudio.gallery.models import Task
from omnistudio.notices.services import raise_revisions
from omnistudio.studio.tray import queries

HTMX = {"HX-Request": "true"}


def poll(client, **asked):
    return client.get("/tray/poll/", asked, headers=HTMX)


def state(answer) -> dict[str, str]:
    """What the page will say with its next poll."""
    return dict(re.findall(r"(seen|at)=(\d+)", answer.text))


@pytest.fixture
def ended(make_task):
    def make(ago: timedelta = timedelta(), **fields) -> Task:
        return make_task(**{"status": "succeeded", "finished_at": timezone.now() - ago, **fields})

    return make


def test_at_rest_one_row_is_read(as_owner, owner):
    raise_revisions([owner.pk])
    seen = state(poll(as_owner))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert poll(as_owner, **seen).status_code == 204
    tables = [re.search(r'FROM "(\w+)"', query["sql"]).group(1) for query in asked]
    assert tables == ["django_session", "notices_personrevision"]


def test_what_happens_is_told_once(as_owner, owner, ended):
    first = poll(as_owner)
    ended(timedelta(seconds=30))
    raise_revisions([owner.pk])
    ended_before = poll(as_owner)  # a page that has just opened has seen nothing
    assert "toast" not in first.text + ended_before.text
    seen = state(ended_before)
    task = ended()
    raise_revisions([owner.pk])
    told = poll(as_owner, **seen)
    assert told.text.count("Image ready") == 1
    assert f"/t/{task.pk}/?scope=studio" in told.text
    assert "revision-changed" in told.headers["HX-Trigger"]
    raise_revisions([owner.pk])
    assert "Image ready" not in poll(as_owner, **state(told)).text


def test_many_are_one_toast(as_owner, owner, ended):
    seen = state(poll(as_owner))
    for _ in range(queries.TOASTS + 1):
        ended()
    raise_revisions([owner.pk])
    told = poll(as_owner, **seen).text
    assert "Image ready" not in told
    assert "4 tasks have ended." in told


def test_it_polls_often_while_something_runs(as_owner, owner, make_task):
    assert "every 15s" in poll(as_owner).text
    task = make_task(status="running")
    raise_revisions([owner.pk])
    running = poll(as_owner)
    assert "every 2s" in running.text
    assert re.search(r"<b>1</b>\s*<span[^>]*>running", running.text)
    Task.objects.filter(pk=task.pk).update(status="succeeded", finished_at=timezone.now())
    raise_revisions([owner.pk])
    assert re.search(r"<b>1</b>\s*<span[^>]*>ready", poll(as_owner, **state(running)).text)


@pytest.mark.parametrize("asked", [{"seen": "x", "at": "y"}, {"seen": "", "at": "9" * 30}, {"at": "-1"}])
def test_nonsense_is_a_first_poll(as_owner, asked):
    assert "tray-poller" in poll(as_owner, **asked).text


def test_without_a_session_it_ends(client):
    assert poll(client).status_code == 286
    assert client.get("/tray/").status_code == 302


def test_the_tray_has_ones_own_tasks_alone(as_owner, stranger, make_task, ended):
    running = make_task(status="running", prompt="mine that runs")
    waiting = [make_task(prompt=f"mine that waits {n}") for n in (1, 2)]
    done = ended(prompt="mine that is done", thumbnail="t.webp")
    ended(queries.NEW_FOR + timedelta(seconds=5), prompt="mine of an hour ago")
    make_task(stranger, prompt="theirs")
    text = as_owner.get("/tray/", headers=HTMX).text
    for task in (running, *waiting, done):
        assert task.prompt.text in text
    assert "theirs" not in text
    assert "an hour ago" not in text
    assert "3 running" in text
    assert "1 ready" in text
    assert "Number 2 in your queue" in text
    assert text.count(">\n            Cancel") + text.count("Cancel<") >= 2
    assert as_owner.get("/tray/").url == "/"


def test_progress_stops_before_the_end(make_task, ended, owner):
    for _ in range(10):
        ended(accepted_at=timezone.now() - timedelta(seconds=20))
    fast, slow = make_task(status="running"), make_task(status="running")
    Task.objects.filter(pk=slow.pk).update(created_at=timezone.now() - timedelta(hours=1))
    Task.objects.filter(pk=fast.pk).update(created_at=timezone.now() - timedelta(seconds=5))
    first, second = queries.tray_of(owner.pk).waiting
    assert 0.2 < first.share < 0.5
    assert timedelta(seconds=10) < first.left < timedelta(seconds=20)
    assert (second.share, second.left) == (0.96, None)


def test_cancelling_answers_with_the_tray(as_owner, make_task):
    task = make_task()
    answer = as_owner.post(f"/t/{task.pk}/cancel/", {"look": "tray"}, headers=HTMX)
    assert 'id="tray"' in answer.text
    assert f"#{task.pk} was cancelled. Nothing was charged." in answer.text
    assert "task-" not in answer.text


@pytest.mark.parametrize("path", ["/gallery/", "/history/", "/account/", "/help/"])
def test_every_page_has_one_poller(as_owner, path):
    page = as_owner.get(path).text
    assert page.count('id="tray-poller"') == 1
    assert 'id="poller"' not in page


def test_the_studio_has_its_own(as_owner):
    page = as_owner.get("/").text
    assert 'id="tray-poller"' not in page
    assert page.count('id="poller"') == 1
    assert page.count('id="tray"') == 1
