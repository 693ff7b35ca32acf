"""The items of a collection: put in, taken out, in an order; its cover."""

from __future__ import annotations

import pytest

from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import Collection, Task
from omnistudio.gallery.selection import TooMany
from tests.gallery.collections.test_collection import HTMX, in_order, items_shown
from tests.gallery.export.test_zip import keep_file
from tests.gallery.items.test_bulk import undo


class TestPuttingIn:
    def test_items_are_added_to_an_existing_collection(self, as_owner, private, make_item):
        ids = [make_item().pk, make_item().pk]
        response = as_owner.post("/collections/add/", {"ids": ids, "collection": private.pk}, headers=HTMX)
        assert in_order(private) == ids
        page = response.content.decode()
        assert 'hx-swap-oob="beforeend:#toasts"' in page
        assert "2 items are in “Only mine”." in page
        as_owner.post("/collections/add/", {"ids": ids, "collection": private.pk})
        assert in_order(private) == ids, "twice is once"

    def test_items_are_added_to_a_new_collection(self, as_owner, make_item, team):
        task = make_item(team=team)
        response = as_owner.post("/collections/add/", {"ids": task.pk, "name": "New", "team": team.pk})
        made = Collection.objects.get()
        assert response.headers["Location"] == f"/collections/{made.pk}/"
        assert (made.team, in_order(made)) == (team, [task.pk])

    def test_invisible_items_are_skipped_and_the_page_says_so(self, as_teammate, make_item, teammate, team, stranger):
        theirs, failed, mine = make_item(), make_item(person=teammate, status="failed"), make_item(person=teammate)
        collection = collections.create(teammate, "Ours", team)
        sent = {"ids": [theirs.pk, failed.pk, mine.pk, 10**17], "collection": collection.pk}
        page = as_teammate.post("/collections/add/", sent, headers=HTMX).content.decode()
        assert in_order(collection) == [mine.pk]
        assert "3 were skipped: they no longer exist, or you don’t have access." in page
        assert "The team can’t see 1 of them: it is not shared." in page

    def test_adding_to_a_collection_of_others_is_404(
        self, as_stranger, as_viewer, as_teammate, collection, private, make_item, stranger
    ):
        task = make_item(person=stranger)
        for other, chosen in ((as_stranger, collection), (as_viewer, collection), (as_teammate, private)):
            sent = {"ids": task.pk, "collection": chosen.pk}
            assert other.post("/collections/add/", sent).status_code == 404
        assert as_stranger.post("/collections/add/", {"ids": task.pk, "collection": "x"}).status_code == 404

    def test_bad_input_is_422_in_a_toast_or_on_a_page(self, as_owner, private, make_item):
        many = ",".join(map(str, range(1, 10_001)))
        for sent in (
            {"ids": many, "collection": private.pk},
            {"ids": "", "collection": private.pk},
            {"ids": make_item().pk, "name": ""},
            {"ids": many, "name": "Not made"},
        ):
            assert as_owner.post("/collections/add/", sent).status_code == 422
            response = as_owner.post("/collections/add/", sent, headers=HTMX)
            assert response.status_code == 422
            assert "toast--bad" in response.content.decode()
        assert Collection.objects.count() == 1

    def test_a_collection_that_is_full_says_so(self, as_owner, private, make_item, monkeypatch):
        monkeypatch.setattr(collections, "MAX_ITEMS", 1)
        response = as_owner.post(
            "/collections/add/", {"ids": [make_item().pk, make_item().pk], "collection": private.pk}
        )
        assert response.status_code == 422
        assert "at most 1 items" in response.content.decode()
        assert in_order(private) == []

    def test_the_choices_are_collections_one_may_change(self, as_owner, as_viewer, collection, private):
        page = as_owner.get("/collections/choices/").content.decode()
        assert "Spring · Atelier Srisai" in page
        assert "Only mine" in page
        assert "Spring" not in as_viewer.get("/collections/choices/").content.decode()


