"""A public link shows what its maker may share at this moment; the owners of a team see and end all of its links."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.utils import timezone

from omnistudio.accounts.models import Membership, Team, User
from omnistudio.accounts.teams.services import create_team
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import ShareLink, StoppedLinks, Task
from omnistudio.gallery.share_links import queries as share_link_queries
from omnistudio.gallery.share_links import services as share_links
from tests.conftest import read
from tests.gallery.export.test_zip import keep_file, opened
from tests.gallery.share_links.test_public_pages import media

HTMX = {"HX-Request": "true"}
FULL = {"show_prompt": True, "allow_download": True}


@pytest.fixture
def mates(make_item, teammate, team) -> Task:
    """What the teammate shares with the team."""
    return keep_file(make_item(person=teammate, prompt="a teapot of Maya", team=team))


@pytest.fixture
def collection(owner, team, mates):
    """The team's collection, with what the teammate shares."""
    made = collections.create(owner, "Spring", team)
    collections.add(made, owner, [mates.pk])
    return made


def collection_of(person: User, *tasks: Task):
    made = collections.create(person, "My picks")
    collections.add(made, person, [task.pk for task in tasks])
    return made


def shows(client, link: ShareLink, task: Task) -> bool:
    """Whether a visitor gets anything of an item, by any address of the link; all of them say the same."""
    page = client.get(f"/s/{link.token}/").text
    answers = [client.get(media(link, task)), client.get(f"/s/{link.token}/{task.pk}/")]
    found = {media(link, task, "thumbnail") in page, *(answer.status_code == 200 for answer in answers)}
    found |= {bool(read(answer)) for answer in answers[:1] if answer.status_code == 200}
    if link.allow_download and (packed := client.get(f"/s/{link.token}/download/")).status_code == 200:
        found.add(any(task.uuid.hex[:4] in name for name in opened(packed).namelist()))
    assert len(found) == 1, "the page, the file and the ZIP show the same"
    return found.pop()


class TestWhatALinkShows:
    def test_a_viewers_link_shows_no_items_of_others(self, client, as_viewer, viewer, mates, make_item):
        own = keep_file(make_item(person=viewer))
        picks = collection_of(viewer, mates, own)
        wanted = {"expires": "never", "show_prompt": "on", "allow_download": "on"}
        as_viewer.post(f"/collections/{picks.pk}/links/", wanted)
        link = ShareLink.objects.get()
        assert not shows(client, link, mates)
        assert "teapot" not in client.get(f"/s/{link.token}/").text
        assert shows(client, link, own), "their own they may"

    def test_a_members_link_shows_items_of_the_team(self, client, owner, mates):
        assert shows(client, share_links.make(owner, collection_of(owner, mates), **FULL), mates)

    @pytest.mark.parametrize("role", ["viewer", None])
    def test_a_link_follows_the_right_of_its_owner(self, client, owner, teammate, team, make_item, role):
        task = keep_file(make_item(team=team))
        link = share_links.make(teammate, collection_of(teammate, task), **FULL)
        assert shows(client, link, task)
        seat = Membership.objects.filter(team=team, user=teammate)
        seat.update(role=role) if role else seat.delete()
        assert not shows(client, link, task)

    @pytest.mark.parametrize("role", ["viewer", None])
    def test_a_link_to_a_team_collection_follows_the_right_of_its_owner(
        self, client, teammate, team, collection, mates, role
    ):
        link = share_links.make(teammate, collection, **FULL)
        assert shows(client, link, mates)
        seat = Membership.objects.filter(team=team, user=teammate)
        seat.update(role=role) if role else seat.delete()
        for path in ("", f"{mates.pk}/", "download/", f"media/{mates.pk}/file/"):
            assert client.get(f"/s/{link.token}/{path}").status_code == 404, "also of what is their own"

    def test_a_private_item_in_a_collection_shows_through_no_link(
        self, client, owner, teammate, collection, make_item
    ):
        older = [share_links.make(person, collection, **FULL) for person in (owner, teammate)]
        private = keep_file(make_item(prompt="a private lake"))
        collections.add(collection, owner, [private.pk])
        for link in (*older, share_links.make(owner, collection, **FULL)):
            assert not shows(client, link, private)
            assert "lake" not in client.get(f"/s/{link.token}/").text

    def test_an_item_of_another_team_does_not_show_in_this_one(self, client, owner, team, collection, make_item):
        elsewhere = keep_file(make_item(team=create_team(owner, "Another")))
        collections.add(collection, owner, [elsewhere.pk])
        assert not shows(client, share_links.make(owner, collection, **FULL), elsewhere)

    def test_an_unshared_item_does_not_show(self, client, owner, mates):
        link = share_links.make(owner, collection_of(owner, mates), **FULL)
        Task.objects.filter(pk=mates.pk).update(team=None)
        assert not shows(client, link, mates)

    def test_by_hand_it_shows_no_more(self, client, owner, collection, make_item, mates):
        private = keep_file(make_item())
        collections.add(collection, owner, [private.pk])
        collections.set_order(collection, "hand")
        link = share_links.make(owner, collection, **FULL)
        assert shows(client, link, mates)
        assert not shows(client, link, private)

    def test_the_page_says_what_links_do_not_show(
        self, as_owner, owner, collection, make_item, as_viewer, viewer, mates
    ):
        collections.add(collection, owner, [make_item().pk])
        page = as_owner.get(f"/collections/{collection.pk}/links/").text
        assert "A link does not show 1 item that you see here: it is not shared with the team." in page
        picks = collection_of(viewer, mates)
        page = as_viewer.get(f"/collections/{picks.pk}/links/").text
        assert "A link does not show 1 item that you see here: you can’t share it." in page


