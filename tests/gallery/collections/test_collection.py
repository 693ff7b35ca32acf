"""Collections: who sees them, who changes them, and what is in them for whom."""

from __future__ import annotations

import re

import pytest

from omnistudio.accounts.models import Membership
from omnistudio.gallery.collections import queries as collection_queries
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import Collection, Task
from omnistudio.gallery.selection import TooMany
from tests.gallery.export.test_zip import keep_file
from tests.gallery.items.test_bulk import undo

HTMX = {"HX-Request": "true"}


@pytest.fixture
def shelf(owner, team) -> Collection:
    """A collection of the team, made by its owner."""
    return collections.create(owner, "Spring", team)


@pytest.fixture
def private(owner) -> Collection:
    return collections.create(owner, "Only mine")


def in_order(collection: Collection) -> list[int]:
    return list(collection.items.order_by("position", "id").values_list("task_id", flat=True))


def one_line(text: str) -> str:
    """A page with each run of whitespace as one space."""
    return " ".join(text.split())


def works_shown(response) -> list[int]:
    return [task.pk for task in response.context["page"].tasks]


class TestWhoSees:
    def test_each_page_is_for_those_who_see_the_collection(
        self, as_owner, as_teammate, as_viewer, as_stranger, client, shelf, private
    ):
        for seen in (as_owner, as_teammate, as_viewer):
            assert seen.get(f"/collections/{shelf.pk}/").status_code == 200
        for other in (as_teammate, as_viewer, as_stranger):
            assert other.get(f"/collections/{private.pk}/").status_code == 404
        assert as_stranger.get(f"/collections/{shelf.pk}/").status_code == 404
        for path in ("/collections/", f"/collections/{shelf.pk}/", "/collections/choices/"):
            assert client.get(path).status_code == 302

    def test_the_shelves(self, as_owner, as_viewer, as_stranger, shelf, private):
        page = as_owner.get("/collections/").content.decode()
        assert "Spring" in page
        assert "Only mine" in page
        page = as_viewer.get("/collections/").content.decode()
        assert "Spring" in page
        assert "Only mine" not in page
        page = as_stranger.get("/collections/").content.decode()
        assert "Spring" not in page

    def test_a_private_work_in_a_teams_collection_is_there_for_its_owner_alone(
        self, as_owner, as_teammate, shelf, hang, owner, team
    ):
        shared, private = keep_file(hang(team=team)), keep_file(hang(prompt="a secret"))
        collections.add(shelf, owner, [shared.pk, private.pk])
        collections.set_cover(shelf, owner, private.pk)
        assert works_shown(as_owner.get(f"/collections/{shelf.pk}/")) == [private.pk, shared.pk]
        assert works_shown(as_teammate.get(f"/collections/{shelf.pk}/")) == [shared.pk]
        page = one_line(as_teammate.get("/collections/").text)
        assert "> 1 item </small>" in page
        assert private.thumbnail_url not in page
        assert shared.thumbnail_url in page
        page = one_line(as_owner.get("/collections/").text)
        assert "> 2 items </small>" in page
        assert private.thumbnail_url in page

    def test_what_is_in_the_trash_is_neither_shown_nor_counted(self, as_owner, private, hang, owner):
        task = keep_file(hang())
        collections.add(private, owner, [task.pk])
        Task.objects.update(deleted_at="2026-01-01T00:00Z")
        assert works_shown(as_owner.get(f"/collections/{private.pk}/")) == []
        assert "> 0 items </small>" in one_line(as_owner.get("/collections/").text)

    def test_a_count_stops(self, as_owner, private, hang, owner, monkeypatch):
        monkeypatch.setattr(collection_queries, "MAX_COUNTED", 1)
        collections.add(private, owner, [hang().pk for _ in range(3)])
        assert "more than 1 items" in as_owner.get("/collections/").content.decode()

    def test_the_queries_do_not_grow(self, as_owner, owner, team, hang, django_assert_max_num_queries):
        for number in range(8):
            shelf = collections.create(owner, f"Shelf {number}", team)
            collections.add(shelf, owner, [hang(team=team).pk for _ in range(3)])
        with django_assert_max_num_queries(10):
            as_owner.get("/collections/")
        with django_assert_max_num_queries(10):
            as_owner.get(f"/collections/{shelf.pk}/")


WRITES = ["rename", "order", "delete", "cover", "remove", "earlier", "later", "arrange"]


