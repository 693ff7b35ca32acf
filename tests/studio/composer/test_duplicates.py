"""What is known before a submission is sent: already made, or refused before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.services import keep_key
from omnistudio.gallery.items import favourites
from omnistudio.gallery.models import Prompt, Task
from omnistudio.gallery.sharing import services as sharing
from tests.conftest import KEY
from tests.studio.helpers import agree, answer_in

HTMX = {"HX-Request": "true"}
FORM = {"prompt": "a celadon vase", "model": "gpt-image-2", "ratio": "1:1", "variations": "1"}


@pytest.fixture
def key_of_teammate(teammate):
    keep_key(teammate, KEY, ApiKey.State.VERIFIED)


def asks(client, **changes) -> str:
    """The text of the question, or nothing where the form is sent at once."""
    before = Task.objects.count()
    answer = client.post("/runs/", FORM | changes, headers=HTMX)
    asked = answer.headers.get("HX-Retarget") == "#question"
    assert (Task.objects.count() == before) == asked
    return answer.content.decode() if asked else ""


def test_a_duplicate_is_shown_until_confirmed_and_never_blocks(as_owner, make_task) -> None:
    made = make_task(status="succeeded", credits=15, accepted_at="2026-01-01T00:00Z")
    text = asks(as_owner)
    assert "This was already generated" in text
    assert f"/t/{made.pk}/" in text
    assert "Generate anyway" in text
    assert "15 credits" in text
    # To ask is not to be answered: the second time would pay for what nobody agreed to.
    assert "This was already generated" in asks(as_owner)
    assert not asks(as_owner, confirmed=answer_in(text))
    assert not asks(as_owner)


@pytest.mark.parametrize("change", [{"variations": "4"}, {"model": "seedance-2"}])
def test_a_confirmed_duplicate_is_asked_again_when_the_form_changes(as_owner, make_task, change) -> None:
    make_task(status="succeeded")
    make_task(status="succeeded", model_id="seedance-2", kind="video")
    assert not asks(as_owner, confirmed=answer_in(asks(as_owner)))
    assert "This was already generated" in asks(as_owner, **change)


@pytest.mark.parametrize("text", ["A celadon vase", "a cela\u00addon vase", "a\u00a0celadon vase"])
@pytest.mark.parametrize("is_old", [True, False])
def test_equivalent_spellings_are_duplicates(as_owner, make_task, text, is_old) -> None:
    made = make_task(prompt=text, status="succeeded")
    exact = make_task(status="succeeded") if is_old else None
    if exact:  # written by the version before, and not filled yet: found by its exact text
        Prompt.objects.filter(pk=exact.prompt_id).update(fold_digest="")
    text = asks(as_owner)
    assert f"/t/{made.pk}/" in text
    assert exact is None or f"/t/{exact.pk}/" in text


@pytest.mark.parametrize("change", [{"prompt": "a red vase"}, {"model": "nano-banana-2"}, {"ratio": "4:5"}])
def test_a_different_submission_is_not_a_duplicate(as_owner, make_task, change) -> None:
    make_task(status="succeeded")
    assert not asks(as_owner, **change)


def test_a_duplicate_that_finished_meanwhile_is_shown(as_owner, make_task) -> None:
    assert not asks(as_owner)
    Task.objects.update(status="succeeded")
    assert "This was already generated" in asks(as_owner)


@pytest.mark.parametrize("status", ["failed", "waiting", "unconfirmed", "cancelled"])
def test_unfinished_tasks_are_not_duplicates(as_owner, make_task, status) -> None:
    make_task(status=status)
    assert not asks(as_owner)


def test_a_confirmation_without_a_question_is_ignored(as_owner, make_task) -> None:
    make_task(status="succeeded")
    assert asks(as_owner, confirmed="1")


def test_shared_items_of_teammates_count_and_private_ones_do_not(
    as_teammate, key_of_teammate, owner, team, make_task
) -> None:
    make_task(status="succeeded")
    assert not asks(as_teammate)


def test_a_shared_item_of_a_teammate_is_shown(as_teammate, key_of_teammate, owner, team, make_task) -> None:
    made = make_task(status="succeeded")
    sharing.share(owner, [made.pk], team)
    assert f"/t/{made.pk}/" in asks(as_teammate)


def test_an_earlier_refusal_is_shown_with_its_reason(as_owner, make_task) -> None:
    make_task(status="failed", reason="refused", reason_words="too <b>bold</b>")
    text = asks(as_owner)
    assert "ChatGPT Image 2 refused this prompt before." in text
    assert "too &lt;b&gt;bold&lt;/b&gt;" in text
    assert "This prompt was accepted:" not in text


def test_the_variant_that_succeeded_is_offered(as_owner, make_task) -> None:
    refused = make_task(status="failed", reason="refused", reason_words="too bold")
    passed = make_task(prompt="a modest vase", status="succeeded", parent=refused)
    text = asks(as_owner)
    assert "This prompt was accepted:" in text
    assert f"?from={passed.pk}&amp;as=edit" in text


def test_a_later_success_hides_the_refusal(as_owner, make_task) -> None:
    make_task(status="failed", reason="refused")
    make_task(status="succeeded", aspect_ratio="4:5")
    assert not asks(as_owner)


def test_refusals_of_private_tasks_of_others_are_hidden(as_teammate, key_of_teammate, team, make_task) -> None:
    make_task(status="failed", reason="refused")
    assert not asks(as_teammate)


def test_success_rates_are_shown_where_a_model_is_chosen(as_owner, owner, team, make_task) -> None:
    now = timezone.now()
    for n in range(12):
        times = {"accepted_at": now, "finished_at": now + timedelta(seconds=20 + n)}
        task = make_task(prompt=f"vase {n}", status="failed" if n > 9 else "succeeded", credits=15, **times)
        if n < 3:
            favourites.set_favourite(owner, [task.pk], liked=True)
    page = as_owner.get("/").content.decode()
    assert "about 24 s" in page
    assert "9 in 10 finish within 28 s" in page
    assert "17% failed" in page
    assert "60 credits per picked image" in page


def test_duplicates_are_shown_after_combinations_were_confirmed(as_owner, owner) -> None:
    form = FORM | {"prompt": "{red|blue} vase"}
    agree(as_owner, form, headers=HTMX)
    Task.objects.update(status="succeeded")
    asked = as_owner.post("/runs/", form, headers=HTMX).content.decode()
    assert "This was already generated" in asked
