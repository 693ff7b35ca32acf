"""What people without an account see through a share link, and what they do not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from omnistudio.accounts.models import Membership, User
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import ShareLink, Task
from omnistudio.gallery.share_links import services as share_links
from tests.conftest import picture, read
from tests.gallery.export.test_zip import keep_file, opened


def media(link: ShareLink, task: Task, which: str = "file") -> str:
    return f"/s/{link.token}/media/{task.pk}/{which}/"


def test_a_visitor_sees_only_the_item(client, link, item):
    response = client.get(f"/s/{link.token}/")
    page = response.content.decode()
    assert response.status_code == 200
    assert media(link, item) in page
    assert "celadon" not in page
    assert "gpt-image-2" not in page
    assert "?download" not in page
    assert "Nok Srisai" not in page
    assert 'href="/gallery/' not in page
    assert read(client.get(media(link, item))) == picture()


def test_a_public_page_is_not_indexed_cached_or_sent_as_referrer(client, link, item):
    response = client.get(f"/s/{link.token}/")
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()
    response = client.get(media(link, item))
    read(response)
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_prompt_is_shown_where_the_link_allows_it(client, owner, item):
    link = share_links.make(owner, item, show_prompt=True)
    assert "a celadon vase" in client.get(f"/s/{link.token}/").content.decode()


@pytest.mark.parametrize("show_prompt", [True, False])
def test_a_download_is_offered_where_the_link_allows_it(client, owner, item, show_prompt):
    link = share_links.make(owner, item, allow_download=True, show_prompt=show_prompt)
    assert f"{media(link, item)}?download" in client.get(f"/s/{link.token}/").content.decode()
    response = client.get(f"{media(link, item)}?download")
    assert read(response) == picture()
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert ("celadon" in disposition) is show_prompt, "the name tells no prompt that the link hides"


def test_without_download_a_file_is_served_inline(client, link, item):
    response = client.get(f"{media(link, item)}?download")
    read(response)
    assert response.headers["Content-Disposition"] == "inline"


def test_guessed_expired_and_revoked_links_give_the_same_404(client, owner, item):
    expired, revoked = (share_links.make(owner, item) for _ in range(2))
    share_links.revoke(revoked)
    ShareLink.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    pages = set()
    for token in ("guessed", "x" * 300, expired.token, revoked.token):
        for path in ("", f"{item.pk}/", "download/", f"media/{item.pk}/file/"):
            response = client.get(f"/s/{token}/{path}")
            assert response.status_code == 404
            assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
            pages.add("This link no longer works" in response.content.decode())
        assert client.post(f"/s/{token}/unlock/", {"password": "x"}).status_code == 404
    assert pages == {True}


def test_a_link_ends_in_the_middle_of_a_visit(client, link, item):
    assert client.get(f"/s/{link.token}/").status_code == 200
    share_links.revoke(link)
    assert client.get(f"/s/{link.token}/").status_code == 404
    assert client.get(media(link, item)).status_code == 404


def test_a_trashed_item_is_hidden_from_its_links_until_restored(client, link, item):
    Task.objects.filter(pk=item.pk).update(deleted_at=timezone.now())
    assert client.get(f"/s/{link.token}/").status_code == 404
    assert client.get(media(link, item)).status_code == 404
    Task.objects.filter(pk=item.pk).update(deleted_at=None)
    assert client.get(f"/s/{link.token}/").status_code == 200


def test_links_of_a_deactivated_person_are_404(client, link):
    User.objects.update(is_active=False)
    assert client.get(f"/s/{link.token}/").status_code == 404


def test_a_link_opens_only_its_own_item(client, link, make_item, owner, team):
    for other in (keep_file(make_item()), keep_file(make_item(team=team))):
        assert client.get(media(link, other)).status_code == 404
        assert client.get(f"/s/{link.token}/{other.pk}/").status_code == 404
    assert client.get(f"/s/{link.token}/media/{10**17}/file/").status_code == 404


def test_a_team_collection_shows_what_is_shared_now(client, owner, teammate, make_item, collection, team, item):
    shared = keep_file(make_item(person=teammate, team=team))
    private = keep_file(make_item(person=teammate))
    collections.add(collection, owner, [shared.pk])
    collections.add(collection, teammate, [private.pk])
    link = share_links.make(owner, collection)
    page = client.get(f"/s/{link.token}/").content.decode()
    assert media(link, item, "thumbnail") in page
    assert media(link, shared, "thumbnail") in page
    assert media(link, private, "thumbnail") not in page
    assert client.get(media(link, private)).status_code == 404
    assert client.get(f"/s/{link.token}/{private.pk}/").status_code == 404
    assert client.get(f"/s/{link.token}/{shared.pk}/").status_code == 200
    Task.objects.filter(pk=shared.pk).update(team=None)
    assert media(link, shared, "thumbnail") not in client.get(f"/s/{link.token}/").content.decode()
    assert client.get(media(link, shared)).status_code == 404


def test_leaving_a_team_ends_ones_links(client, owner, collection, teammate):
    link = share_links.make(teammate, collection)
    assert client.get(f"/s/{link.token}/").status_code == 200
    Membership.objects.filter(user=teammate).delete()
    assert client.get(f"/s/{link.token}/").status_code == 404


def test_deleting_a_collection_ends_its_links(client, owner, collection, as_owner):
    link = share_links.make(owner, collection)
    as_owner.post(f"/collections/{collection.pk}/delete/")
    assert client.get(f"/s/{link.token}/").status_code == 404


def test_a_collection_in_its_own_order_a_page_at_a_time(client, owner, collection, make_item, monkeypatch):
    monkeypatch.setattr("omnistudio.gallery.browse.pagination.page.__defaults__", (None, 1))
    first = keep_file(make_item(team=collection.team))
    collections.add(collection, owner, [first.pk])
    link = share_links.make(owner, collection)
    page = client.get(f"/s/{link.token}/").content.decode()
    assert f"?from={first.pk}" in page
    assert media(link, first, "thumbnail") not in client.get(f"/s/{link.token}/?from={first.pk}").content.decode()
    for strange in ("x", "-1", "9" * 40):
        assert client.get(f"/s/{link.token}/?from={strange}").status_code == 200


@pytest.mark.parametrize("show_prompt", [True, False])
def test_a_zip_of_a_collection_contains_no_more_than_the_page(client, owner, collection, show_prompt):
    link = share_links.make(owner, collection, allow_download=True, show_prompt=show_prompt)
    assert f"/s/{link.token}/download/" in client.get(f"/s/{link.token}/").content.decode()
    unpacked = opened(client.get(f"/s/{link.token}/download/"))
    [told] = json.loads(unpacked.read("metadata.json"))["works"]
    assert set(told) == {"file", "ratio", "width", "height", "seconds", "created", "note"} | (
        {"prompt", "model"} if show_prompt else set()
    )
    content = b"".join(unpacked.read(name) for name in unpacked.namelist()) + " ".join(unpacked.namelist()).encode()
    assert (b"celadon" in content) is show_prompt
    assert b"Nok Srisai" not in content


def test_there_is_no_zip_without_download_or_of_a_single_item(client, owner, collection, item):
    for link in (share_links.make(owner, collection), share_links.make(owner, item, allow_download=True)):
        assert client.get(f"/s/{link.token}/download/").status_code == 404


def test_a_link_never_counts_after_its_end(link):
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    share_links.count_view(link)
    link.refresh_from_db()
    assert link.views == 0