class TestWhoChanges:
    @pytest.mark.parametrize("act", WRITES)
    def test_a_viewer_and_a_stranger_do_not(self, as_viewer, as_stranger, client, shelf, act, owner, hang, team):
        collections.add(shelf, owner, [hang(team=team).pk, hang(team=team).pk])
        ids = in_order(shelf)
        sent = {"ids": ids, "name": "Taken over", "order": "hand"}
        for other in (as_viewer, as_stranger):
            assert other.post(f"/collections/{shelf.pk}/{act}/", sent).status_code == 404
        assert client.post(f"/collections/{shelf.pk}/{act}/", sent).status_code == 302
        shelf.refresh_from_db()
        assert (shelf.name, shelf.order, in_order(shelf)) == ("Spring", "date", ids)

    @pytest.mark.parametrize("act", WRITES)
    def test_a_member_does_and_never_by_following_a_link(self, as_teammate, shelf, act):
        assert as_teammate.get(f"/collections/{shelf.pk}/{act}/").status_code == 405
        sent = {"ids": "", "name": "Summer", "order": "hand"}
        assert as_teammate.post(f"/collections/{shelf.pk}/{act}/", sent).status_code == 302

    def test_a_viewers_page_has_no_buttons(self, as_viewer, as_teammate, shelf, owner, hang, team):
        collections.add(shelf, owner, [hang(team=team).pk])
        for words in ("Rename", "Public links", "Delete", "from the collection"):
            assert words not in as_viewer.get(f"/collections/{shelf.pk}/").content.decode()
            assert words in as_teammate.get(f"/collections/{shelf.pk}/").content.decode()

    def test_making_one(self, as_owner, as_viewer, as_stranger, team):
        assert as_owner.post("/collections/new/", {"name": " Lights "}).status_code == 302
        assert as_owner.post("/collections/new/", {"name": "Ours", "team": team.pk}).status_code == 302
        assert list(Collection.objects.values_list("name", "team")) == [("Lights", None), ("Ours", team.pk)]
        for other in (as_viewer, as_stranger):
            assert other.post("/collections/new/", {"name": "Ours", "team": team.pk}).status_code == 422
        for wrong in ({"name": ""}, {"name": "x" * 81}, {"name": "a\x00b"}, {"name": "x", "team": "9" * 30}):
            assert as_owner.post("/collections/new/", wrong).status_code == 422
        assert Collection.objects.count() == 2

    def test_there_are_so_many_and_no_more(self, as_owner, private, monkeypatch):
        monkeypatch.setattr(collections, "MAX_COLLECTIONS", 1)
        response = as_owner.post("/collections/new/", {"name": "Another"})
        assert response.status_code == 422
        assert "1 collections already" in response.content.decode()

    def test_renaming_and_deleting(self, as_owner, private, hang, owner):
        task = hang()
        collections.add(private, owner, [task.pk])
        as_owner.post(f"/collections/{private.pk}/rename/", {"name": "Évora"})
        assert as_owner.post(f"/collections/{private.pk}/rename/", {"name": ""}).status_code == 422
        private.refresh_from_db()
        assert private.name == "Évora"
        page = as_owner.post(f"/collections/{private.pk}/delete/", follow=True).content.decode()
        assert "Its items stay where they are." in page
        assert Task.objects.not_trashed().filter(pk=task.pk).exists()


