"""What people without an account see through a share link, and what they do not."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from omnistudio.accounts.models import Membership, User
from omnistudio.gallery.collections import services as collections
from omnistudio.gallery.models import Collection, ShareLink, Task
from omnistudio.gallery.share_links import services as share_links
from tests.conftest import picture, read
from tests.gallery.export.test_zip import keep_file, opened


@pytest.fixture(autouse=True)
def _no_tries_before():
    cache.clear()


@pytest.fixture
def work(hang) -> Task:
    return keep_file(hang(prompt="a celadon vase"))


@pytest.fixture
def link(owner, work) -> ShareLink:
    """To the owner's private work: no prompt, no download, no password."""
    return share_links.make(owner, work)


@pytest.fixture
def shelf(owner, team, work) -> Collection:
    """A team's collection with a work of the owner's that is shared with the team."""
    Task.objects.filter(pk=work.pk).update(team=team)
    made = collections.create(owner, "Spring", team)
    collections.add(made, owner, [work.pk])
    return made


def media(link: ShareLink, task: Task, which: str = "file") -> str:
    return f"/s/{link.token}/media/{task.pk}/{which}/"


def test_a_visitor_sees_the_work_and_no_more(client, link, work):
    response = client.get(f"/s/{link.token}/")
    page = response.content.decode()
    assert response.status_code == 200
    assert media(link, work) in page
    assert "celadon" not in page
    assert "gpt-image-2" not in page
    assert "?download" not in page
    assert "Nok Srisai" not in page
    assert 'href="/gallery/' not in page
    assert read(client.get(media(link, work))) == picture()


def test_neither_search_engines_nor_caches_keep_it_and_no_other_site_learns_its_address(client, link, work):
    response = client.get(f"/s/{link.token}/")
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()
    response = client.get(media(link, work))
    read(response)
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_prompt_is_shown_where_the_link_says_so(client, owner, work):
    link = share_links.make(owner, work, show_prompt=True)
    assert "a celadon vase" in client.get(f"/s/{link.token}/").content.decode()


@pytest.mark.parametrize("show_prompt", [True, False])
def test_a_download_is_there_where_the_link_says_so(client, owner, work, show_prompt):
    link = share_links.make(owner, work, allow_download=True, show_prompt=show_prompt)
    assert f"{media(link, work)}?download" in client.get(f"/s/{link.token}/").content.decode()
    response = client.get(f"{media(link, work)}?download")
    assert read(response) == picture()
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert ("celadon" in disposition) is show_prompt, "the name tells no prompt that the link hides"


def test_without_it_a_file_is_to_be_looked_at(client, link, work):
    response = client.get(f"{media(link, work)}?download")
    read(response)
    assert response.headers["Content-Disposition"] == "inline"


def test_a_guessed_an_expired_and_a_revoked_link_are_404_in_the_same_words(client, owner, work):
    expired, revoked = (share_links.make(owner, work) for _ in range(2))
    share_links.revoke(revoked)
    ShareLink.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    pages = set()
    for token in ("guessed", "x" * 300, expired.token, revoked.token):
        for path in ("", f"{work.pk}/", "download/", f"media/{work.pk}/file/"):
            response = client.get(f"/s/{token}/{path}")
            assert response.status_code == 404
            assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
            pages.add("This link no longer works" in response.content.decode())
        assert client.post(f"/s/{token}/unlock/", {"password": "x"}).status_code == 404
    assert pages == {True}


def test_a_link_ends_in_the_middle_of_a_visit(client, link, work):
    assert client.get(f"/s/{link.token}/").status_code == 200
    share_links.revoke(link)
    assert client.get(f"/s/{link.token}/").status_code == 404
    assert client.get(media(link, work)).status_code == 404


def test_a_work_in_the_trash_is_gone_from_its_links_until_it_hangs_again(client, link, work):
    Task.objects.filter(pk=work.pk).update(deleted_at=timezone.now())
    assert client.get(f"/s/{link.token}/").status_code == 404
    assert client.get(media(link, work)).status_code == 404
    Task.objects.filter(pk=work.pk).update(deleted_at=None)
    assert client.get(f"/s/{link.token}/").status_code == 200


def test_the_links_of_a_person_who_was_locked_out_lead_nowhere(client, link):
    User.objects.update(is_active=False)
    assert client.get(f"/s/{link.token}/").status_code == 404


