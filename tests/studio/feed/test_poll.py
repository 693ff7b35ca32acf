"""The poll: 204 while nothing changes, else the changed cards, the new runs and the next poller."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth import SESSION_KEY
from django.db.models import F

from omnistudio.accounts.models import ApiKey, User
from omnistudio.core.models import Heartbeat
from omnistudio.gallery.models import Task
from omnistudio.studio.feed.changes import MAX_CHANGED
from omnistudio.studio.feed.polling import cards_of


def poll(client, *tasks, after=None, notice="", pace=2):
    cards = [f"{task.pk}.{task.revision}" for task in tasks]
    last = max((task.run_id for task in tasks), default=0)
    query = {"card": cards, "after": last if after is None else after, "notice": notice, "pace": pace}
    return client.get("/poll/?" + urlencode(query, doseq=True), headers={"HX-Request": "true"})


@pytest.fixture
def alive(db):
    """A tracker is alive."""
    Heartbeat.beat("tracker", "tracker@here:1")


def test_nothing_new_is_204(as_owner, make_task, alive):
    assert poll(as_owner, make_task()).status_code == 204


def test_a_changed_card_comes_out_of_band_with_the_next_poller(as_owner, make_task, alive):
    task = make_task()
    Task.objects.filter(pk=task.pk).update(status="queued", revision=F("revision") + 1)
    response = poll(as_owner, task)
    assert f'id="task-{task.pk}" hx-swap-oob="true"' in response.text
    assert 'data-state="queued"' in response.text
    assert 'id="poller"' in response.text


def test_a_run_started_in_another_tab_appears_once(as_owner, make_task, alive):
    here, there = make_task(), make_task()
    response = poll(as_owner, here)
    assert response.text.count(f'id="run-{there.run_id}"') == 1
    assert poll(as_owner, here, there).status_code == 204


def test_at_rest_the_poll_slows_down_and_then_is_204(as_owner, make_task):
    task = make_task(status="succeeded")
    assert 'hx-trigger="every 15s"' in poll(as_owner, task).text
    assert poll(as_owner, task, pace=15).status_code == 204


def test_without_a_tracker_it_says_so_once_instead_of_spinning(as_owner, make_task):
    task = make_task()
    assert "the tracker isn’t running" in poll(as_owner, task).text
    assert poll(as_owner, task, notice="no_tracker").status_code == 204
    Heartbeat.beat("tracker", "tracker@here:1")
    assert "the tracker isn’t running" not in poll(as_owner, task, notice="no_tracker").text


def test_a_rejected_key_is_one_banner_that_links_to_the_keys(as_owner, owner, make_task, alive):
    task = make_task()
    ApiKey.objects.update(state=ApiKey.State.REJECTED)
    response = poll(as_owner, task)
    assert "stopped working" in response.text
    assert 'href="/account/?replace' in response.text


def test_an_unreachable_service_is_reported_once_for_all_cards(as_owner, make_task, alive):
    tasks = [make_task(trouble="unreachable", revision=2) for _ in range(3)]
    for task in tasks:
        task.revision = 1
    assert poll(as_owner, *tasks).text.count("The service does not answer") == 1


def test_it_costs_few_queries_and_reads_no_person(as_owner, make_task, alive, django_assert_num_queries):
    tasks = [make_task() for _ in range(10)]
    with django_assert_num_queries(4) as captured:  # session, cards, key, heartbeat
        assert poll(as_owner, *tasks).status_code == 204
    assert User._meta.db_table not in " ".join(query["sql"] for query in captured.captured_queries)


def test_a_lost_session_redirects_to_sign_in(client, make_task):
    response = poll(client, make_task())
    assert response.headers["HX-Redirect"].startswith("/auth/login/")


def test_a_session_whose_password_has_changed_sees_nothing(as_owner, owner, make_task, alive):
    task = make_task(revision=2)
    task.revision = 1
    owner.set_password("another password")
    owner.save()
    assert SESSION_KEY in as_owner.session
    response = poll(as_owner, task)
    assert response.headers["HX-Redirect"].startswith("/auth/login/")
    assert not response.content


def test_cards_that_are_counted_from_one_another_are_the_same_cards():
    assert cards_of(["12.3-2.1-1000.7"]) == {12: 3, 14: 1, 1014: 7} == cards_of(["12.3", "14.1", "1014.7"])


def test_many_changes_come_in_several_answers_the_next_at_once(as_owner, owner, make_task, alive):
    task = make_task()
    columns = {"owner": owner, "run": task.run, "prompt": task.prompt, "model_id": task.model_id, "kind": "image"}
    tasks = Task.objects.bulk_create([Task(**columns, aspect_ratio="1:1") for _ in range(MAX_CHANGED + 1)])
    Task.objects.filter(run=task.run).update(status="failed", revision=2)
    first = poll(as_owner, *tasks)
    assert first.text.count('hx-swap-oob="true" data-task=') == MAX_CHANGED
    assert 'hx-trigger="load, every' in first.text
    second = poll(as_owner, tasks[0])
    assert f'id="task-{tasks[0].pk}"' in second.text
    assert "load, every" not in second.text


def test_cards_of_others_are_never_sent(as_stranger, make_task):
    task = make_task(revision=5)
    task.revision = 1
    response = poll(as_stranger, task, after=0, pace=15)
    assert response.status_code == 204


@pytest.mark.parametrize(
    "query",
    [
        "card=x",
        "card=1.2.3",
        "card=" + "9" * 40 + ".1",
        "after=-1",
        "after=x",
        "card=٣.١",
        "card=--1.1-",
        "card=" + "-".join(["9" * 18 + ".1"] * 20),
    ],
)
def test_nonsense_in_the_query_is_no_error(as_owner, query):
    assert as_owner.get(f"/poll/?{query}&pace=15").status_code == 204