class TestPuttingIn:
    def test_into_one_that_is_there(self, as_owner, private, hang):
        ids = [hang().pk, hang().pk]
        response = as_owner.post("/collections/add/", {"ids": ids, "collection": private.pk}, headers=HTMX)
        assert in_order(private) == ids
        page = response.content.decode()
        assert 'hx-swap-oob="beforeend:#toasts"' in page
        assert "2 items are in “Only mine”." in page
        as_owner.post("/collections/add/", {"ids": ids, "collection": private.pk})
        assert in_order(private) == ids, "twice is once"

    def test_into_a_new_one(self, as_owner, hang, team):
        task = hang(team=team)
        response = as_owner.post("/collections/add/", {"ids": task.pk, "name": "New", "team": team.pk})
        made = Collection.objects.get()
        assert response.headers["Location"] == f"/collections/{made.pk}/"
        assert (made.team, in_order(made)) == (team, [task.pk])

    def test_what_one_does_not_see_is_left_out_and_said(self, as_teammate, hang, teammate, team, stranger):
        theirs, failed, mine = hang(), hang(person=teammate, status="failed"), hang(person=teammate)
        shelf = collections.create(teammate, "Ours", team)
        sent = {"ids": [theirs.pk, failed.pk, mine.pk, 10**17], "collection": shelf.pk}
        page = as_teammate.post("/collections/add/", sent, headers=HTMX).content.decode()
        assert in_order(shelf) == [mine.pk]
        assert "3 were skipped: they no longer exist, or you don’t have access." in page
        assert "The team can’t see 1 of them: it is not shared." in page

    def test_into_somebody_elses_is_404(self, as_stranger, as_viewer, as_teammate, shelf, private, hang, stranger):
        task = hang(person=stranger)
        for other, collection in ((as_stranger, shelf), (as_viewer, shelf), (as_teammate, private)):
            sent = {"ids": task.pk, "collection": collection.pk}
            assert other.post("/collections/add/", sent).status_code == 404
        assert as_stranger.post("/collections/add/", {"ids": task.pk, "collection": "x"}).status_code == 404

    def test_bad_input_is_422_in_a_toast_or_on_a_page(self, as_owner, private, hang):
        many = ",".join(map(str, range(1, 10_001)))
        for sent in (
            {"ids": many, "collection": private.pk},
            {"ids": "", "collection": private.pk},
            {"ids": hang().pk, "name": ""},
            {"ids": many, "name": "Not made"},
        ):
            assert as_owner.post("/collections/add/", sent).status_code == 422
            response = as_owner.post("/collections/add/", sent, headers=HTMX)
            assert response.status_code == 422
            assert "toast--bad" in response.content.decode()
        assert Collection.objects.count() == 1

    def test_a_collection_that_is_full_says_so(self, as_owner, private, hang, monkeypatch):
        monkeypatch.setattr(collections, "MAX_WORKS", 1)
        response = as_owner.post("/collections/add/", {"ids": [hang().pk, hang().pk], "collection": private.pk})
        assert response.status_code == 422
        assert "at most 1 items" in response.content.decode()
        assert in_order(private) == []

    def test_the_choices_are_those_one_may_change(self, as_owner, as_viewer, shelf, private):
        page = as_owner.get("/collections/choices/").content.decode()
        assert "Spring · Atelier Srisai" in page
        assert "Only mine" in page
        assert "Spring" not in as_viewer.get("/collections/choices/").content.decode()


class TestOrder:
    @pytest.fixture
    def four(self, private, hang, owner) -> list[int]:
        ids = [hang().pk for _ in range(4)]
        collections.add(private, owner, ids)
        return ids

    def test_by_date_and_by_hand(self, as_owner, private, four):
        path = f"/collections/{private.pk}/"
        assert works_shown(as_owner.get(path)) == four[::-1]
        as_owner.post(f"{path}order/", {"order": "hand"})
        assert works_shown(as_owner.get(path)) == four
        assert as_owner.post(f"{path}order/", {"order": "random"}).status_code == 302
        assert works_shown(as_owner.get(path)) == four

    def test_one_place_at_a_time(self, as_owner, private, four):
        one, two, three, last = four
        as_owner.post(f"/collections/{private.pk}/earlier/", {"ids": three})
        assert in_order(private) == [one, three, two, last]
        as_owner.post(f"/collections/{private.pk}/later/", {"ids": one})
        assert in_order(private) == [three, one, two, last]
        as_owner.post(f"/collections/{private.pk}/earlier/", {"ids": three})
        as_owner.post(f"/collections/{private.pk}/later/", {"ids": last})
        assert in_order(private) == [three, one, two, last]

    def test_what_one_does_not_see_is_stepped_over(self, team, hang, owner, teammate):
        shelf = collections.create(owner, "Ours", team)
        first, hidden, second = hang(team=team), hang(person=teammate), hang(team=team)
        collections.add(shelf, owner, [first.pk])
        collections.add(shelf, teammate, [hidden.pk])
        collections.add(shelf, owner, [second.pk])
        assert collections.move(shelf, owner, second.pk, earlier=True)
        assert in_order(shelf) == [second.pk, hidden.pk, first.pk]
        assert not collections.move(shelf, owner, hidden.pk, earlier=True)

    def test_dragging_posts_the_new_order(self, as_owner, private, four):
        one, two, three, last = four
        as_owner.post(f"/collections/{private.pk}/order/", {"order": "hand"})
        response = as_owner.post(
            f"/collections/{private.pk}/arrange/", {"ids": f"{last},{one},{three},{two}"}, headers=HTMX
        )
        assert in_order(private) == [last, one, three, two]
        page = response.content.decode()
        assert 'id="collection-works"' in page
        assert 'hx-swap-oob="true"' in page

    def test_a_part_of_the_works_shares_out_its_own_places(self, private, four, owner, hang):
        one, two, three, last = four
        done = collections.arrange(private, owner, [last, two, hang().pk, last])
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
            assert works_shown(first) == all_[:3]
            assert works_shown(as_owner.get(f"{path}?from={first.context['page'].next}")) == all_[3:]
        for strange in ("x", "-1", "9" * 50):
            assert as_owner.get(f"{path}?from={strange}").status_code == 200

    def test_the_arrows_come_with_the_order_by_hand(self, as_owner, private, four):
        path = f"/collections/{private.pk}/"
        assert "earlier" not in as_owner.get(path).content.decode()
        as_owner.post(f"{path}order/", {"order": "hand"})
        page = as_owner.get(path).content.decode()
        assert f'formaction="{path}earlier/"' in page
        assert "data-arrange" in page


