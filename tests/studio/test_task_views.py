"""What a person can do with one task, and that it happens once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from omnistudio.gallery.models import Task
from omnistudio.studio import services

HTMX = {"HX-Request": "true"}
ACTIONS = ["cancel", "retry", "send-again", "adopt", "dismiss", "fetch-again"]


def act(client, task, action, **form):
    return client.post(f"/t/{task.pk}/{action}/", form, headers=HTMX)


def status_of(task):
    return Task.objects.get(pk=task.pk).status


def test_a_waiting_task_can_be_cancelled(as_owner, make_task):
    task = make_task()
    assert "was cancelled. Nothing was charged." in act(as_owner, task, "cancel").text
    assert status_of(task) == "cancelled"


def test_a_task_that_was_sent_can_not_be_cancelled(as_owner, make_task):
    task = make_task(status="sending")
    assert "was sent already" in act(as_owner, task, "cancel").text
    assert status_of(task) == "sending"


def test_a_retry_is_a_new_task_like_the_first(as_owner, make_task):
    task = make_task(status="failed", reason="refused", aspect_ratio="16:9")
    response = act(as_owner, task, "retry")
    again = task.retry if hasattr(task, "retry") else Task.objects.get(retry_of=task)
    assert (again.status, again.prompt_id, again.aspect_ratio) == ("waiting", task.prompt_id, "16:9")
    assert again.uuid != task.uuid
    assert f"Retried as #{again.pk}" in response.text
    assert f'id="run-{again.run_id}"' in response.text


def test_retry_pressed_twice_pays_once(as_owner, make_task):
    task = make_task(status="failed", reason="refused")
    act(as_owner, task, "retry")
    assert "It was retried already" in act(as_owner, task, "retry").text
    assert Task.objects.count() == 2


def test_a_trashed_retry_does_not_block_another(as_owner, make_task):
    task = make_task(status="failed", reason="refused")
    act(as_owner, task, "retry")
    Task.objects.filter(retry_of=task).update(status="failed", deleted_at=timezone.now())
    assert f'action="/t/{task.pk}/retry/"' in as_owner.get("/").text
    assert "Retried as" in act(as_owner, task, "retry").text
    assert Task.objects.count() == 3


def test_without_its_prompt_a_task_is_not_retried(as_owner, make_task):
    task = make_task(prompt="", status="failed", reason="refused")
    assert f'action="/t/{task.pk}/retry/"' not in as_owner.get("/").text
    assert f"The prompt of #{task.pk} was deleted." in act(as_owner, task, "retry").text
    assert Task.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_retry_pressed_in_two_tabs_at_once_pays_once(make_task):
    task = make_task(status="failed", reason="refused")
    barrier, made = threading.Barrier(2), []

    def press() -> None:
        barrier.wait()
        made.append(services.retry(Task.objects.get(pk=task.pk))[1])
        connections.close_all()

    tabs = [threading.Thread(target=press) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(made) == [False, True]
    assert Task.objects.count() == 2


def test_a_task_that_has_not_failed_is_not_retried(as_owner, make_task):
    task = make_task(status="running")
    assert "has not failed" in act(as_owner, task, "retry").text
    assert Task.objects.count() == 1


def test_sending_again_is_the_same_task_under_the_same_idempotency_key(as_owner, make_task):
    task = make_task(status="unconfirmed", reason="answer_lost")
    act(as_owner, task, "send-again")
    again = Task.objects.get()
    assert (again.pk, again.status, again.uuid, again.reason) == (task.pk, "waiting", task.uuid, "")


def test_without_its_prompt_a_task_is_not_sent_again(as_owner, make_task):
    task = make_task(prompt="", status="unconfirmed", reason="answer_lost")
    assert f'action="/t/{task.pk}/send-again/"' not in as_owner.get("/").text
    assert f"The prompt of #{task.pk} was deleted." in act(as_owner, task, "send-again").text
    assert Task.objects.get().status == "unconfirmed"


def test_an_adopted_task_is_followed_under_the_id_that_was_entered(as_owner, make_task):
    task = make_task(status="unconfirmed", reason="answer_lost")
    act(as_owner, task, "adopt", remote_id="  abc123 ")
    adopted = Task.objects.get()
    assert (adopted.status, adopted.remote_id, adopted.adopted) == ("queued", "abc123", True)


def test_adopting_without_an_id_is_refused(as_owner, make_task):
    task = make_task(status="unconfirmed")
    assert "Paste the task ID" in act(as_owner, task, "adopt", remote_id=" ").text
    assert status_of(task) == "unconfirmed"


def test_an_unconfirmed_task_can_be_dismissed(as_owner, make_task):
    task = make_task(status="unconfirmed", reason="answer_lost")
    act(as_owner, task, "dismiss")
    assert status_of(task) == "failed"


def test_a_file_that_was_lost_is_fetched_again_without_a_new_task(as_owner, make_task):
    task = make_task(status="failed", reason="result_lost", remote_id="abc", credits=15)
    act(as_owner, task, "fetch-again")
    assert (status_of(task), Task.objects.count()) == ("running", 1)


def test_the_clock_restarts_when_a_file_is_fetched_again(as_owner, make_task):
    long_ago = timezone.now() - timedelta(days=2)
    lost = {"status": "failed", "reason": "result_lost", "remote_id": "abc", "credits": 15, "accepted_at": long_ago}
    task = make_task(**lost, created_at=long_ago, finished_at=long_ago + timedelta(minutes=1))
    assert task.elapsed == timedelta(minutes=1)
    act(as_owner, task, "fetch-again")
    assert Task.objects.get().elapsed < timedelta(minutes=1)


@pytest.mark.parametrize("state", ["refused", "service_failed"])
def test_an_unfinished_task_has_no_file_to_fetch(as_owner, make_task, state):
    task = make_task(status="failed", reason=state, remote_id="abc")
    assert f"#{task.pk} has no file to download." in act(as_owner, task, "fetch-again").text
    assert status_of(task) == "failed"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_task_of_others_is_404(as_stranger, make_task, action):
    task = make_task(status="unconfirmed")
    assert act(as_stranger, task, action, remote_id="x").status_code == 404
    assert status_of(task) == "unconfirmed"


SAID = {
    "cancel": "#{} was sent already.",
    "retry": "#{} has not failed.",
    "send-again": "#{} was sent again.",
    "adopt": "Tracking #{}.",
    "dismiss": "#{} was dismissed.",
    "fetch-again": "#{} has no file to download.",
}


@pytest.mark.parametrize("action", ACTIONS)
def test_without_scripts_the_answer_is_the_page_with_a_message(as_owner, make_task, action):
    task = make_task(status="unconfirmed")
    response = as_owner.post(f"/t/{task.pk}/{action}/", {"remote_id": "x"}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    toasts = response.text[response.text.index('id="toasts"') :]
    assert f"<span>{SAID[action].format(task.pk)}</span>" in toasts


@pytest.mark.parametrize("action", ACTIONS)
def test_a_get_of_an_action_changes_nothing(as_owner, make_task, action):
    assert as_owner.get(f"/t/{make_task().pk}/{action}/").status_code == 405
