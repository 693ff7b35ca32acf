"""Keys: one that the service rejects holds its person's tasks where they are, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from omnistudio.accounts.models import ApiKey, User
from omnistudio.accounts.services import keep_key, remove_key
from omnistudio.core.models import Heartbeat
from omnistudio.tracker import worker
from omnistudio.tracker.clients import Clients
from tests.conftest import KEY
from tests.scripted_service import ok, status, task, unauthorized
from tests.tracker.files import Gate
from tests.tracker.helpers import card, is_now, notice, now, track, track_again, tracking, until

pytestmark = pytest.mark.django_db(transaction=True)

NEW_KEY = "sk-" + "Z9y8X7w6" * 4


def state_of(person: User) -> str:
    return ApiKey.objects.get(owner=person).state


@pytest.mark.parametrize("behaviour", [unauthorized(), status(401)], ids=["in an envelope", "with a page"])
def test_a_401_at_the_create_holds_the_tasks_and_a_new_key_sends_them(
    service, owner, make_task, as_owner, behaviour
) -> None:
    service.on_create(then=behaviour)
    tasks = [make_task() for _ in range(3)]
    track()
    assert state_of(owner) == "rejected"
    assert {now(made).status for made in tasks} == {"waiting"}
    assert {(made.holder, made.lease_until, made.sent_at) for made in tasks} == {("", None, None)}
    assert notice(as_owner).startswith(f"Your key sk-…{KEY[-4:]} stopped working. The service answered 401.")
    assert "Waiting for a valid key." in card(as_owner, tasks[0])
    asked = len(service.requests)
    track_again()
    assert len(service.requests) == asked, "a rejected key is not tried again"
    service.on_create(then=ok())
    keep_key(owner, NEW_KEY, ApiKey.State.VERIFIED)
    track()
    assert {now(made).status for made in tasks} == {"succeeded"}
    assert {made.key_last_four for made in tasks} == {NEW_KEY[-4:]}
    assert {one.key for one in service.creates if one.key != KEY} == {NEW_KEY}
    assert service.charges == 3
    assert notice(as_owner) == ""


@pytest.mark.usefixtures("step_by_step")
def test_a_401_at_a_poll_pauses_polling_and_not_the_task(service, owner, make_task, as_owner) -> None:
    made = make_task()
    track()
    service.rejected_keys.add(KEY)
    track_again()
    assert (now(made).status, made.trouble, made.remote_id) == ("queued", "key", "task00000001")
    assert state_of(owner) == "rejected"
    assert "Waiting for a valid key." in card(as_owner, made)
    asked = len(service.gets)
    track_again()
    assert len(service.gets) == asked
    keep_key(owner, NEW_KEY, ApiKey.State.VERIFIED)
    service.on_get(then=task(3))
    track()
    assert (now(made).status, made.trouble) == ("succeeded", "")
    assert service.charges == 1


def test_a_new_key_resumes_downloads_too(service, owner, make_task) -> None:
    service.on_file("result.png", status(500))
    service.on_get(task(3), unauthorized())
    made = make_task()
    track()
    track_again()
    assert (now(made).status, made.is_saving, made.trouble) == ("running", True, "key")
    keep_key(owner, NEW_KEY, ApiKey.State.VERIFIED)
    track()
    assert now(made).status == "succeeded"


def test_a_rejected_key_does_not_hold_tasks_of_others(service, owner, teammate, make_task) -> None:
    keep_key(teammate, NEW_KEY, ApiKey.State.VERIFIED)
    service.rejected_keys.add(KEY)
    mine, theirs = make_task(), make_task(teammate)
    track()
    assert (now(mine).status, now(theirs).status) == ("waiting", "succeeded")
    assert (state_of(owner), state_of(teammate)) == ("rejected", "verified")


def test_a_key_that_was_removed_holds_the_tasks_and_says_so(service, owner, make_task, as_owner) -> None:
    made = make_task()
    remove_key(owner)
    track()
    assert (now(made).status, service.requests) == ("waiting", [])
    assert notice(as_owner).startswith("Your tasks are waiting for a key. Add one, and they will be sent.")
    keep_key(owner, NEW_KEY, ApiKey.State.VERIFIED)
    track()
    assert now(made).status == "succeeded"


def test_a_key_that_is_removed_between_the_claim_and_the_step_loses_nothing(
    service, owner, make_task, monkeypatch
) -> None:
    made = make_task()
    claim = worker.claim

    def claim_then_remove(*args, **options):
        claimed = claim(*args, **options)
        remove_key(owner)
        return claimed

    monkeypatch.setattr(worker, "claim", claim_then_remove)
    track()
    assert (now(made).status, made.holder, service.requests) == ("waiting", "", [])
    monkeypatch.undo()
    keep_key(owner, NEW_KEY, ApiKey.State.VERIFIED)
    track_again()
    assert now(made).status == "succeeded"


def test_an_undecryptable_key_must_be_entered_again(service, settings, owner, make_task, as_owner) -> None:
    tasks = [make_task() for _ in range(2)]
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    track()
    assert state_of(owner) == "unreadable"
    assert {(now(made).status, made.holder, made.lease_until) for made in tasks} == {("waiting", "", None)}
    assert service.requests == []
    assert notice(as_owner).startswith(f"Your key sk-…{KEY[-4:]} can’t be read any more. Enter it again")
    keep_key(owner, KEY, ApiKey.State.VERIFIED)
    track()
    assert {now(made).status for made in tasks} == {"succeeded"}


def test_an_encrypted_key_of_another_person_is_not_used(service, owner, teammate, make_task) -> None:
    keep_key(teammate, NEW_KEY, ApiKey.State.VERIFIED)
    ApiKey.objects.filter(owner=owner).update(sealed=ApiKey.objects.get(owner=teammate).sealed)
    made = make_task()
    track()
    assert (now(made).status, state_of(owner), service.requests) == ("waiting", "unreadable", [])


def test_a_key_that_is_replaced_while_a_create_is_on_its_way_leaves_that_create_alone(
    service, owner, make_task, monkeypatch
) -> None:
    tidied = []
    close_idle = Clients.close_idle

    async def note(clients: Clients) -> None:
        await close_idle(clients)
        tidied.append(clients)

    monkeypatch.setattr(Clients, "close_idle", note)
    monkeypatch.setattr(Heartbeat, "EVERY", timedelta(0))
    monkeypatch.setattr(worker, "CHORES_SECONDS", 0.01)
    service.on_create(gate := Gate(ok()))
    first = make_task()
    with tracking():
        until(lambda: service.creates)
        keep_key(owner, NEW_KEY, ApiKey.State.VERIFIED)
        second = make_task()
        until(lambda: is_now(second, "succeeded"))
        before = len(tidied)
        until(lambda: len(tidied) > before + 1)
        gate.open()
        until(lambda: is_now(first, "succeeded"))
    assert [one.key for one in service.creates] == [KEY, NEW_KEY]


def test_a_401_for_the_key_before_does_not_reject_the_new_one(service, owner, make_task) -> None:
    service.on_create(gate := Gate(unauthorized()))
    made = make_task()
    with tracking():
        until(lambda: service.creates)
        keep_key(owner, NEW_KEY, ApiKey.State.VERIFIED)
        gate.open()
        until(lambda: is_now(made, "succeeded"))
    assert state_of(owner) == "verified"
    assert [one.key for one in service.creates] == [KEY, NEW_KEY]


def test_the_key_is_nowhere_in_the_log(service, make_task, caplog) -> None:
    caplog.set_level("DEBUG")
    service.on_create(status(500, KEY.encode()), unauthorized())
    make_task()
    make_task()
    track()
    assert KEY not in caplog.text
    assert caplog.text


def test_a_held_task_can_be_cancelled(service, owner, make_task, as_owner) -> None:
    service.rejected_keys.add(KEY)
    made = make_task()
    track()
    as_owner.post(f"/t/{made.pk}/cancel/")
    keep_key(owner, NEW_KEY, ApiKey.State.VERIFIED)
    track()
    assert (now(made).status, service.charges) == ("cancelled", 0)