class TestTheOwnersOfATeam:
    @pytest.fixture
    def links(self, owner, teammate, team, collection, mates, make_item) -> dict[str, ShareLink]:
        """What shows something of the team, and what does not."""
        second, private = create_team(teammate, "Another"), keep_file(make_item(person=teammate))
        return {
            "item": share_links.make(teammate, mates, password="open sesame"),
            "collection": share_links.make(teammate, collection),
            "picks": share_links.make(teammate, collection_of(teammate, mates, private)),
            "private": share_links.make(teammate, private),
            "private picks": share_links.make(teammate, collection_of(teammate, private)),
            "elsewhere": share_links.make(teammate, keep_file(make_item(person=teammate, team=second))),
        }

    THEIRS = {"item", "collection", "picks"}

    def test_team_owners_see_all_links_to_items_of_the_team(self, as_owner, links, team):
        page = as_owner.get(f"/team/{team.pk}/links/").text
        shown = {name for name, link in links.items() if f"/links/{link.pk}/revoke/" in page}
        assert shown == self.THEIRS
        assert page.count("by Maya Okafor") == 3
        assert "A collection of Maya Okafor, with items of the team" in page
        assert "My picks" not in page, "the name of somebody's own collection is their own"

    def test_team_owners_copy_only_links_to_items_they_may_share(self, as_owner, links, team):
        page = as_owner.get(f"/team/{team.pk}/links/").text
        shown = {name for name, link in links.items() if link.token in page}
        assert shown == {"collection"}

    def test_team_owners_revoke_links(self, client, as_owner, links, team):
        back = f"/team/{team.pk}/links/?before=99"
        for name, link in links.items():
            response = as_owner.post(f"/links/{link.pk}/revoke/", {"next": back})
            if name in self.THEIRS:
                assert response.headers["Location"] == back
            else:
                assert response.status_code == 404
            assert client.get(f"/s/{link.token}/").status_code == (404 if name in self.THEIRS else 200)
        assert "There are no public links" in as_owner.get(f"/team/{team.pk}/links/").text

    def test_others_cannot_revoke_them(self, as_viewer, as_stranger, as_teammate, owner, make_item, team, client):
        link = share_links.make(owner, keep_file(make_item(team=team)))
        for browser in (as_teammate, as_viewer, as_stranger):
            assert browser.get(f"/team/{team.pk}/links/").status_code == 404
            assert browser.post(f"/links/{link.pk}/revoke/").status_code == 404
        assert client.get(f"/team/{team.pk}/links/").status_code == 302
        assert client.get(f"/s/{link.token}/").status_code == 200

    def test_the_team_page_links_to_its_links(self, as_owner, as_teammate, team):
        assert f'href="/team/{team.pk}/links/"' in as_owner.get(f"/team/{team.pk}/").text
        assert f'href="/team/{team.pk}/links/"' not in as_teammate.get(f"/team/{team.pk}/").text

    def test_many_links_are_paged_in_few_queries(
        self, as_owner, owner, team, make_item, monkeypatch, django_assert_max_num_queries
    ):
        monkeypatch.setattr(share_link_queries, "PAGE", 2)
        task = make_item(team=team)
        made = [share_links.make(owner, task) for _ in range(5)]
        seen, path = [], f"/team/{team.pk}/links/"
        for _ in range(3):
            with django_assert_max_num_queries(12):
                page = as_owner.get(path).text
            found = [link.pk for link in made if f"/links/{link.pk}/revoke/" in page]
            seen += sorted(found, reverse=True)
            path = f"/team/{team.pk}/links/?before={found[0]}"
        assert seen == sorted((link.pk for link in made), reverse=True)
        assert "Older" not in page
        for strange in ("x", "-1", "9" * 40, "0"):
            assert as_owner.get(f"/team/{team.pk}/links/?before={strange}").status_code == 200


