"""Using items again: the same task again, and their parameters in the composer."""

from __future__ import annotations

import re
import uuid

import pytest
from django.core.files.base import ContentFile

from omnistudio.accounts.models import ApiKey
from omnistudio.accounts.services import keep_key
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Reference, Task
from omnistudio.gallery.sharing import services as sharing
from omnistudio.studio.services import Submission, submit
from tests.conftest import KEY, picture, read

HTMX = {"HX-Request": "true"}


@pytest.fixture
def reference(owner) -> Reference:
    return keep_reference(owner, ContentFile(picture(), "a.png"))


@pytest.fixture
def item(owner, reference) -> Task:
    """An item with a reference and a file."""
    wanted = Submission("a celadon vase", "nano-banana-2", "4:5", 2, [reference])
    task = submit(owner, wanted)[0].tasks.first()
    task.file.save("x.png", ContentFile(picture(colour="#c33")))
    Task.objects.filter(pk=task.pk).update(status="succeeded")
    task.refresh_from_db()
    return task


def checked(page: str, name: str) -> str:
    tag = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag and " checked" in tag)
    return re.search(r'value="([^"]*)"', tag)[1]


def test_edit_fills_in_all_parameters_and_references(as_owner, item, reference) -> None:
    response = as_owner.post(f"/t/{item.pk}/use/", {"as": "edit"}, follow=True)
    page = response.content.decode()
    assert "a celadon vase</textarea>" in page
    assert (checked(page, "model"), checked(page, "ratio"), checked(page, "variations")) == (
        "nano-banana-2",
        "4:5",
        "2",
    )
    assert f'name="references" value="{reference.pk}"' in page
    assert f'name="parent" value="{item.pk}"' in page
    form = {
        "prompt": "a red vase",
        "model": "nano-banana-2",
        "ratio": "4:5",
        "variations": "1",
        "parent": str(item.pk),
    }
    as_owner.post("/runs/", form)
    assert Task.objects.get(prompt__text="a red vase").parent == item


def test_animate_uses_the_image_for_a_video(as_owner, item) -> None:
    page = as_owner.post(f"/t/{item.pk}/use/", {"as": "animate"}, follow=True).content.decode()
    assert checked(page, "model") == "seedance-2"
    assert Reference.objects.count() == 2
    assert page.count('name="references"') == 1


def test_use_as_reference_keeps_the_draft_prompt(as_owner, item) -> None:
    page = as_owner.post(f"/t/{item.pk}/use/", {"as": "reference"}, follow=True).content.decode()
    assert "></textarea>" in page
    assert "data-filled" not in page
    assert page.count('name="references"') == 1


def test_the_image_of_a_remix_becomes_a_reference_on_request(as_owner, item) -> None:
    page = as_owner.post(f"/t/{item.pk}/use/", {"as": "remix"}, follow=True).content.decode()
    assert f'data-task="{item.pk}"' in page
    tile = as_owner.post("/references/", {"task": str(item.pk)}, headers=HTMX)
    assert tile.status_code == 200
    assert Reference.objects.count() == 2


def test_the_composer_of_the_page_is_filled_in_place(as_owner, item, reference) -> None:
    answer = as_owner.post(f"/t/{item.pk}/use/", {"as": "remix"}, headers=HTMX)
    assert answer.status_code == 200
    assert '<div hx-swap-oob="innerHTML:#references">' in answer.text
    assert f'name="references" value="{reference.pk}"' in answer.text
    assert f'name="parent" value="{item.pk}"' in answer.text
    values = dict(
        re.findall(r'data-(prompt|model|ratio|variations)="([^"]*)"', answer.text.partition("data-filled")[2])
    )
    assert values == {"prompt": "a celadon vase", "model": "nano-banana-2", "ratio": "4:5", "variations": "2"}
    assert "composer-filled" in answer.headers["HX-Trigger-After-Swap"]


def test_a_long_thai_prompt_is_not_in_a_header(as_owner, make_task) -> None:
    task = make_task(prompt="ก" * 8000, status="succeeded")
    answer = as_owner.post(f"/t/{task.pk}/use/", {"as": "remix"}, headers=HTMX)
    assert "ก" * 8000 in answer.text
    assert sum(len(name) + len(value) for name, value in answer.headers.items()) < 2000


def test_an_image_that_can_not_be_a_reference_is_said_where_it_was_asked_for(as_owner, item) -> None:
    item.file.storage.delete(item.file.name)
    answer = as_owner.post(f"/t/{item.pk}/use/", {"as": "animate"}, headers=HTMX)
    assert "HX-Trigger-After-Swap" not in answer.headers
    assert 'hx-swap-oob="beforeend:#toasts"' in answer.text
    assert as_owner.post(f"/t/{item.pk}/use/", {"as": "animate"}).url == f"/t/{item.pk}/"