class TestUndoingAnAddition:
    def test_only_what_was_new_is_taken_out(self, as_owner, private, make_item, owner):
        before, new = make_item().pk, make_item().pk
        collections.add(private, owner, [before])
        added = as_owner.post("/collections/add/", {"ids": [before, new], "collection": private.pk}, headers=HTMX)
        assert "2 items are in “Only mine”." in added.text
        undone = undo(as_owner, added)
        assert in_order(private) == [before]
        assert "1 item was removed from “Only mine”." in undone.text
        assert "Nothing was changed." in undo(as_owner, added).text

    def test_what_was_there_already_has_nothing_to_undo(self, as_owner, private, make_item):
        sent = {"ids": make_item().pk, "collection": private.pk}
        assert ">Undo</button>" in as_owner.post("/collections/add/", sent, headers=HTMX).text
        assert ">Undo</button>" not in as_owner.post("/collections/add/", sent, headers=HTMX).text

    def test_a_collection_made_for_it_goes(self, as_owner, make_item):
        added = as_owner.post("/collections/add/", {"ids": make_item().pk, "name": "New"}, headers=HTMX)
        said = undo(as_owner, added).text
        assert "1 item was removed from “New”. The new collection was deleted." in said
        assert "/collections/" not in said, "nothing to open"
        assert not Collection.objects.exists()

    def test_a_collection_made_for_it_stays_with_what_others_added(
        self, as_owner, as_teammate, make_item, team, teammate
    ):
        item, theirs = make_item(), make_item(person=teammate)
        sent = {"ids": item.pk, "name": "New", "team": team.pk}
        added = as_owner.post("/collections/add/", sent, headers=HTMX)
        made = Collection.objects.get()
        as_teammate.post("/collections/add/", {"ids": theirs.pk, "collection": made.pk})
        assert "was deleted" not in undo(as_owner, added).text
        assert in_order(made) == [theirs.pk]

    def test_without_htmx_it_leads_to_the_collections(self, as_owner, make_item):
        as_owner.post("/collections/add/", {"ids": (item := make_item().pk), "name": "New"})
        path = f"/collections/{Collection.objects.get().pk}/undo-adding/"
        assert as_owner.post(path, {"ids": item, "created": "1"}).headers["Location"] == "/collections/"

    def test_too_many_are_refused(self, as_owner, private):
        many = ",".join(map(str, range(1, 10_001)))
        response = as_owner.post(f"/collections/{private.pk}/undo-adding/", {"ids": many}, headers=HTMX)
        assert response.status_code == 422


class TestOrder:
    @pytest.fixture
    def four(self, private, make_item, owner) -> list[int]:
        ids = [make_item().pk for _ in range(4)]
        collections.add(private, owner, ids)
        return ids

    def test_items_are_ordered_by_date_or_by_hand(self, as_owner, private, four):
        path = f"/collections/{private.pk}/"
        assert items_shown(as_owner.get(path)) == four[::-1]
        as_owner.post(f"{path}order/", {"order": "hand"})
        assert items_shown(as_owner.get(path)) == four
        assert as_owner.post(f"{path}order/", {"order": "random"}).status_code == 302
        assert items_shown(as_owner.get(path)) == four

    def test_an_item_moves_one_place_at_a_time(self, as_owner, private, four):
        one, two, three, last = four
        as_owner.post(f"/collections/{private.pk}/earlier/", {"ids": three})
        assert in_order(private) == [one, three, two, last]
        as_owner.post(f"/collections/{private.pk}/later/", {"ids": one})
        assert in_order(private) == [three, one, two, last]
        as_owner.post(f"/collections/{private.pk}/earlier/", {"ids": three})
        as_owner.post(f"/collections/{private.pk}/later/", {"ids": last})
        assert in_order(private) == [three, one, two, last]

    def test_a_move_skips_invisible_items(self, team, make_item, owner, teammate):
        collection = collections.create(owner, "Ours", team)
        first, hidden, second = make_item(team=team), make_item(person=teammate), make_item(team=team)
        collections.add(collection, owner, [first.pk])
        collections.add(collection, teammate, [hidden.pk])
        collections.add(collection, owner, [second.pk])
        assert collections.move(collection, owner, second.pk, earlier=True)
        assert in_order(collection) == [second.pk, hidden.pk, first.pk]
        assert not collections.move(collection, owner, hidden.pk, earlier=True)

    def test_dragging_posts_the_new_order(self, as_owner, private, four):
        one, two, three, last = four
        as_owner.post(f"/collections/{private.pk}/order/", {"order": "hand"})
        response = as_owner.post(
            f"/collections/{private.pk}/arrange/", {"ids": f"{last},{one},{three},{two}"}, headers=HTMX
        )
        assert in_order(private) == [last, one, three, two]
        page = response.content.decode()
        assert 'id="collection-items"' in page
        assert 'hx-swap-oob="true"' in page

    def test_arranging_some_items_uses_their_own_positions(self, private, four, owner, make_item):
        one, two, three, last = four
        done = collections.arrange(private, owner, [last, two, make_item().pk, last])
        assert (done.ids, done.left_out) == ([last, two], 1)
        assert in_order(private) == [one, last, three, two]
        with pytest.raises(TooMany):
            collections.arrange(private, owner, range(1001))

    def test_a_page_at_a_time_in_either_order(self, as_owner, private, four, monkeypatch):
        monkeypatch.setattr("omnistudio.gallery.browse.pagination.page.__defaults__", (None, 3))
        monkeypatch.setattr("omnistudio.gallery.browse.pagination.by_hand.__defaults__", (0, 3))
        path = f"/collections/{private.pk}/"
        for order, all_ in (("date", four[::-1]), ("hand", four)):
            as_owner.post(f"{path}order/", {"order": order})
            first = as_owner.get(path)
            assert items_shown(first) == all_[:3]
            assert items_shown(as_owner.get(f"{path}?from={first.context['page'].next}")) == all_[3:]
        for strange in ("x", "-1", "9" * 50):
            assert as_owner.get(f"{path}?from={strange}").status_code == 200

    def test_arrows_are_shown_in_the_order_by_hand(self, as_owner, private, four):
        path = f"/collections/{private.pk}/"
        assert "earlier" not in as_owner.get(path).content.decode()
        as_owner.post(f"{path}order/", {"order": "hand"})
        page = as_owner.get(path).content.decode()
        assert f'formaction="{path}earlier/"' in page
        assert "data-arrange" in page