class TestCoverAndTakingOut:
    def test_a_cover_is_one_of_its_works(self, as_owner, private, hang, owner):
        old, new = keep_file(hang()), keep_file(hang())
        collections.add(private, owner, [old.pk])
        as_owner.post(f"/collections/{private.pk}/cover/", {"ids": old.pk})
        collections.add(private, owner, [new.pk])
        assert old.thumbnail_url in as_owner.get("/collections/").content.decode()
        as_owner.post(f"/collections/{private.pk}/cover/", {"ids": hang().pk})
        private.refresh_from_db()
        assert private.cover == old

    def test_without_one_the_newest_hangs_in_front(self, as_owner, private, hang, owner):
        old, new = keep_file(hang()), keep_file(hang())
        collections.add(private, owner, [new.pk, old.pk])
        page = as_owner.get("/collections/").content.decode()
        assert new.thumbnail_url in page
        assert old.thumbnail_url not in page

    def test_a_work_that_is_taken_out_stays_on_the_walls_and_can_be_put_back(self, as_owner, private, hang, owner):
        task = hang()
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

    def test_undo_gives_each_work_its_place_back(self, as_owner, private, hang, owner):
        works = [hang().pk for _ in range(5)]
        collections.add(private, owner, works)
        out = {"ids": f"{works[1]},{works[3]}"}
        response = as_owner.post(f"/collections/{private.pk}/remove/", out, headers=HTMX)
        assert in_order(private) == [works[0], works[2], works[4]]
        undo(as_owner, response)
        assert in_order(private) == works

    def test_nobody_takes_out_what_they_do_not_see(self, as_teammate, shelf, hang, owner):
        task = hang()
        collections.add(shelf, owner, [task.pk])
        as_teammate.post(f"/collections/{shelf.pk}/remove/", {"ids": task.pk})
        assert in_order(shelf) == [task.pk]


def test_who_leaves_the_team_sees_its_collections_no_more(as_teammate, shelf, teammate):
    Membership.objects.filter(user=teammate).delete()
    assert as_teammate.get(f"/collections/{shelf.pk}/").status_code == 404
    assert "Spring" not in as_teammate.get("/collections/").content.decode()


def test_a_new_collection_is_offered_as_that_of_the_team_whose_gallery_it_is(as_owner, as_viewer, team):
    def chosen(client, query):
        page = client.get(f"/collections/choices/{query}").text
        return re.findall(r'<option value="(\d*)" selected>', page), 'name="team"' in page

    assert chosen(as_owner, f"?scope=team:{team.pk}") == ([str(team.pk)], True)
    for query in ("", "?scope=mine", "?scope=team:999", "?scope=nonsense", f"?scope=team:{'9' * 30}"):
        assert chosen(as_owner, query) == ([], True)
    assert chosen(as_viewer, f"?scope=team:{team.pk}") == ([], False), "who may not share there is not offered it"


def test_a_new_collection_from_a_team_s_gallery_is_the_team_s(as_owner, as_teammate, team, hang):
    work = hang(team=team)
    form = {"ids": [work.pk], "name": "For the book", "team": team.pk}
    as_owner.post("/collections/add/", form, headers={"HX-Request": "true"})
    made = Collection.objects.get(name="For the book")
    assert made.team == team
    assert as_teammate.get(f"/collections/{made.pk}/").status_code == 200