def test_references_of_a_teammate_are_copied(as_teammate, teammate, owner, team, item) -> None:
    assert as_teammate.post(f"/t/{item.pk}/use/", {"as": "edit"}).status_code == 404
    sharing.share(owner, [item.pk], team)
    page = as_teammate.post(f"/t/{item.pk}/use/", {"as": "edit"}, follow=True).content.decode()
    own = Reference.objects.get(owner=teammate)
    assert f'name="references" value="{own.pk}"' in page
    assert read(as_teammate.get(f"/references/{own.pk}/file/"))


def test_the_number_of_private_variations_of_others_is_hidden(as_teammate, owner, team, item) -> None:
    sharing.share(owner, [item.pk], team)
    page = as_teammate.post(f"/t/{item.pk}/use/", {"as": "edit"}, follow=True).content.decode()
    assert checked(page, "variations") == "1"


def test_a_private_image_of_others_cannot_be_a_reference(as_stranger, item) -> None:
    assert as_stranger.post("/references/", {"task": str(item.pk)}, headers=HTMX).status_code == 422
    assert not Reference.objects.exclude(owner=item.owner).exists()


@pytest.mark.parametrize("how", ["", "steal", "EDIT"])
def test_an_unknown_use_is_404(as_owner, item, how) -> None:
    assert as_owner.post(f"/t/{item.pk}/use/", {"as": how}).status_code == 404


def test_an_item_without_a_file_cannot_be_a_reference(as_owner, make_task) -> None:
    task = make_task(status="failed")
    response = as_owner.post(f"/t/{task.pk}/use/", {"as": "reference"}, follow=True)
    assert f"#{task.pk} has no image to use." in response.content.decode()


def test_run_again_repeats_the_task_once(as_owner, item, reference) -> None:
    form = {"submission": str(uuid.uuid4()), "look": "quiet"}
    for _ in range(2):
        response = as_owner.post(f"/t/{item.pk}/again/", form, headers=HTMX)
    again = Task.objects.latest("pk")
    assert Task.objects.count() == 3
    assert (again.prompt_id, again.model_id, again.aspect_ratio, again.parent) == (
        item.prompt_id,
        "nano-banana-2",
        "4:5",
        item,
    )
    assert [link.reference for link in again.task_references.all()] == [reference]
    assert again.recipe == item.recipe
    page = response.content.decode()
    assert f"#{again.pk}" in page
    assert form["submission"] not in page  # the next click is another request


def test_run_again_is_private_unless_of_a_shared_item_of_ones_own(as_owner, as_teammate, owner, team, item) -> None:
    sharing.share(owner, [item.pk], team)
    as_teammate.post(f"/t/{item.pk}/again/")
    as_owner.post(f"/t/{item.pk}/again/")
    theirs, own = Task.objects.order_by("-pk")[1], Task.objects.latest("pk")
    # The teammate has no key: nothing was made for them.
    assert theirs.owner == owner
    assert own.team == team


def test_without_a_key_nothing_runs_again(as_teammate, owner, team, item) -> None:
    sharing.share(owner, [item.pk], team)
    response = as_teammate.post(f"/t/{item.pk}/again/", headers=HTMX)
    assert "You need an API key first" in response.content.decode()
    assert Task.objects.count() == 2


def test_an_invisible_parent_is_left_out(as_stranger, stranger, item) -> None:
    keep_key(stranger, KEY, ApiKey.State.VERIFIED)
    page = as_stranger.get(f"/?from={item.pk}&as=edit").content.decode()
    assert 'name="parent"' not in page
    assert "a celadon vase" not in page
    form = {"prompt": "a red vase", "model": "gpt-image-2", "ratio": "1:1", "variations": "1", "parent": str(item.pk)}
    as_stranger.post("/runs/", form)
    assert Task.objects.get(owner=stranger).parent is None


def test_references_used_before_can_be_chosen_again(as_owner, as_stranger, reference) -> None:
    assert f'data-pick="{reference.pk}"' in as_owner.get("/references/recent/").content.decode()
    assert "data-pick" not in as_stranger.get("/references/recent/").content.decode()


def test_continue_takes_the_last_image_of_a_video(as_owner, make_task, monkeypatch, reference) -> None:
    task = make_task(kind="video", model_id="seedance-2", status="succeeded", content_type="video/mp4", file="a.mp4")
    monkeypatch.setattr("omnistudio.studio.reuse_views.last_frame_as_reference", lambda user, item: reference)
    answer = as_owner.post(f"/t/{task.pk}/use/", {"as": "continue"}, headers={"HX-Request": "true"})
    assert f'value="{reference.pk}"' in answer.text
    assert "Continuing" in answer.text
    assert 'data-model="seedance-2"' in answer.text
    assert 'data-variations="1"' in answer.text
    page = as_owner.get(f"/t/{task.pk}/").text
    assert ('id="item-continue"' in page, 'id="item-animate"' in page) == (True, False)