def test_a_link_opens_nothing_but_its_own_work(client, link, hang, owner, team):
    for other in (keep_file(hang()), keep_file(hang(team=team))):
        assert client.get(media(link, other)).status_code == 404
        assert client.get(f"/s/{link.token}/{other.pk}/").status_code == 404
    assert client.get(f"/s/{link.token}/media/{10**17}/file/").status_code == 404


def test_a_team_s_collection_shows_what_the_team_shares_now(client, owner, teammate, hang, shelf, team, work):
    shared = keep_file(hang(person=teammate, team=team))
    private = keep_file(hang(person=teammate))
    collections.add(shelf, owner, [shared.pk])
    collections.add(shelf, teammate, [private.pk])
    link = share_links.make(owner, shelf)
    page = client.get(f"/s/{link.token}/").content.decode()
    assert media(link, work, "thumbnail") in page
    assert media(link, shared, "thumbnail") in page
    assert media(link, private, "thumbnail") not in page
    assert client.get(media(link, private)).status_code == 404
    assert client.get(f"/s/{link.token}/{private.pk}/").status_code == 404
    assert client.get(f"/s/{link.token}/{shared.pk}/").status_code == 200
    Task.objects.filter(pk=shared.pk).update(team=None)
    assert media(link, shared, "thumbnail") not in client.get(f"/s/{link.token}/").content.decode()
    assert client.get(media(link, shared)).status_code == 404


def test_who_leaves_the_team_takes_their_links_along(client, owner, shelf, teammate):
    link = share_links.make(teammate, shelf)
    assert client.get(f"/s/{link.token}/").status_code == 200
    Membership.objects.filter(user=teammate).delete()
    assert client.get(f"/s/{link.token}/").status_code == 404


def test_a_deleted_collection_takes_its_links_along(client, owner, shelf, as_owner):
    link = share_links.make(owner, shelf)
    as_owner.post(f"/collections/{shelf.pk}/delete/")
    assert client.get(f"/s/{link.token}/").status_code == 404


def test_a_collection_in_its_own_order_a_page_at_a_time(client, owner, shelf, hang, monkeypatch):
    monkeypatch.setattr("omnistudio.gallery.browse.pagination.page.__defaults__", (None, 1))
    first = keep_file(hang(team=shelf.team))
    collections.add(shelf, owner, [first.pk])
    link = share_links.make(owner, shelf)
    page = client.get(f"/s/{link.token}/").content.decode()
    assert f"?from={first.pk}" in page
    assert media(link, first, "thumbnail") not in client.get(f"/s/{link.token}/?from={first.pk}").content.decode()
    for strange in ("x", "-1", "9" * 40):
        assert client.get(f"/s/{link.token}/?from={strange}").status_code == 200


@pytest.mark.parametrize("show_prompt", [True, False])
def test_a_collection_as_a_zip_tells_no_more_than_the_page(client, owner, shelf, show_prompt):
    link = share_links.make(owner, shelf, allow_download=True, show_prompt=show_prompt)
    assert f"/s/{link.token}/download/" in client.get(f"/s/{link.token}/").content.decode()
    unpacked = opened(client.get(f"/s/{link.token}/download/"))
    [told] = json.loads(unpacked.read("metadata.json"))["works"]
    assert set(told) == {"file", "ratio", "width", "height", "seconds", "created", "note"} | (
        {"prompt", "model"} if show_prompt else set()
    )
    content = b"".join(unpacked.read(name) for name in unpacked.namelist()) + " ".join(unpacked.namelist()).encode()
    assert (b"celadon" in content) is show_prompt
    assert b"Nok Srisai" not in content


def test_no_zip_without_download_and_none_of_a_single_work(client, owner, shelf, work):
    for link in (share_links.make(owner, shelf), share_links.make(owner, work, allow_download=True)):
        assert client.get(f"/s/{link.token}/download/").status_code == 404


def test_a_view_is_counted_once_a_browser_by_the_page_that_is_shown(client, link):
    def looks(browser: Client) -> bool:
        seen = re.search(r'data-seen="([^"]+)"', browser.get(f"/s/{link.token}/").text)
        return bool(seen and browser.post(seen[1]).status_code == 204)

    assert [looks(client), looks(client), looks(Client())] == [True, False, True]
    client.post(f"/s/{link.token}/seen/")
    link.refresh_from_db()
    assert link.views == 2


