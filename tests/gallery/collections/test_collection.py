"""Collections: who sees them, who changes them, and what is in them for whom."""

from __future__ import annotations

import re

import pytest

from omnistudio.accounts.models import Membership
from omnistudio.gallery.collections import queries as collection_queries
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import Collection, Task
from tests.gallery.export.test_zip import keep_file

HTMX = {"HX-Request": "true"}


def in_order(collection: Collection) -> list[int]:
    return list(collection.items.order_by("position", "id").values_list("task_id", flat=True))


def one_line(text: str) -> str:
    """A page with each run of whitespace as one space."""
    return " ".join(text.split())


def items_shown(response) -> list[int]:
    return [task.pk for task in response.context["page"].tasks]


class TestWhoSees:
    def test_each_page_is_for_those_who_see_the_collection(
        self, as_owner, as_teammate, as_viewer, as_stranger, client, collection, private
    ):
        for seen in (as_owner, as_teammate, as_viewer):
            assert seen.get(f"/collections/{collection.pk}/").status_code == 200
        for other in (as_teammate, as_viewer, as_stranger):
            assert other.get(f"/collections/{private.pk}/").status_code == 404
        assert as_stranger.get(f"/collections/{collection.pk}/").status_code == 404
        for path in ("/collections/", f"/collections/{collection.pk}/", "/collections/choices/"):
            assert client.get(path).status_code == 302

    def test_the_list_of_collections(self, as_owner, as_viewer, as_stranger, collection, private):
        page = as_owner.get("/collections/").content.decode()
        assert "Spring" in page
        assert "Only mine" in page
        page = as_viewer.get("/collections/").content.decode()
        assert "Spring" in page
        assert "Only mine" not in page
        page = as_stranger.get("/collections/").content.decode()
        assert "Spring" not in page

    def test_a_private_item_in_a_team_collection_is_visible_to_its_owner_only(
        self, as_owner, as_teammate, collection, make_item, owner, team
    ):
        shared, private = keep_file(make_item(team=team)), keep_file(make_item(prompt="a secret"))
        collections.add(collection, owner, [shared.pk, private.pk])
        collections.set_cover(collection, owner, private.pk)
        assert items_shown(as_owner.get(f"/collections/{collection.pk}/")) == [private.pk, shared.pk]
        assert items_shown(as_teammate.get(f"/collections/{collection.pk}/")) == [shared.pk]
        page = one_line(as_teammate.get("/collections/").text)
        assert "> 1 item </small>" in page
        assert private.thumbnail_url not in page
        assert shared.thumbnail_url in page
        page = one_line(as_owner.get("/collections/").text)
        assert "> 2 items </small>" in page
        assert private.thumbnail_url in page

    def test_trashed_items_are_neither_shown_nor_counted(self, as_owner, private, make_item, owner):
        task = keep_file(make_item())
        collections.add(private, owner, [task.pk])
        Task.objects.update(deleted_at="2026-01-01T00:00Z")
        assert items_shown(as_owner.get(f"/collections/{private.pk}/")) == []
        assert "> 0 items </small>" in one_line(as_owner.get("/collections/").text)

    def test_the_count_is_bounded(self, as_owner, private, make_item, owner, monkeypatch):
        monkeypatch.setattr(collection_queries, "MAX_COUNTED", 1)
        collections.add(private, owner, [make_item().pk for _ in range(3)])
        assert "more than 1 items" in as_owner.get("/collections/").content.decode()

    def test_the_queries_do_not_grow(self, as_owner, owner, team, make_item, django_assert_max_num_queries):
        for number in range(8):
            collection = collections.create(owner, f"Shelf {number}", team)
            collections.add(collection, owner, [make_item(team=team).pk for _ in range(3)])
        with django_assert_max_num_queries(10):
            as_owner.get("/collections/")
        with django_assert_max_num_queries(10):
            as_owner.get(f"/collections/{collection.pk}/")


WRITES = ["rename", "order", "delete", "cover", "remove", "earlier", "later", "arrange"]


