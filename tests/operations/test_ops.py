"""The pages of the operations: for administrators, true, and of a bounded cost."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from omnistudio.accounts.models import User
from omnistudio.core.models import Heartbeat
from omnistudio.gallery.models import Task
from omnistudio.operations import queries

PAGES = ["/ops/", "/ops/credits/", "/ops/credits/?risk", "/ops/credits/at-risk.csv"]
LONG_AGO = timezone.now() - timedelta(days=1)


@pytest.fixture
def as_admin(db) -> Client:
    admin = User.objects.create_user("admin@example.com", "correct horse battery", is_staff=True)
    client = Client()
    client.force_login(admin)
    return client


def risky(make_task) -> dict[str, Task]:
    """One task of each kind whose credits are at risk."""
    return {
        "lost": make_task(status="failed", reason="result_lost", credits=15, remote_id="r-lost"),
        "no_end": make_task(status="failed", reason="no_end", credits=60, refunded=20),
        "dismissed": make_task(status="failed", reason="dismissed"),
        "unconfirmed": make_task(status="unconfirmed", reason="answer_lost", request_id="kie_7"),
        "trashed": make_task(status="unconfirmed", deleted_at=timezone.now()),
        "stuck": make_task(status="running", credits=15, accepted_at=LONG_AGO),
        "unseen": make_task(status="queued", credits=15, accepted_at=timezone.now(), due_at=LONG_AGO),
        "sending": make_task(status="sending", lease_until=LONG_AGO),
    }


def safe(make_task) -> list[Task]:
    """Tasks in which no money is at risk."""
    now = timezone.now()
    return [
        make_task(status="succeeded", credits=15),
        make_task(status="failed", reason="service_failed", credits=15, refunded=15),
        make_task(status="failed", reason="refused"),
        make_task(status="waiting", due_at=LONG_AGO),
        make_task(status="cancelled"),
        make_task(status="running", credits=15, accepted_at=now, due_at=now),
        make_task(status="sending", lease_until=now + timedelta(seconds=50)),
    ]


@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_404_for_everyone_but_administrators(path, as_owner, as_stranger, client):
    assert as_owner.get(path).status_code == 404
    assert as_stranger.get(path).status_code == 404
    assert client.get(path).headers["Location"].startswith("/auth/login/")


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_studio_opens_too(path, as_admin):
    response = as_admin.get(path)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]


def test_credits_at_risk_are_those_and_no_others(make_task):
    wanted = risky(make_task)
    safe(make_task)
    ids = queries.at_risk_ids()
    assert ids == sorted((task.pk for task in wanted.values()), reverse=True)
    told = queries.risk(ids)
    assert (told.tasks, told.credits, told.unpriced, told.more) == (8, 15 + 40 + 15 + 15, 4, False)


def test_the_page_says_so_and_the_table_lists_them(as_admin, make_task):
    wanted = risky(make_task)
    page = as_admin.get("/ops/").content.decode()
    assert "85 credits in 8 tasks" in " ".join(page.split())
    listed = as_admin.get("/ops/credits/?risk").content.decode()
    assert all(f"#{task.pk}<" in listed for task in wanted.values())
    assert "r-lost" in listed


def test_the_csv_has_the_ids_for_the_support_and_nothing_private(as_admin, make_task, owner):
    wanted = risky(make_task)
    Task.objects.filter(pk=wanted["lost"].pk).update(request_id="=cmd|' /C calc'!A0", key_last_four="C3D4")
    response = as_admin.get("/ops/credits/at-risk.csv")
    text = response.content.decode("utf-8-sig")
    rows = {row["number"]: row for row in csv.DictReader(io.StringIO(text))}
    assert len(rows) == 8
    lost = rows[str(wanted["lost"].pk)]
    assert (lost["task id"], lost["charged"], lost["given back"]) == ("r-lost", "15", "")
    assert lost["idempotency key"] == str(wanted["lost"].uuid)
    assert lost["key"] == "sk-…C3D4"
    assert lost["request id"].startswith("'="), "no spreadsheet runs it"
    assert rows[str(wanted["unconfirmed"].pk)]["request id"] == "kie_7"
    assert "celadon" not in text
    assert owner.email not in text
    assert "attachment" in response.headers["Content-Disposition"]


def test_the_ledger_is_cut_by_key_and_shows_what_moved(as_admin, make_task, monkeypatch):
    monkeypatch.setattr(queries, "ROWS_A_PAGE", 3)
    moved = [make_task(status="succeeded", credits=15) for _ in range(4)]
    given = make_task(status="failed", credits=60, refunded=60)
    make_task(status="failed", reason="refused")
    first = as_admin.get("/ops/credits/").content.decode()
    assert f"#{given.pk}<" in first
    assert f"#{moved[1].pk}<" not in first
    assert f"?before={moved[2].pk}#" in first
    second = as_admin.get(f"/ops/credits/?before={moved[2].pk}").content.decode()
    assert f"#{moved[1].pk}<" in second
    assert f"#{given.pk}<" not in second
    for strange in ("x", "-1", "٣", "9" * 40, ""):
        assert as_admin.get("/ops/credits/", {"before": strange}).status_code == 200


def test_it_shows_why_tasks_wait_and_which_are_stuck(as_admin, make_task):
    make_task(status="waiting", trouble="key")
    stuck = make_task(status="running", remote_id="abc", accepted_at=LONG_AGO, person=None)
    lost = make_task(status="failed", reason="result_bad", remote_id="xyz")
    page = as_admin.get("/ops/").content.decode()
    assert "The service rejects the key" in page
    assert f"#{stuck.pk}<" in page
    assert f"#{lost.pk}<" in page
    assert "xyz" in page


def test_it_shows_the_processes_and_the_breaker(as_admin):
    assert "The tracker is not running." in as_admin.get("/ops/").content.decode()
    Heartbeat.beat("tracker", "tracker@a:1", at_work=7, breaker_open=True)
    Heartbeat.beat("renderer", "renderer@b:2")
    Heartbeat.objects.filter(role="renderer").update(beat_at=timezone.now() - timedelta(minutes=5))
    page = as_admin.get("/ops/").content.decode()
    assert "The service does not answer." in page
    assert "tracker@a:1" in page
    assert ">7<" in page
    assert "Not responding" in page


def test_user_input_is_escaped(as_admin, make_task, owner):
    User.objects.filter(pk=owner.pk).update(name="<script>alert(1)</script>")
    make_task(status="failed", reason="result_lost", credits=15, remote_id="<img src=x onerror=1>")
    for path in PAGES[:3]:
        page = as_admin.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("path", PAGES)
def test_the_number_of_queries_does_not_grow_with_the_tasks(path, as_admin, make_task, django_assert_max_num_queries):
    risky(make_task)
    as_admin.get(path)
    with django_assert_max_num_queries(100) as few:
        as_admin.get(path)
    for _ in range(3):
        risky(make_task)
    with django_assert_max_num_queries(len(few.captured_queries)):
        as_admin.get(path)


def test_an_administrator_finds_it_on_the_account_page(as_admin, as_owner):
    assert 'href="/ops/"' in as_admin.get("/account/").content.decode()
    assert 'href="/ops/"' not in as_owner.get("/account/").content.decode()