PROGRAMS = [
    "WhatsApp/2.23.20.0 A",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Windows NT 6.1) SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "facebookexternalhit/1.1;line-poker/1.0",
    "curl/8.5.0",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_that_makes_a_preview_is_no_view(link, work, program):
    bot = Client(headers={"User-Agent": program})
    for method in (bot.head, bot.get, bot.get, bot.get):
        assert method(f"/s/{link.token}/").status_code == 200
    read(bot.get(media(link, work, "thumbnail")))
    bot.post(f"/s/{link.token}/seen/")  # one that runs scripts
    link.refresh_from_db()
    assert link.views == 0


@pytest.mark.parametrize(
    "browser",
    [
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Line/13.1.0",
        "Mozilla/5.0 (Linux; Android 14; CUBOT X30) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 [FBAN/FB4A]",
    ],
)
def test_a_browser_also_of_a_chat_is_a_view(link, browser):
    person = Client(headers={"User-Agent": browser})
    person.get(f"/s/{link.token}/")
    person.post(f"/s/{link.token}/seen/")
    link.refresh_from_db()
    assert link.views == 1


def tags(page: str) -> dict[str, str]:
    """The `og:` tags of a page."""
    return {
        name: html.unescape(said)
        for name, said in re.findall(r'<meta property="(og:[^"]+)" content="([^"]*)">', page)
    }


class TestAPreview:
    @pytest.fixture(autouse=True)
    def _known_outside(self, settings):
        settings.PUBLIC_URL = "https://studio.example.com"

    def test_of_a_work_it_has_its_picture_and_no_prompt(self, client, link, work):
        found = tags(client.get(f"/s/{link.token}/").text)
        assert found["og:title"] == "A shared image"
        assert found["og:type"] == "website"
        assert found["og:url"] == f"https://studio.example.com/s/{link.token}/"
        assert "og:description" not in found
        assert "celadon" not in str(found)
        path = found["og:image"].removeprefix("https://studio.example.com")
        assert path.startswith(f"/s/{link.token}/"), "under the link’s own address: it ends with the link"
        answer = Client().get(path)
        assert read(answer)
        assert answer.headers["Content-Type"] == found["og:image:type"] == "image/webp"

    def test_the_words_are_there_where_the_link_shows_them(self, client, owner, work):
        link = share_links.make(owner, work, show_prompt=True)
        assert tags(client.get(f"/s/{link.token}/").text)["og:description"] == "a celadon vase"

    def test_of_a_video_it_is_the_poster(self, client, link, work):
        Task.objects.update(kind="video", content_type="video/mp4", poster=work.thumbnail.name)
        found = tags(client.get(f"/s/{link.token}/").text)
        assert (found["og:type"], found["og:image:type"]) == ("video.other", "image/jpeg")
        assert read(Client().get(found["og:image"].removeprefix("https://studio.example.com")))

    def test_of_a_collection_it_has_its_name_and_the_first_picture(self, client, owner, shelf, work):
        Collection.objects.update(name='Spring "26" <b>')
        link = share_links.make(owner, shelf, show_prompt=True)
        found = tags(client.get(f"/s/{link.token}/").text)
        assert found["og:title"] == 'Spring "26" <b>'
        assert found["og:image"].endswith(media(link, work, "thumbnail"))
        found = tags(client.get(f"/s/{link.token}/{work.pk}/").text)
        assert found["og:url"].endswith(f"/s/{link.token}/{work.pk}/")

    def test_without_a_picture_there_are_the_words_alone(self, client, link):
        Task.objects.update(thumbnail="")
        assert "og:image" not in tags(client.get(f"/s/{link.token}/").text)

    def test_behind_a_password_there_is_none(self, client, owner, work):
        link = share_links.make(owner, work, password="open sesame", show_prompt=True)
        assert tags(client.get(f"/s/{link.token}/").text) == {}
        client.post(f"/s/{link.token}/unlock/", {"password": "open sesame"})
        page = client.get(f"/s/{link.token}/").text
        assert "celadon" in page
        assert tags(page) == {}

    def test_a_visit_behind_a_password_counts_when_it_is_open(self, client, owner, work):
        link = share_links.make(owner, work, password="open sesame")
        assert client.post(f"/s/{link.token}/seen/").status_code == 404
        client.post(f"/s/{link.token}/unlock/", {"password": "open sesame"})
        assert client.post(f"/s/{link.token}/seen/").status_code == 204
        link.refresh_from_db()
        assert link.views == 1