class TestWhoChanges:
    @pytest.mark.parametrize("act", WRITES)
    def test_a_viewer_and_a_stranger_cannot_change_a_collection(
        self, as_viewer, as_stranger, client, collection, act, owner, make_item, team
    ):
        collections.add(collection, owner, [make_item(team=team).pk, make_item(team=team).pk])
        ids = in_order(collection)
        sent = {"ids": ids, "name": "Taken over", "order": "hand"}
        for other in (as_viewer, as_stranger):
            assert other.post(f"/collections/{collection.pk}/{act}/", sent).status_code == 404
        assert client.post(f"/collections/{collection.pk}/{act}/", sent).status_code == 302
        collection.refresh_from_db()
        assert (collection.name, collection.order, in_order(collection)) == ("Spring", "date", ids)

    @pytest.mark.parametrize("act", WRITES)
    def test_a_member_changes_a_collection_by_post_only(self, as_teammate, collection, act):
        assert as_teammate.get(f"/collections/{collection.pk}/{act}/").status_code == 405
        sent = {"ids": "", "name": "Summer", "order": "hand"}
        assert as_teammate.post(f"/collections/{collection.pk}/{act}/", sent).status_code == 302

    def test_a_viewers_page_has_no_buttons(self, as_viewer, as_teammate, collection, owner, make_item, team):
        collections.add(collection, owner, [make_item(team=team).pk])
        for words in ("Rename", "Public links", "Delete", "from the collection"):
            for member, is_there in ((as_viewer, False), (as_teammate, True)):
                page = member.get(f"/collections/{collection.pk}/").content.decode()
                of_collection, _of_each_result = page.split('id="tile-strip"')
                assert (words in of_collection) is is_there

    def test_a_collection_is_created(self, as_owner, as_viewer, as_stranger, team):
        assert as_owner.post("/collections/new/", {"name": " Lights "}).status_code == 302
        assert as_owner.post("/collections/new/", {"name": "Ours", "team": team.pk}).status_code == 302
        assert list(Collection.objects.values_list("name", "team")) == [("Lights", None), ("Ours", team.pk)]
        for other in (as_viewer, as_stranger):
            assert other.post("/collections/new/", {"name": "Ours", "team": team.pk}).status_code == 422
        for wrong in ({"name": ""}, {"name": "x" * 81}, {"name": "a\x00b"}, {"name": "x", "team": "9" * 30}):
            assert as_owner.post("/collections/new/", wrong).status_code == 422
        assert Collection.objects.count() == 2

    def test_the_number_of_collections_is_limited(self, as_owner, private, monkeypatch):
        monkeypatch.setattr(collections, "MAX_COLLECTIONS", 1)
        response = as_owner.post("/collections/new/", {"name": "Another"})
        assert response.status_code == 422
        assert "1 collections already" in response.content.decode()

    def test_renaming_and_deleting(self, as_owner, private, make_item, owner):
        task = make_item()
        collections.add(private, owner, [task.pk])
        as_owner.post(f"/collections/{private.pk}/rename/", {"name": "Évora"})
        assert as_owner.post(f"/collections/{private.pk}/rename/", {"name": ""}).status_code == 422
        private.refresh_from_db()
        assert private.name == "Évora"
        page = as_owner.post(f"/collections/{private.pk}/delete/", follow=True).content.decode()
        assert "Its items stay where they are." in page
        assert Task.objects.not_trashed().filter(pk=task.pk).exists()


def test_a_former_member_no_longer_sees_the_collections(as_teammate, collection, teammate):
    Membership.objects.filter(user=teammate).delete()
    assert as_teammate.get(f"/collections/{collection.pk}/").status_code == 404
    assert "Spring" not in as_teammate.get("/collections/").content.decode()


def test_the_team_of_the_gallery_is_preselected(as_owner, as_viewer, team):
    def chosen(client, query):
        page = client.get(f"/collections/choices/{query}").text
        return re.findall(r'<option value="(\d*)" selected>', page), 'name="team"' in page

    assert chosen(as_owner, f"?scope=team:{team.pk}") == ([str(team.pk)], True)
    for query in ("", "?scope=mine", "?scope=team:999", "?scope=nonsense", f"?scope=team:{'9' * 30}"):
        assert chosen(as_owner, query) == ([], True)
    assert chosen(as_viewer, f"?scope=team:{team.pk}") == ([], False), "who may not share there is not offered it"


def test_a_collection_created_in_a_team_gallery_belongs_to_the_team(as_owner, as_teammate, team, make_item):
    item = make_item(team=team)
    form = {"ids": [item.pk], "name": "For the book", "team": team.pk}
    as_owner.post("/collections/add/", form, headers={"HX-Request": "true"})
    made = Collection.objects.get(name="For the book")
    assert made.team == team
    assert as_teammate.get(f"/collections/{made.pk}/").status_code == 200
