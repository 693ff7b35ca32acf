"""What pages say in Thai and Chinese: no English but names. Whole pages are drawn, not single strings."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.utils import timezone

from omnistudio.accounts.models import Membership, User
from omnistudio.accounts.teams.services import create_team
from omnistudio.gallery.models import Collection, Comment, ShareLink, Task

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
PROMPT, PERSON, TEAM = "แจกันศิลาดลใต้แสงจันทร์", "ณกมล", "林薇的团队"
# Names, and what is written in Latin everywhere (docs/glossary.md): models, formats, headers, keys of a keyboard.
NAMES = re.compile(
    r"OmniStudio|Open API|API|ChatGPT Image|Nano Banana|Seedance|English|manage\.py \w+|SHA-256|cURL|JSON|CSV|URL"
    r"|\w+_\w+|openapi\.json|GET|POST|SDK|bearer token|https?|HTTPS?"
    r"|Ctrl|Esc|PNG|JPE?G|WebP|MP4|MB|kB|Bearer|Authorization|Content-Type|Idempotency-Key|Retry-After|\S+@\S+|sk-\S*"
)
WORD = re.compile(r"[A-Za-z]{3,}")
SAID = ("alt", "aria-label", "data-copied", "data-share", "data-too-many", "placeholder", "title")
CODE = ("script", "style", "code", "pre", "kbd", "template")
PAGES = [
    "/", "/account/", "/account/?replace", "/gallery/", "/gallery/?q=%E9%A3%9E%E8%89%87", "/gallery/trash/",
    "/gallery/favourites/", "/gallery/{team}/", "/t/{item}/", "/t/{failed}/", "/t/{trashed}/", "/t/{item}/links/",
    "/compare/", "/history/", "/history/?q=%E9%A3%9E%E8%89%87", "/history/team/{team}/", "/history/{prompt}/",
    "/history/{prompt}/delete/", "/?from={item}&as=remix", "/presets/", "/presets/new/",
    "/compare/?ids={item}&ids={other}", "/collections/", "/collections/{collection}/",
    "/collections/{collection}/links/",
    "/team/?new", "/team/{team}/", "/help/", "/language/", "/offline/", "/open-api/", "/no-such-page/",
    "/auth/sessions/",
    "/auth/password/change/", "/auth/logout/", "/auth/reauthenticate/",
]  # fmt: skip
OPEN_PAGES = [
    "/auth/login/", "/auth/signup/", "/auth/password/reset/", "/auth/inactive/", "/join/nonsense/", "/s/nonsense/",
    "{shared}", "/open-api/", "/help/",
]  # fmt: skip


class Said(HTMLParser):
    """Collects what a page says; not code, nor what stands in an element with a language of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        is_own = tag != "html" and (
            "lang" in told or told.get("translate") == "no" or "mono" in (told.get("class") or "")
        )
        if tag in ("input", "img", "meta", "link", "br", "hr", "source", "use", "path", "circle", "track"):
            pass
        elif tag in CODE or is_own or self._silent:
            self._silent.append(tag)
        if not self._silent:
            self.texts += [told[name] or "" for name in SAID if told.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def english_on(page: str) -> list[str]:
    """What a page says in English."""
    reader = Said()
    reader.feed(page)
    return sorted({text.strip() for text in reader.texts if WORD.search(NAMES.sub("", text))})


@pytest.fixture
def found(owner: User, make_task) -> dict[str, object]:
    """Something of everything, named in other languages than English."""
    User.objects.filter(pk=owner.pk).update(name=PERSON)
    team = create_team(owner, TEAM)
    mate = User.objects.create_user("b@example.com", name="มานะ")
    Membership.objects.create(team=team, user=mate, role=Membership.Role.MEMBER)
    shared = {
        "status": "succeeded",
        "kind": "image",
        "file": "a.png",
        "width": 64,
        "height": 64,
        "credits": 15,
        "key_last_four": "a1b2",
        "team": team,
        "shared_at": timezone.now(),
    }
    item, other = make_task(prompt=PROMPT, **shared), make_task(prompt=PROMPT, **shared)
    Comment.objects.create(task=item, author=mate, text="สวยมาก")
    collection = Collection.objects.create(owner=owner, team=team, name="合集一")
    link = ShareLink.objects.create(owner=owner, task=item)
    failed = make_task(prompt=PROMPT, status="failed", reason=Task.Reason.NO_END)
    make_task(prompt=PROMPT, status="unconfirmed")
    make_task(prompt=PROMPT, status="cancelled")
    make_task(prompt=PROMPT)
    trashed = make_task(prompt=PROMPT, status="succeeded", deleted_at=timezone.now())
    return {
        "team": team.pk,
        "item": item.pk,
        "prompt": item.prompt.address,
        "other": other.pk,
        "failed": failed.pk,
        "trashed": trashed.pk,
        "collection": collection.pk,
        "shared": f"/s/{link.token}/",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_nothing_in_english(as_owner, client, found, language):
    spoken = {"Accept-Language": language}
    pages = [(as_owner, path) for path in PAGES] + [(client, path) for path in OPEN_PAGES]
    told = {path: english_on(browser.get(path.format(**found), headers=spoken).text) for browser, path in pages}
    assert {path: texts for path, texts in told.items() if texts} == {}


def test_the_reader_hears_english_where_it_is():
    page = (
        '<html lang="th"><p>ภาพ</p><p title="a tip">ok <b>two words</b></p><p lang="en">quoted</p><code>let x</code>'
    )
    assert english_on(page) == ["a tip", "two words"]