def test_a_viewers_link_without_items_is_not_listed_for_the_team(as_owner, viewer, team, mates):
    link = share_links.make(viewer, collection_of(viewer, mates))
    assert f"/links/{link.pk}/" not in as_owner.get(f"/team/{team.pk}/links/").text


# ------------------------------------------------------------------ the upgrade
def upgrade() -> None:
    importlib.import_module("omnistudio.gallery.migrations.0010_share_link_rights").stop(apps, None)


@pytest.fixture
def before(owner, teammate, viewer, team: Team, collection, mates, make_item) -> dict[str, ShareLink]:
    """Links as they were made before: by roles that may not share, to what is private."""
    theirs = keep_file(make_item(team=team))
    private = keep_file(make_item(person=teammate))
    leaver = User.objects.create_user("leaver@example.com")
    of_private = collections.create(owner, "Drafts", team)
    collections.add(of_private, teammate, [private.pk])
    links = {
        "a viewer's picks": share_links.make(viewer, collection_of(viewer, mates)),
        "a viewer's mixed picks": share_links.make(
            viewer, collection_of(viewer, mates, keep_file(make_item(person=viewer)))
        ),
        "a viewer's link to the team's": share_links.make(viewer, collection),
        "a leaver's": share_links.make(leaver, collection),
        "private in the team's": share_links.make(teammate, of_private),
        "a member's picks": share_links.make(teammate, collection_of(teammate, theirs)),
        "the team's": share_links.make(teammate, collection),
        "an item": share_links.make(owner, theirs),
        "a private item": share_links.make(teammate, private),
        "nothing yet": share_links.make(teammate, collections.create(teammate, "Soon")),
        "revoked": share_links.make(viewer, collection),
        "expired": share_links.make(viewer, collection, good_for=-timezone.timedelta(days=1)),
    }
    share_links.revoke(links["revoked"])
    return links


STOPPED = {"a viewer's picks", "a viewer's link to the team's", "a leaver's", "private in the team's"}


def stopped_of(links: dict[str, ShareLink]) -> set[str]:
    gone = set(ShareLink.objects.filter(revoked_at__isnull=False).values_list("pk", flat=True))
    return {name for name, link in links.items() if link.pk in gone} - {"revoked"}


def test_an_upgrade_stops_empty_links_and_notifies_their_owners(before, owner, teammate, viewer, team):
    upgrade()
    assert stopped_of(before) == STOPPED
    told = set(StoppedLinks.objects.values_list("user__email", "team", "number"))
    assert told == {
        (viewer.email, None, 2),
        ("leaver@example.com", None, 1),
        (teammate.email, None, 1),
        (owner.email, team.pk, 4),
    }


def test_a_second_run_changes_nothing(before):
    upgrade()
    told = list(StoppedLinks.objects.values_list("user", "team", "number"))
    upgrade()
    assert list(StoppedLinks.objects.values_list("user", "team", "number")) == told


def test_the_notice_stays_until_it_is_dismissed(before, as_owner, as_viewer, owner, team, stranger, as_stranger):
    upgrade()
    for path in ("/gallery/", f"/gallery/{team.pk}/", "/gallery/favourites/"):
        assert "2 of your public links were stopped by an update" in as_viewer.get(path).text
    for path in ("/gallery/", f"/team/{team.pk}/links/"):
        assert "public links to items of “Atelier Srisai” were stopped by an update" in as_owner.get(path).text
    assert "stopped by an update" not in as_stranger.get("/gallery/").text
    response = as_viewer.post("/links/stopped/dismiss/", {"next": "/gallery/?kind=image"})
    assert response.headers["Location"] == "/gallery/?kind=image"
    assert "stopped by an update" not in as_viewer.get("/gallery/").text
    assert "stopped by an update" in as_owner.get("/gallery/").text, "that of others is their own"