class TestCoverAndTakingOut:
    def test_a_cover_is_one_of_its_items(self, as_owner, private, make_item, owner):
        old, new = keep_file(make_item()), keep_file(make_item())
        collections.add(private, owner, [old.pk])
        as_owner.post(f"/collections/{private.pk}/cover/", {"ids": old.pk})
        collections.add(private, owner, [new.pk])
        assert old.thumbnail_url in as_owner.get("/collections/").content.decode()
        as_owner.post(f"/collections/{private.pk}/cover/", {"ids": make_item().pk})
        private.refresh_from_db()
        assert private.cover == old

    def test_without_a_cover_the_newest_item_is_shown(self, as_owner, private, make_item, owner):
        old, new = keep_file(make_item()), keep_file(make_item())
        collections.add(private, owner, [new.pk, old.pk])
        page = as_owner.get("/collections/").content.decode()
        assert new.thumbnail_url in page
        assert old.thumbnail_url not in page

    def test_a_removed_item_stays_in_the_gallery_and_can_be_put_back(self, as_owner, private, make_item, owner):
        task = make_item()
        collections.add(private, owner, [task.pk])
        collections.set_cover(private, owner, task.pk)
        response = as_owner.post(f"/collections/{private.pk}/remove/", {"ids": task.pk}, headers=HTMX)
        assert in_order(private) == []
        private.refresh_from_db()
        assert private.cover is None
        page = response.content.decode()
        assert "1 item was removed from the collection." in page
        assert Task.objects.not_trashed().filter(pk=task.pk).exists()
        assert "1 item is in “Only mine”." in undo(as_owner, response).text
        private.refresh_from_db()
        assert (in_order(private), private.cover) == ([task.pk], task)

    def test_undo_restores_the_position_of_each_item(self, as_owner, private, make_item, owner):
        items = [make_item().pk for _ in range(5)]
        collections.add(private, owner, items)
        out = {"ids": f"{items[1]},{items[3]}"}
        response = as_owner.post(f"/collections/{private.pk}/remove/", out, headers=HTMX)
        assert in_order(private) == [items[0], items[2], items[4]]
        undo(as_owner, response)
        assert in_order(private) == items

    def test_invisible_items_cannot_be_removed(self, as_teammate, collection, make_item, owner):
        task = make_item()
        collections.add(collection, owner, [task.pk])
        as_teammate.post(f"/collections/{collection.pk}/remove/", {"ids": task.pk})
        assert in_order(collection) == [task.pk]
