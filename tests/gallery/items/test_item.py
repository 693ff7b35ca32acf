"""The page of one item: who sees it and how much of it, and its neighbours in the list."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from omnistudio.gallery.items import favourites
from omnistudio.gallery.media.references import keep_reference
from omnistudio.gallery.models import Collection, CollectionItem, Task, TaskReference
from omnistudio.gallery.sharing import services as sharing
from tests.conftest import picture, read

HTMX = {"HX-Request": "true"}


@pytest.fixture
def make_stored_item(make_task):
    """Make a finished image with its file."""

    def make(**fields) -> Task:
        task = make_task(
            status="succeeded", content_type="image/png", sha256="ab" * 32, bytes=140, width=64, height=48, **fields
        )
        task.file.save("result.png", ContentFile(picture()), save=False)
        task.thumbnail.save("thumbnail.webp", ContentFile(picture("WEBP")), save=False)
        task.save()
        return task

    return make


def links(response) -> dict[str, str]:
    """`prev` and `next` of the page."""
    found = re.findall(r'rel="(prev|next)" href="([^"]+)"', response.text)
    return {rel: href.replace("&amp;", "&") for rel, href in found}


def test_the_owner_sees_all_that_is_known(as_owner, make_stored_item):
    item = make_stored_item(remote_id="remote-1", request_id="request-1", credits=15, key_last_four="a1b2")
    text = " ".join(as_owner.get(f"/t/{item.pk}/").text.split())
    for known in ("a celadon vase", "remote-1", "request-1", "sk-…a1b2", "64 × 48, PNG", "Stored safely", "ab" * 32):
        assert known in text


def test_a_teammate_sees_a_shared_item_without_private_details(as_teammate, owner, team, make_stored_item):
    item = make_stored_item(remote_id="remote-1", request_id="request-1", credits=15, key_last_four="a1b2")
    assert as_teammate.get(f"/t/{item.pk}/").status_code == 404
    sharing.share(owner, [item.pk], team)
    text = as_teammate.get(f"/t/{item.pk}/").text
    assert "a celadon vase" in text
    for private in ("remote-1", "request-1", "a1b2", "/delete/", "take-back"):
        assert private not in text


@pytest.mark.parametrize("path", ["", "panel/", "references/1/", "references/1/thumbnail/"])
def test_a_stranger_gets_404_and_a_visitor_signs_in(as_stranger, client, make_stored_item, path):
    item = make_stored_item()
    assert as_stranger.get(f"/t/{item.pk}/{path}").status_code == 404
    assert client.get(f"/t/{item.pk}/{path}").status_code == 302


@pytest.mark.parametrize("action", ["favourite", "share", "take-back", "delete", "restore", "comments"])
def test_a_stranger_cannot_act_on_an_item(as_stranger, client, make_stored_item, team, action):
    item = make_stored_item()
    form = {"liked": "1", "team": team.pk, "text": "hello"}
    assert as_stranger.post(f"/t/{item.pk}/{action}/", form).status_code == 404
    assert client.post(f"/t/{item.pk}/{action}/", form).status_code == 302
    item.refresh_from_db()
    assert (item.team_id, item.deleted_at, item.revision) == (None, None, 1)


@pytest.mark.parametrize("task_id", ["0", "999", "9" * 18, "9" * 40, "9" * 5000])
def test_an_invalid_number_is_404(as_owner, owner, task_id):
    assert as_owner.get(f"/t/{task_id}/").status_code == 404


def test_the_panel_is_the_same_without_the_page(as_owner, make_stored_item):
    item = make_stored_item()
    panel, page = as_owner.get(f"/t/{item.pk}/panel/").text, as_owner.get(f"/t/{item.pk}/").text
    assert panel.strip().startswith('<div class="item" id="item"')
    assert "<html" not in panel
    assert "<html" in page
    assert panel.count('id="item"') == page.count('id="item"') == 1


def test_a_page_that_has_seen_the_newest_revision_gets_nothing_new(as_owner, make_task):
    task = make_task(status="running")
    path = f"/t/{task.pk}/panel/"
    assert "item-poller" in as_owner.get(path).text
    assert as_owner.get(f"{path}?seen={task.revision}").status_code == 204
    assert as_owner.get(f"{path}?seen=x").status_code == 200


def test_previous_and_next_keep_the_list_and_its_filters(as_owner, make_stored_item):
    old, middle, new = make_stored_item(), make_stored_item(), make_stored_item()
    make_stored_item(model_id="nano-banana-2")
    query = "model=gpt-image-2&scope=mine"
    found = links(as_owner.get(f"/t/{middle.pk}/?{query}"))
    assert found == {"prev": f"/t/{new.pk}/?{query}", "next": f"/t/{old.pk}/?{query}"}
    assert "prev" not in links(as_owner.get(f"/t/{new.pk}/?{query}"))


def test_the_place_in_the_list_is_shown(as_owner, make_stored_item):
    old, _new = make_stored_item(), make_stored_item()
    assert "2 of 2" in as_owner.get(f"/t/{old.pk}/").text


def test_private_items_are_neither_neighbours_nor_variations(as_teammate, owner, team, make_stored_item):
    first, private, last = make_stored_item(), make_stored_item(), make_stored_item()
    Task.objects.update(run=first.run)
    sharing.share(owner, [first.pk, last.pk], team)
    for query in (
        "",
        f"?scope=team:{team.pk}",
        "?scope=mine",
        "?scope=favourites",
        "?status=all",
        "?scope=collection:1",
    ):
        text = as_teammate.get(f"/t/{first.pk}/{query}").text
        assert f"/t/{private.pk}/" not in text
        assert f"/media/{private.pk}/" not in text
    assert links(as_teammate.get(f"/t/{first.pk}/")) == {"prev": f"/t/{last.pk}/?"}


@pytest.mark.parametrize(
    "query",
    ["scope=team:999", "scope=team:x", "scope=collection:1", "scope=nonsense", "scope=" + "9" * 30, "scope=trash",
     "model=none&kind=x&person=-1&since=yesterday", "q=%00", "before=x&seen=", "scope=team:" + "9" * 25],
)  # fmt: skip
def test_a_tampered_query_shows_the_item_in_its_own_list(as_owner, make_stored_item, query):
    item, _other = make_stored_item(), make_stored_item()
    for path in ("", "panel/"):
        assert as_owner.get(f"/t/{item.pk}/{path}?{query}").status_code == 200


def test_the_team_of_others_gives_no_neighbours(as_stranger, owner, team, make_stored_item, stranger):
    item = make_stored_item()
    sharing.share(owner, [item.pk], team)
    mine = make_stored_item(person=stranger)
    assert links(as_stranger.get(f"/t/{mine.pk}/?scope=team:{team.pk}")) == {}


def test_neighbours_in_a_collection_follow_its_own_order(as_owner, owner, make_stored_item):
    items = [make_stored_item() for _ in range(3)]
    collection = Collection.objects.create(owner=owner, name="Shelf", order="hand")
    for position, item in enumerate([items[2], items[0], items[1]], 1):
        CollectionItem.objects.create(collection=collection, task=item, position=position)
    found = links(as_owner.get(f"/t/{items[0].pk}/?scope=collection:{collection.pk}"))
    query = f"?scope=collection%3A{collection.pk}"
    assert found == {"prev": f"/t/{items[2].pk}/{query}", "next": f"/t/{items[1].pk}/{query}"}


def test_references_of_a_shared_item_are_visible_to_the_team_only(
    as_owner, as_teammate, as_stranger, owner, team, make_stored_item
):
    item = make_stored_item()
    reference = keep_reference(owner, SimpleUploadedFile("a.png", picture()))
    TaskReference.objects.create(task=item, reference=reference, position=1)
    path = f"/t/{item.pk}/references/1/"
    assert read(as_owner.get(path)).startswith(b"\x89PNG")
    assert as_teammate.get(path).status_code == 404
    sharing.share(owner, [item.pk], team)
    assert read(as_teammate.get(f"{path}thumbnail/"))[8:12] == b"WEBP"
    assert f"{path}thumbnail/" in as_teammate.get(f"/t/{item.pk}/").text
    assert as_teammate.get(f"/references/{reference.pk}/file/").status_code == 404
    assert as_teammate.get(f"/t/{item.pk}/references/2/").status_code == 404
    assert as_stranger.get(path).status_code == 404


def test_the_page_says_that_a_file_is_missing(as_owner, make_stored_item):
    item = make_stored_item()
    item.file.storage.delete(item.file.name)
    text = as_owner.get(f"/t/{item.pk}/").text
    assert "The file is missing" in text
    assert "missing from the storage" in text
    assert "a celadon vase" in text
    assert "?download" not in text


def test_an_unreachable_storage_does_not_break_the_page(as_owner, make_stored_item, monkeypatch):
    item = make_stored_item()

    def away(*_args):
        raise ConnectionError

    monkeypatch.setattr(type(item.file.storage._wrapped), "exists", away)
    assert as_owner.get(f"/t/{item.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "failed", "reason": "service_failed", "reason_words": "No <b>people</b>."}, "No &lt;b&gt;people"),
        ({"status": "failed", "reason": "result_lost", "reason_words": "404", "remote_id": "r"}, "Retry download"),
        ({"status": "failed", "reason": "refused", "refunded": 15}, "Nothing was charged"),
        ({"status": "unconfirmed", "reason": "answer_lost"}, "Send again"),
        ({"status": "cancelled"}, "Cancelled before it was sent"),
        ({"status": "waiting"}, "View progress in the studio"),
        ({"status": "running", "result_url": "https://example.com/a"}, "Only at the service so far"),
    ],
)
def test_a_task_without_a_result_says_what_happened(as_owner, make_task, fields, said):
    assert said in as_owner.get(f"/t/{make_task(**fields).pk}/").text


def test_messages_of_the_service_are_shown_to_the_owner_only(as_teammate, owner, team, make_task):
    task = make_task(status="failed", reason="unknown_id", reason_words="secret-id", remote_id="secret-id")
    sharing.share(owner, [task.pk], team)
    text = as_teammate.get(f"/t/{task.pk}/").text
    assert "secret-id" not in text
    assert "Retry" not in text


def test_a_retry_and_its_original_link_to_each_other(as_owner, make_task):
    first = make_task(status="failed")
    again = make_task(status="failed", retry_of=first)
    assert f'href="/t/{first.pk}/"' in as_owner.get(f"/t/{again.pk}/").text
    assert f"Retried as #{again.pk}" in as_owner.get(f"/t/{first.pk}/").text


def test_markup_in_a_prompt_is_escaped(as_owner, make_stored_item):
    text = as_owner.get(f"/t/{make_stored_item(prompt='<script>alert(1)</script>').pk}/").text
    assert "<script>alert" not in text


def test_the_number_of_queries_does_not_grow(
    as_owner, owner, teammate, team, make_stored_item, make_task, django_assert_max_num_queries
):
    item = make_stored_item()
    sharing.share(owner, [item.pk], team)
    for n in range(6):
        make_stored_item(run=item.run, variation=n + 2)
        item.comments.create(author=teammate, text="hm")
    favourites.set_favourite(owner, [item.pk], liked=True)
    favourites.set_favourite(teammate, [item.pk], liked=True)
    with django_assert_max_num_queries(22):
        assert as_owner.get(f"/t/{item.pk}/?scope=team:{team.pk}").status_code == 200
