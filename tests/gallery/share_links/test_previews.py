"""What a chat shows of a link, and who counts as a visitor."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from omnistudio.gallery.models import Collection, Task
from omnistudio.gallery.share_links import services as share_links
from tests.conftest import read
from tests.gallery.share_links.test_public_pages import media


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
def test_a_preview_bot_is_not_counted_as_a_view(link, item, program):
    bot = Client(headers={"User-Agent": program})
    for method in (bot.head, bot.get, bot.get, bot.get):
        assert method(f"/s/{link.token}/").status_code == 200
    read(bot.get(media(link, item, "thumbnail")))
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
def test_a_browser_inside_a_chat_app_is_counted_as_a_view(link, browser):
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

    def test_the_preview_of_an_item_has_its_image_and_no_prompt(self, client, link, item):
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

    def test_the_preview_has_the_prompt_where_the_link_shows_it(self, client, owner, item):
        link = share_links.make(owner, item, show_prompt=True)
        assert tags(client.get(f"/s/{link.token}/").text)["og:description"] == "a celadon vase"

    def test_the_preview_of_a_video_is_its_poster(self, client, link, item):
        Task.objects.update(kind="video", content_type="video/mp4", poster=item.thumbnail.name)
        found = tags(client.get(f"/s/{link.token}/").text)
        assert (found["og:type"], found["og:image:type"]) == ("video.other", "image/jpeg")
        assert read(Client().get(found["og:image"].removeprefix("https://studio.example.com")))

    def test_the_preview_of_a_collection_has_its_name_and_first_image(self, client, owner, collection, item):
        Collection.objects.update(name='Spring "26" <b>')
        link = share_links.make(owner, collection, show_prompt=True)
        found = tags(client.get(f"/s/{link.token}/").text)
        assert found["og:title"] == 'Spring "26" <b>'
        assert found["og:image"].endswith(media(link, item, "thumbnail"))
        found = tags(client.get(f"/s/{link.token}/{item.pk}/").text)
        assert found["og:url"].endswith(f"/s/{link.token}/{item.pk}/")

    def test_without_an_image_the_preview_is_text_only(self, client, link):
        Task.objects.update(thumbnail="")
        assert "og:image" not in tags(client.get(f"/s/{link.token}/").text)

    def test_a_link_with_a_password_has_no_preview(self, client, owner, item):
        link = share_links.make(owner, item, password="open sesame", show_prompt=True)
        assert tags(client.get(f"/s/{link.token}/").text) == {}
        client.post(f"/s/{link.token}/unlock/", {"password": "open sesame"})
        page = client.get(f"/s/{link.token}/").text
        assert "celadon" in page
        assert tags(page) == {}

    def test_a_view_is_counted_once_the_password_was_entered(self, client, owner, item):
        link = share_links.make(owner, item, password="open sesame")
        assert client.post(f"/s/{link.token}/seen/").status_code == 404
        client.post(f"/s/{link.token}/unlock/", {"password": "open sesame"})
        assert client.post(f"/s/{link.token}/seen/").status_code == 204
        link.refresh_from_db()
        assert link.views == 1