def test_the_cookie_is_for_this_link_and_out_of_reach_for_scripts(client, link):
    client.post(f"/s/{link.token}/seen/")
    cookie = client.cookies[settings.LINK_COOKIE_NAME]
    assert cookie["path"] == f"/s/{link.token}/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == "", "until the browser is closed"


class TestAPassword:
    @pytest.fixture
    def locked(self, owner, work) -> ShareLink:
        return share_links.make(owner, work, password="open sesame", show_prompt=True, allow_download=True)

    def test_first_there_is_a_form_and_nothing_else(self, client, locked, work):
        response = client.get(f"/s/{locked.token}/")
        page = response.content.decode()
        assert response.status_code == 200
        assert 'name="password"' in page
        assert "celadon" not in page
        assert media(locked, work) not in page
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert response.headers["Referrer-Policy"] == "same-origin", "or the form would come with `Origin: null`"
        for path in (media(locked, work), f"/s/{locked.token}/{work.pk}/"):
            assert client.get(path).status_code == 404
        locked.refresh_from_db()
        assert locked.views == 0

    def test_the_right_one_opens_this_link_alone(self, client, locked, owner, work):
        other = share_links.make(owner, work, password="another")
        response = client.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"})
        assert (response.status_code, response.headers["Location"]) == (302, f"/s/{locked.token}/")
        assert "celadon" in client.get(f"/s/{locked.token}/").content.decode()
        assert read(client.get(media(locked, work)))
        assert "celadon" not in client.get(f"/s/{other.token}/").content.decode()

    def test_a_wrong_one_is_422_and_says_so(self, client, locked):
        for wrong in ("open", "Open Sesame", "open sesame "):
            response = client.post(f"/s/{locked.token}/unlock/", {"password": wrong})
            assert response.status_code == 422
            assert "This password is not correct." in response.content.decode()
        assert client.post(f"/s/{locked.token}/unlock/", {}).status_code == 422
        assert client.get(f"/s/{locked.token}/unlock/").headers["Location"] == f"/s/{locked.token}/"
        assert client.post(f"/s/{locked.token}/unlock/", {"password": "x" * 10_000}).status_code == 422

    def test_after_ten_wrong_ones_the_right_one_waits_too(self, client, locked):
        for _ in range(10):
            assert client.post(f"/s/{locked.token}/unlock/", {"password": "x"}).status_code == 422
        response = client.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"})
        assert response.status_code == 429
        assert "ten minutes" in response.content.decode()
        elsewhere = client.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"}, REMOTE_ADDR="192.0.2.7")
        assert elsewhere.status_code == 302

    def test_one_household_is_one_address(self, client, locked):
        for number in range(10):
            client.post(f"/s/{locked.token}/unlock/", {"password": "x"}, REMOTE_ADDR=f"2001:db8::{number + 1}")
        path = f"/s/{locked.token}/unlock/"
        assert client.post(path, {"password": "x"}, REMOTE_ADDR="2001:db8::ff").status_code == 429
        assert client.post(path, {"password": "x"}, REMOTE_ADDR="2001:db8:0:1::ff").status_code == 422

    def test_right_ones_are_not_counted(self, client, locked):
        for _ in range(12):
            assert client.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"}).status_code == 302

    def test_a_forged_cookie_and_one_of_another_link_open_nothing(self, locked, owner, work):
        other = share_links.make(owner, work, password="another")
        browser = Client()
        browser.post(f"/s/{other.token}/unlock/", {"password": "another"})
        stolen = browser.cookies[settings.LINK_COOKIE_NAME].value
        for value in (stolen, stolen[:-3] + "xxx", "", "[1,true,true]", "a:b"):
            thief = Client()
            thief.cookies[settings.LINK_COOKIE_NAME] = value
            assert "celadon" not in thief.get(f"/s/{locked.token}/").content.decode()
            assert thief.get(media(locked, work)).status_code == 404

    def test_the_form_is_protected_and_works_from_a_real_page(self, locked):
        browser = Client(enforce_csrf_checks=True)
        browser.get(f"/s/{locked.token}/")
        assert browser.post(f"/s/{locked.token}/unlock/", {"password": "open sesame"}).status_code == 403
        token = browser.cookies[next(name for name in browser.cookies if "csrf" in name)].value
        sent = {"password": "open sesame", "csrfmiddlewaretoken": token}
        assert browser.post(f"/s/{locked.token}/unlock/", sent).status_code == 302


def test_a_link_never_counts_after_its_end(link):
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    share_links.count_view(link)
    link.refresh_from_db()
    assert link.views == 0
