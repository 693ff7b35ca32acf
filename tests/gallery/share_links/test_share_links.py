"""A person's share links: who may make, see and revoke them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from omnistudio.accounts.models import Membership
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import ShareLink, Task
from omnistudio.gallery.share_links import passwords
from omnistudio.gallery.share_links import queries as share_link_queries
from omnistudio.gallery.share_links import services as share_links
from tests.gallery.export.test_zip import keep_file

HTMX = {"HX-Request": "true"}
FORM = {"expires": "7", "password": "", "show_prompt": "on"}


@pytest.fixture
def item(make_item) -> Task:
    return keep_file(make_item(prompt="a celadon vase"))


@pytest.fixture
def collection(owner, team, item):
    made = collections.create(owner, "Spring", team)
    collections.add(made, owner, [item.pk])
    return made


def test_the_owner_creates_a_link_to_a_private_item(as_owner, item, owner):
    response = as_owner.post(f"/t/{item.pk}/links/", {**FORM, "password": " geheim "}, headers=HTMX)
    link = ShareLink.objects.get()
    assert (link.task, link.owner, link.views) == (item, owner, 0)
    assert (link.show_prompt, link.allow_download) == (True, False)
    assert timedelta(days=6.9) < link.expires_at - timezone.now() < timedelta(days=7.1)
    assert "geheim" not in link.password
    assert passwords.opens(link, " geheim ")
    assert len(link.token) == 32
    page = response.content.decode()
    assert page.lstrip().startswith('<section class="share-links" id="share-links"')
    assert share_link_queries.address_of(link) in page
    assert "geheim" not in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_password_of_seven_letters_is_too_short(as_owner, item, headers):
    """It is said, and what was typed is still there; links that were made before are as they are."""
    response = as_owner.post(f"/t/{item.pk}/links/", {**FORM, "password": "seven77"}, headers=headers)
    assert response.status_code == 422
    assert "A password has at least 8 characters." in response.text
    assert 'value="seven77"' in response.text
    assert not ShareLink.objects.exists()
    assert as_owner.post(f"/t/{item.pk}/links/", {**FORM, "password": "eight888"}).status_code == 302
    assert passwords.opens(share_links.make(item.owner, item, password="six666"), "six666")


def test_without_htmx_it_is_a_page_and_a_redirect(as_owner, item):
    response = as_owner.post(f"/t/{item.pk}/links/", FORM)
    assert (response.status_code, response.headers["Location"]) == (302, f"/t/{item.pk}/links/")
    response = as_owner.get(f"/t/{item.pk}/links/")
    assert "<!DOCTYPE html>" in response.content.decode()
    assert "HX-Request" in response.headers["Vary"]
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("expires", ["", "365", "-1", "x"])
def test_an_invalid_expiry_is_422_in_the_same_fragment(as_owner, item, expires):
    response = as_owner.post(f"/t/{item.pk}/links/", {**FORM, "expires": expires}, headers=HTMX)
    assert response.status_code == 422
    assert 'id="share-links"' in response.content.decode()
    assert not ShareLink.objects.exists()


def test_the_number_of_links_is_limited(as_owner, item, monkeypatch):
    monkeypatch.setattr(share_links, "MAX_LINKS", 1)
    assert as_owner.post(f"/t/{item.pk}/links/", FORM).status_code == 302
    assert as_owner.post(f"/t/{item.pk}/links/", FORM).status_code == 422


def test_the_links_of_an_item_are_visible_to_its_owner_only(as_teammate, as_viewer, as_stranger, client, item, team):
    Task.objects.filter(pk=item.pk).update(team=team)
    for other in (as_teammate, as_viewer, as_stranger):
        assert other.get(f"/t/{item.pk}/links/").status_code == 404
        assert other.post(f"/t/{item.pk}/links/", FORM).status_code == 404
    assert client.get(f"/t/{item.pk}/links/").status_code == 302


def test_only_finished_items_outside_the_trash_have_links(as_owner, make_item, item):
    assert as_owner.get(f"/t/{make_item(status='failed').pk}/links/").status_code == 404
    Task.objects.filter(pk=item.pk).update(deleted_at=timezone.now())
    assert as_owner.post(f"/t/{item.pk}/links/", FORM).status_code == 404


def test_the_links_of_a_collection_are_for_those_who_may_change_it(
    as_owner, as_teammate, as_viewer, as_stranger, client, collection
):
    path = f"/collections/{collection.pk}/links/"
    assert as_owner.post(path, FORM).status_code == 302
    assert as_teammate.post(path, FORM).status_code == 302
    assert as_teammate.get(path).content.decode().count('class="share-link') >= 2
    for other in (as_viewer, as_stranger):
        assert other.get(path).status_code == 404
        assert other.post(path, FORM).status_code == 404
    assert client.post(path, FORM).status_code == 302
    assert ShareLink.objects.count() == 2


def test_a_link_is_revoked_once_and_permanently(as_owner, item, owner):
    link = share_links.make(owner, item)
    response = as_owner.post(f"/links/{link.pk}/revoke/", headers=HTMX)
    assert share_link_queries.address_of(link) not in response.content.decode()
    link.refresh_from_db()
    revoked = link.revoked_at
    assert share_link_queries.open_link(link.token) is None
    assert as_owner.post(f"/links/{link.pk}/revoke/").status_code == 302
    link.refresh_from_db()
    assert link.revoked_at == revoked


def test_who_may_revoke(as_teammate, as_viewer, as_stranger, client, item, collection, owner, team):
    Task.objects.filter(pk=item.pk).update(team=team)
    of_item, of_collection = share_links.make(owner, item), share_links.make(owner, collection)
    for other in (as_viewer, as_stranger):
        for link in (of_item, of_collection):
            assert other.post(f"/links/{link.pk}/revoke/").status_code == 404
    assert client.post(f"/links/{of_item.pk}/revoke/").status_code == 302
    assert as_teammate.post(f"/links/{of_item.pk}/revoke/").status_code == 404
    assert not ShareLink.objects.filter(revoked_at__isnull=False).exists()
    assert as_teammate.post(f"/links/{of_collection.pk}/revoke/").status_code == 302, "keepers of the collection may"
    assert as_teammate.get(f"/links/{of_collection.pk}/revoke/").status_code == 405


def test_a_former_member_revokes_their_own_links_only(as_teammate, teammate, collection, owner):
    own, others = share_links.make(teammate, collection), share_links.make(owner, collection)
    Membership.objects.filter(user=teammate).delete()
    for _ in range(2):
        response = as_teammate.post(f"/links/{own.pk}/revoke/", headers=HTMX)
        assert response.headers["HX-Redirect"] == "/collections/"
        assert others.token not in response.text
    assert share_link_queries.open_link(own.token) is None
    assert share_link_queries.open_link(others.token)


def test_an_expired_link_is_shown_as_such(as_owner, item, owner):
    share_links.make(owner, item)
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page = as_owner.get(f"/t/{item.pk}/links/").content.decode()
    assert "Expired" in page
    assert "data-copy" not in page


def test_the_queries_do_not_grow_with_the_links(as_owner, item, owner, django_assert_max_num_queries):
    for _ in range(10):
        share_links.make(owner, item)
    with django_assert_max_num_queries(6):
        as_owner.get(f"/t/{item.pk}/links/", headers=HTMX)
